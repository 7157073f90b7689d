/**
 * Fault programmes by name: those that come with the package, in `nemesis/`, and the user's own, by their path.
 *
 * Both are the same: a user copies one of ours and changes it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OrdealError } from '../base/errors.ts';
import { suggestion } from '../base/text.ts';
import type { Programme } from '../fault/programme.ts';
import { checkProgramme } from './programme-schema.ts';
import { parseYaml } from './yaml-document.ts';

/** The same number of steps up from `src/config` and from `dist/config`. */
const folder = fileURLToPath(new URL('../../nemesis', import.meta.url));

export interface ProgrammeSummary {
  readonly name: string;
  /** The first sentence of its hypothesis. */
  readonly summary: string;
}

/** The programme of this name, or in the file of this path (`.yaml`, `.yml`). Throws `UNKNOWN_NEMESIS`, `INVALID_PROGRAMME`. */
export function programmeByName(nameOrPath: string): Programme {
  if (/\.ya?ml$/i.test(nameOrPath)) {
    const name = basename(nameOrPath).replace(/\.ya?ml$/i, '');
    return parseProgramme({ text: readText(nameOrPath), file: nameOrPath, name });
  }
  const names = programmeNames();
  if (names.includes(nameOrPath)) return shipped(nameOrPath);
  throw new OrdealError(`there is no nemesis "${nameOrPath}"`, {
    code: 'UNKNOWN_NEMESIS',
    hint: `${suggestion(nameOrPath, names)} (or give the path of a .yaml file)`,
  });
}

/** Those that come with the package, by name. */
export function listProgrammes(): ProgrammeSummary[] {
  return programmeNames().map(name => ({ name, summary: firstSentence(shipped(name).hypothesis) }));
}

export interface ProgrammeText {
  readonly text: string;
  /** What a person calls the file: used in places. */
  readonly file: string;
  readonly name: string;
}

/** Throws `INVALID_YAML` or `INVALID_PROGRAMME` with the place. */
export function parseProgramme({ text, file, name }: ProgrammeText): Programme {
  return checkProgramme(parseYaml(text, file), name);
}

function shipped(name: string): Programme {
  const file = `${name}.yaml`;
  return parseProgramme({ text: readText(join(folder, file)), file: `nemesis/${file}`, name });
}

function programmeNames(): string[] {
  return readdirSync(folder)
    .filter(file => file.endsWith('.yaml'))
    .map(file => file.slice(0, -'.yaml'.length))
    .toSorted();
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const reason =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
    throw new OrdealError(`cannot read the nemesis ${path}: ${reason}`, { code: 'UNKNOWN_NEMESIS', cause: error });
  }
}

/** Up to the first full stop that ends a sentence. */
function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s|$)/.exec(text)?.[0] ?? text;
}
