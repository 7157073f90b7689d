/**
 * A line before it is known what it says: its JSON object, and access to its members that fails with the place.
 *
 * `JSON.parse` does the work. What it passes over in silence (a name given twice, digits lost, a thousand levels) is found
 * by the slow scanner, which looks only at lines that might hide something.
 */
import type { Key } from '../base/names.ts';
import { nearest, suggestion } from '../base/text.ts';
import { maximumDepth } from './intern.ts';
import { jsonProblem, memberOffset } from './json-text.ts';

/** A line's JSON object, not yet judged. */
export type RawLine = Readonly<Record<string, unknown>>;

/** The JSON object of a line. Also refuses what `JSON.parse` passes over: names given twice, numbers that lose digits. */
export function parseLine(text: string): RawLine {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    raw = undefined;
  }
  if (raw === undefined || isSuspicious(text, raw)) {
    const problem = jsonProblem(text);
    if (problem !== null) throw new LineError(problem.message, { column: problem.offset + 1 });
  }
  if (!isRecord(raw)) throw new LineError('every line must be a JSON object', { column: 1 });
  return raw;
}

/** What is wrong with a line: a sentence, the member and the column (from 1) that it is about, and what to do. */
export class LineError extends Error {
  override readonly name = 'LineError';
  readonly key: string | null;
  readonly column: number;
  readonly hint: string | null;

  constructor(message: string, options: { readonly key?: string; readonly column: number; readonly hint?: string }) {
    super(message);
    this.key = options.key ?? null;
    this.column = options.column;
    this.hint = options.hint ?? null;
  }
}

/** Reads members of one object, and fails with the column of the member that is wrong. */
export class Members {
  readonly raw: RawLine;
  readonly text: string;
  /** The member of the line that this object is; null when it is the line. */
  private readonly within: string | null;

  constructor(raw: RawLine, text: string, within: string | null = null) {
    this.raw = raw;
    this.text = text;
    this.within = within;
  }

  only(known: readonly string[]): void {
    for (const name in this.raw) {
      if (known.includes(name)) continue;
      this.fail(name, `the member ${JSON.stringify(name)} is not known here`, suggestion(name, known));
    }
  }

  string(name: string): string {
    const value = this.raw[name];
    return typeof value === 'string' ? value : this.mustBe(name, 'a string');
  }

  strings(name: string): readonly string[] {
    const value = this.raw[name];
    const fits = Array.isArray(value) && value.every(item => typeof item === 'string');
    return fits ? value : this.mustBe(name, 'a list of strings');
  }

  whole(name: string): number {
    const value = this.raw[name];
    const fits = typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
    return fits ? value : this.mustBe(name, 'a whole number from 0');
  }

  time(): number {
    const value = this.raw['time'];
    return typeof value === 'number' && value >= 0 ? value : this.mustBe('time', 'a number of nanoseconds from 0');
  }

  process(): number {
    const value = this.raw['process'];
    const fits = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= maximumProcess;
    return fits ? value : this.mustBe('process', `a whole number from 0 to ${maximumProcess}`);
  }

  key(): Key | null {
    const value = this.raw['key'] ?? null;
    const fits = value === null || typeof value === 'string' || typeof value === 'number';
    return fits ? value : this.mustBe('key', 'a string, a number or null');
  }

  node(): string | null {
    return (this.raw['node'] ?? null) === null ? null : this.string('node');
  }

  record(name: string): RawLine {
    const value = this.raw[name];
    return isRecord(value) ? value : this.mustBe(name, 'an object');
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.raw[name];
    const found = allowed.find(item => item === value);
    if (found !== undefined) return found;
    if (typeof value !== 'string') return this.mustBe(name, `one of ${allowed.join(', ')}`);
    return this.fail(name, `"${name}" is ${JSON.stringify(value)}, which is not known`, suggestion(value, allowed));
  }

  mustBe(name: string, what: string): never {
    if (this.raw[name] === undefined) this.missing(name);
    return this.fail(name, `"${name}" must be ${what}`);
  }

  missing(name: string): never {
    const near = nearest(name, Object.keys(this.raw));
    const options = { key: this.path(name), column: this.column(this.within ?? near) };
    const hint = near === null ? {} : { hint: `is ${JSON.stringify(near)} meant to be it?` };
    throw new LineError(`"${name}" is missing`, { ...options, ...hint });
  }

  fail(name: string, message: string, hint?: string): never {
    const options = { key: this.path(name), column: this.column(this.within ?? name) };
    throw new LineError(message, hint === undefined ? options : { ...options, hint });
  }

  private path(name: string): string {
    return this.within === null ? name : `${this.within}.${name}`;
  }

  private column(name: string | null): number {
    return name === null ? 1 : (memberOffset(this.text, name) ?? 0) + 1;
  }
}

/** The largest process number: processes are kept in 32 bits. */
export const maximumProcess = 0x7fff_ffff;

/**
 * Whether a line that parses might still hide something. Never wrong when it says no.
 *
 * There is one colon a member, and more where strings have colons too: when there are as many as members, no name was
 * there twice.
 */
function isSuspicious(text: string, raw: unknown): boolean {
  return membersIn(raw, maximumDepth + 1) !== colons(text);
}

/** Not a number when a number in it is too large, or when it is nested deeper than `levels`. */
function membersIn(value: unknown, levels: number): number {
  if (typeof value === 'number') return Math.abs(value) > Number.MAX_SAFE_INTEGER ? Number.NaN : 0;
  if (typeof value !== 'object' || value === null) return 0;
  if (levels === 0) return Number.NaN;
  const members: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let count = Array.isArray(value) ? 0 : members.length;
  for (const member of members) count += membersIn(member, levels - 1);
  return count;
}

function colons(text: string): number {
  let count = 0;
  for (let at = text.indexOf(':'); at >= 0; at = text.indexOf(':', at + 1)) count++;
  return count;
}

function isRecord(value: unknown): value is RawLine {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
