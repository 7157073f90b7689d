/**
 * The environment of a service: what its files say, and over that what it says itself.
 */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  elementsOf,
  entriesOf,
  type Field,
  invalidValue,
  isMap,
  membersOf,
  oneOrMore,
  someTextOf,
  textOf,
  truthOf,
} from '../field.ts';
import { type EnvironmentFile, parseEnvironmentFile } from './env-file.ts';
import type { Lookup } from './variables.ts';

export interface EnvironmentContext {
  /** Of the compose file. */
  readonly directory: string;
  /** Of the user. */
  readonly lookup: Lookup;
}

/** `env_file` first, then `environment`, which wins. */
export function environmentOf(
  members: ReadonlyMap<string, Field>,
  context: EnvironmentContext,
): Record<string, string> {
  const files = members.get('env_file');
  const own = members.get('environment');
  const fromFiles = files ? oneOrMore(files).flatMap(field => [...environmentFile(field, context)]) : [];
  return {
    ...Object.fromEntries(fromFiles.flatMap(([name, text]) => withUser(name, text, context.lookup))),
    ...(own ? pairsOf(own, context.lookup) : {}),
  };
}

function environmentFile(field: Field, { directory, lookup }: EnvironmentContext): EnvironmentFile {
  const members = isMap(field.value) ? membersOf(field, ['path', 'required']) : null;
  const path = members?.get('path') ?? field;
  const needed = members?.get('required');
  const file = resolve(directory, someTextOf(path));
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (needed && !truthOf(needed)) return new Map();
    throw invalidValue(path, `cannot be read: ${(error as Error).message}`);
  }
  try {
    return parseEnvironmentFile(text, lookup);
  } catch (error) {
    throw invalidValue(path, (error as Error).message);
  }
}

/** A map, or a list of `NAME=value`. A name without a value is taken from the user's environment, if it is there. */
export function pairsOf(field: Field, lookup: Lookup): Record<string, string> {
  const pairs: [string, string | null][] = Array.isArray(field.value)
    ? elementsOf(field).map(element => {
        const [name = '', ...rest] = textOf(element).split('=');
        return [name, rest.length === 0 ? null : rest.join('=')];
      })
    : [...entriesOf(field)].map(([name, member]) => [name, member.value === null ? null : textOf(member)]);
  return Object.fromEntries(pairs.flatMap(([name, text]) => withUser(name, text, lookup)));
}

function withUser(name: string, text: string | null, lookup: Lookup): readonly (readonly [string, string])[] {
  const value = text ?? lookup(name);
  return value === undefined ? [] : [[name, value]];
}
