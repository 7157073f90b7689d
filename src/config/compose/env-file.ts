/**
 * Files of `NAME=value` lines: `.env` beside a compose file, and what a service names as `env_file`.
 *
 * Comments begin with `#` at the start of a line or after a blank; `export` is skipped; single quotes keep everything as
 * it is, double quotes know `\n`, `\"` and `\\`. Other variables in a value are not looked up in single quotes.
 */
import { interpolate, type Lookup } from './variables.ts';

export type EnvironmentFile = ReadonlyMap<string, string | null>;

/** By name; null for a name that stands alone. Throws an `Error` with the number of the line. */
export function parseEnvironmentFile(text: string, lookup: Lookup): EnvironmentFile {
  const values = new Map<string, string | null>();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const match = /^(?:export\s+)?([A-Za-z_][\w.-]*)\s*(?:=\s*(.*))?$/.exec(trimmed);
    if (!match) throw new Error(`line ${index + 1} is not NAME=value: ${trimmed}`);
    const [, name = '', raw] = match;
    const known: Lookup = other => lookup(other) ?? values.get(other) ?? undefined;
    values.set(name, raw === undefined ? null : valueOf(raw, known));
  }
  return values;
}

function valueOf(raw: string, lookup: Lookup): string {
  const quoted = /^'([^']*)'\s*(?:#.*)?$/.exec(raw);
  if (quoted) return quoted[1] as string;
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(raw);
  if (!double) return interpolate(raw.replace(/(^|\s+)#.*$/, '').trim(), lookup);
  const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
  return interpolate(double[1] as string, lookup).replace(/\\(.)/g, (_, letter: string) => escapes[letter] ?? letter);
}
