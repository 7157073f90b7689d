/**
 * Reads plain values from bytes, without a text and without `JSON.parse`: whole numbers, texts without escapes, constants,
 * lists and objects of these.
 *
 * What is not plain, wrong or only unusual, is refused. What is taken is what `JSON.parse` would make of it.
 */
import { unlisted, WordTable } from './edn/words.ts';

const [blank, quote, comma, minus, zero, nine, colon] = [32, 34, 44, 45, 48, 57, 58];
const [openList, backslash, closeList, openMap, closeMap] = [91, 92, 93, 123, 125];
const deepest = 8;
/** Longer texts are rarely met again. */
const shortText = 24;
/** Of a value that is not plain. */
export const strange = Symbol('not plain');

export class PlainValues {
  /** Where to read; after a value that was taken, its end. */
  at = 0;
  readonly words: WordTable;

  /** `words` come first in the table of words. */
  constructor(words: readonly string[] = []) {
    this.words = new WordTable(words);
  }

  /** A whole number from 0, or -1. */
  whole(bytes: Buffer): number {
    const begin = this.at;
    let at = begin;
    let number = 0;
    let next = 0;
    while ((next = bytes[at] as number) >= zero && next <= nine) {
      number = number * 10 + (next - zero);
      at++;
    }
    const digits = at - begin;
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[begin] === zero)) return -1;
    // A fraction, an exponent: anything but an end is not plain.
    if (next !== comma && next !== closeMap && next !== closeList) return -1;
    this.at = at;
    return number;
  }

  /** A text, or undefined. */
  text(bytes: Buffer): string | undefined {
    if (bytes[this.at] !== quote) return undefined;
    const begin = this.at + 1;
    let at = begin;
    let bits = 0;
    for (let next = bytes[at] as number; next !== quote; next = bytes[++at] as number) {
      // Not below a blank, which the end of the bytes is not either.
      if (!(next >= blank) || next === backslash) return undefined;
      bits |= next;
    }
    this.at = at + 1;
    if (at - begin <= shortText) {
      const id = this.words.id(bytes, begin, at);
      if (id !== unlisted) return this.words.texts[id];
    }
    return bits < 128 ? bytes.toString('latin1', begin, at) : bytes.toString('utf8', begin, at);
  }

  /** Any plain value, or `strange`. */
  value(bytes: Buffer): unknown {
    return this.item(bytes, 0);
  }

  /** The same, but neither list nor object. */
  single(bytes: Buffer): unknown {
    return this.item(bytes, deepest);
  }

  private item(bytes: Buffer, depth: number): unknown {
    const next = bytes[this.at] as number;
    if (next >= zero && next <= nine) {
      const number = this.whole(bytes);
      return number < 0 ? strange : number;
    }
    if (next === quote) return this.text(bytes) ?? strange;
    if (next === openList) return depth < deepest ? this.list(bytes, depth) : strange;
    if (next === openMap) return depth < deepest ? this.members(bytes, depth) : strange;
    if (next === minus) {
      this.at++;
      const number = this.whole(bytes);
      return number <= 0 ? strange : -number;
    }
    return this.constant(bytes);
  }

  private list(bytes: Buffer, depth: number): unknown {
    const items: unknown[] = [];
    this.at++;
    if (bytes[this.at] === closeList) {
      this.at++;
      return items;
    }
    for (;;) {
      const item = this.item(bytes, depth + 1);
      if (item === strange) return strange;
      items.push(item);
      const next = bytes[this.at++];
      if (next === closeList) return items;
      if (next !== comma) return strange;
      if (bytes[this.at] === blank) this.at++;
    }
  }

  private members(bytes: Buffer, depth: number): unknown {
    const members: Record<string, unknown> = {};
    this.at++;
    if (bytes[this.at] === closeMap) {
      this.at++;
      return members;
    }
    for (;;) {
      const name = this.text(bytes);
      // A name that is there twice; and one that would not become a member, but the object's kind.
      if (name === undefined || name === '__proto__' || Object.hasOwn(members, name)) return strange;
      if (bytes[this.at++] !== colon) return strange;
      if (bytes[this.at] === blank) this.at++;
      const member = this.item(bytes, depth + 1);
      if (member === strange) return strange;
      members[name] = member;
      const next = bytes[this.at++];
      if (next === closeMap) return members;
      if (next !== comma) return strange;
      if (bytes[this.at] === blank) this.at++;
    }
  }

  private constant(bytes: Buffer): unknown {
    const begin = this.at;
    let end = begin;
    while (end < begin + 6 && isWordByte(bytes[end] as number)) end++;
    const word = this.words.text(bytes, begin, end);
    this.at = end;
    if (word === 'null') return null;
    if (word === 'true') return true;
    return word === 'false' ? false : strange;
  }
}

/** Small letters, as in the names of members and in constants. */
export function isWordByte(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}
