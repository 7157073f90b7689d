/**
 * A value in a YAML file together with where it stands: what is wrong with it is said with file, line, column and key.
 *
 * A reader takes a field apart with the functions below, each of which either gives what was asked for or throws an
 * `OrdealError` that points at the value.
 */
import { OrdealError, type Place } from '../base/errors.ts';
import { nearest } from '../base/text.ts';
import type { DocumentPath, YamlDocument } from './yaml-document.ts';

export interface Field {
  readonly document: YamlDocument;
  readonly path: DocumentPath;
  readonly value: unknown;
  /** Of the errors: `INVALID_CONFIGURATION`. */
  readonly code: string;
}

/** The whole document. */
export function fieldOf(document: YamlDocument, code: string): Field {
  return { document, path: [], value: document.value, code };
}

/** `<name>: <message>`, with the place of the value. */
export function invalidValue(field: Field, message: string, hint = ''): OrdealError {
  const name = nameOf(field);
  return invalid(field, `${name === '' ? '' : `${name}: `}${message}`, field.document.placeOfValue(field.path), hint);
}

/** With the place of the key. */
export function invalidKey(field: Field, message: string, hint = ''): OrdealError {
  return invalid(field, message, field.document.placeOfKey(field.path), hint);
}

function invalid({ code }: Field, message: string, place: Place, hint: string): OrdealError {
  return new OrdealError(message, { code, place, ...(hint === '' ? {} : { hint }) });
}

/** The last key of its path. */
export function nameOf({ path }: Field): string {
  return path.findLast(part => typeof part === 'string') ?? '';
}

export function placeOf(field: Field): Place {
  return field.document.placeOfValue(field.path);
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Its members by name, whatever the names. */
export function entriesOf(field: Field): ReadonlyMap<string, Field> {
  if (!isMap(field.value)) throw invalidValue(field, 'must be a map');
  return new Map(
    Object.entries(field.value).map(([key, value]) => [key, { ...field, path: [...field.path, key], value }]),
  );
}

/** Its members; a name that is not known is refused with the nearest that is. Those with the value null are left out. */
export function membersOf(field: Field, known: readonly string[]): ReadonlyMap<string, Field> {
  const members = entriesOf(field);
  for (const [key, member] of members) {
    if (!known.includes(key)) throw unknownKey(member, key, known);
  }
  return new Map([...members].filter(([, { value }]) => value !== null && value !== undefined));
}

export function unknownKey(member: Field, key: string, known: readonly string[]): OrdealError {
  const meant = nearest(key, known);
  const hint = meant === null ? `one of ${known.join(', ')}` : `did you mean "${meant}"?`;
  return invalidKey(member, `unknown key "${key}"`, hint);
}

export function required(members: ReadonlyMap<string, Field>, owner: Field, key: string, hint = ''): Field {
  const member = members.get(key);
  if (member) return member;
  throw invalid(owner, `${key} is missing`, owner.document.placeOfValue(owner.path), hint);
}

export function elementsOf(field: Field): readonly Field[] {
  if (!Array.isArray(field.value)) throw invalidValue(field, 'must be a list');
  return field.value.map((value: unknown, index) => ({ ...field, path: [...field.path, index], value }));
}

/** A list, or one that stands alone. */
export function oneOrMore(field: Field): readonly Field[] {
  return Array.isArray(field.value) ? elementsOf(field) : [field];
}

/** Text; a number or a truth value as it is written. */
export function textOf(field: Field): string {
  const { value } = field;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw invalidValue(field, 'must be text');
}

export function someTextOf(field: Field): string {
  const text = textOf(field).trim();
  if (text === '') throw invalidValue(field, 'must not be empty');
  return text;
}

export interface WholeNumberRange {
  readonly low: number;
  readonly high: number;
}

export function wholeNumberOf(field: Field, { low, high }: WholeNumberRange): number {
  const text = textOf(field).trim();
  const value = Number(text);
  if (text !== '' && Number.isInteger(value) && value >= low && value <= high) return value;
  throw invalidValue(field, `${JSON.stringify(field.value)} is not a whole number from ${low} to ${high}`);
}

export function truthOf(field: Field): boolean {
  if (typeof field.value === 'boolean') return field.value;
  if (field.value === 'true' || field.value === 'false') return field.value === 'true';
  throw invalidValue(field, 'must be true or false');
}

/** One of these words. */
export function wordOf<W extends string>(field: Field, words: readonly W[]): W {
  const text = textOf(field);
  const found = words.find(word => word === text);
  if (found !== undefined) return found;
  const meant = nearest(text, words);
  const hint = meant === null ? `one of ${words.join(', ')}` : `did you mean "${meant}"?`;
  throw invalidValue(field, `${JSON.stringify(text)} is not known`, hint);
}

/** Gives the place of the field to a user's error that has none. */
export function withPlace<T>(place: Place | undefined, task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof OrdealError) || error.place !== null || place === undefined) throw error;
    const { message, code, hint, exit } = error;
    throw new OrdealError(message, { code, place, exit, ...(hint === null ? {} : { hint }), cause: error });
  }
}
