/**
 * The settings of a system in Docker: `--set reads=serializable`. What there is to set, and what it may be, is in the
 * schema of its description; the plan holds every setting, also those that nobody chose.
 */
import type { z } from 'zod';
import { OrdealError, type Place } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import type { DockerDescription } from '../system/docker.ts';

export type Settings = Readonly<Record<string, string>>;

/** `--set` as typed. Throws `BAD_SETTING` for a text that is not `key=value`. */
export function parseSettings(texts: readonly string[]): Settings {
  return Object.fromEntries(
    texts.map(text => {
      const at = text.indexOf('=');
      if (at > 0) return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
      throw new OrdealError(`--set: "${text}" is not a setting`, {
        code: 'BAD_SETTING',
        hint: 'write key=value: --set reads=serializable',
      });
    }),
  );
}

export interface GivenSettings {
  readonly settings: Settings;
  /** Where each was written, when it was in a file. */
  readonly placeOf: (key: string) => Place | undefined;
}

/** All settings as text, and as the description's schema gives them. Throws `UNKNOWN_SETTING`, `BAD_SETTING`. */
export function completeSettings(
  { name, settings: schema }: DockerDescription,
  { settings, placeOf }: GivenSettings,
): { readonly texts: Settings; readonly parsed: z.output<z.ZodObject> } {
  const known = Object.keys(schema.shape);
  for (const key of Object.keys(settings)) {
    if (known.includes(key)) continue;
    const hint = known.length === 0 ? `${name} has no settings` : suggestion(key, known);
    throw problem(`${name} has no setting "${key}"`, { code: 'UNKNOWN_SETTING', hint, place: placeOf(key) });
  }
  const result = schema.safeParse(settings);
  if (!result.success) {
    const [issue] = result.error.issues;
    const key = String(issue?.path[0]);
    const words = issue?.code === 'invalid_value' ? issue.values.map(String) : null;
    const what = words ? `"${settings[key]}" is not known` : (issue?.message ?? 'is not possible');
    const hint = words ? suggestion(settings[key] ?? '', words) : (schema.shape[key]?.description ?? '');
    throw problem(`${key}: ${what}`, { code: 'BAD_SETTING', hint, place: placeOf(key) });
  }
  const parsed: Readonly<Record<string, unknown>> = result.data;
  const texts = known.flatMap(key => {
    const text = settings[key] ?? parsed[key];
    return typeof text === 'string' ? [[key, text] as const] : [];
  });
  return { texts: Object.fromEntries(texts), parsed: result.data };
}

interface Problem {
  readonly code: string;
  readonly hint: string;
  readonly place: Place | undefined;
}

function problem(message: string, { code, hint, place }: Problem): OrdealError {
  return new OrdealError(message, { code, ...(hint === '' ? {} : { hint }), ...(place ? { place } : {}) });
}
