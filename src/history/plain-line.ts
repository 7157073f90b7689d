/**
 * Reads plain lines of operations from bytes, without a text and without `JSON.parse`: what nearly all lines of a long
 * history are.
 *
 * Plain is: the members of an operation, each at most once; whole numbers, texts without escapes, lists of these. Whatever
 * is not plain, wrong or only unusual, is left to the slow way, which knows every rule and every message. So this may
 * refuse anything, but must never take what the slow way would refuse, or would read otherwise.
 */
import { unlisted, WordTable } from './edn/words.ts';
import type { RawType } from './raw-operation.ts';

const names = ['index', 'time', 'process', 'type', 'f', 'key', 'value', 'node', 'error'] as const;
const types = ['invoke', 'ok', 'fail', 'info'] as const satisfies readonly RawType[];
const member = { index: 0, time: 1, process: 2, type: 3, f: 4, key: 5, value: 6, node: 7, error: 8 } as const;
const firstType = names.length;

const [newline, blank, quote, comma, minus, zero, nine, colon] = [10, 32, 34, 44, 45, 48, 57, 58];
const [openList, backslash, closeList, openMap, closeMap] = [91, 92, 93, 123, 125];
const deepest = 8;
/** Longer texts are rarely met again. */
const shortText = 24;
/** Of a value that is not plain. */
const strange = Symbol('not plain');

export class PlainLine {
  index = -1;
  time = -1;
  process = -1;
  type: RawType = 'invoke';
  f: string | undefined = undefined;
  key: string | number | null | undefined = undefined;
  value: unknown = undefined;
  node: string | undefined = undefined;
  error: string | undefined = undefined;
  /** Whether `index` and `time` were there. */
  isIndexed = false;
  isTimed = false;
  private at = 0;
  private readonly words = new WordTable([...names, ...types]);
  /** The members of the last line, in order. */
  private readonly order = new Int8Array(names.length).fill(-1);

  /** Fills the members from the line that begins here: the offset after its newline, or -1 when it is not plain. */
  read(bytes: Buffer, begin: number): number {
    if (bytes[begin] !== openMap) return -1;
    this.f = this.key = this.value = this.node = this.error = undefined;
    this.at = begin + 1;
    let seen = 0;
    for (let position = 0; ; position++) {
      const id = this.name(bytes, this.order[position] ?? -1);
      if (id < 0 || id >= names.length || (seen & (1 << id)) !== 0) return -1;
      seen |= 1 << id;
      this.order[position] = id;
      if (!this.member(bytes, id)) return -1;
      const next = bytes[this.at++];
      if (next === closeMap) break;
      if (next !== comma) return -1;
      if (bytes[this.at] === blank) this.at++;
    }
    this.isIndexed = (seen & 1) !== 0;
    this.isTimed = (seen & 2) !== 0;
    const needed = (1 << member.process) | (1 << member.type);
    return (seen & needed) === needed && bytes[this.at] === newline ? this.at + 1 : -1;
  }

  /** The id of the name here, past its colon. `guess`: the one that it most likely is. */
  private name(bytes: Buffer, guess: number): number {
    const begin = this.at + 1;
    if (bytes[this.at] !== quote) return -1;
    let id = guess;
    let end = guess < 0 ? 0 : this.words.endOf(guess, bytes, begin);
    if (end === 0 || bytes[end] !== quote) {
      end = begin;
      while (end < begin + shortText && isWordByte(bytes[end] as number)) end++;
      id = this.words.id(bytes, begin, end);
    }
    if (bytes[end] !== quote || bytes[end + 1] !== colon) return -1;
    this.at = bytes[end + 2] === blank ? end + 3 : end + 2;
    return id;
  }

  private member(bytes: Buffer, id: number): boolean {
    switch (id) {
      case member.index:
        return (this.index = this.whole(bytes)) >= 0;
      case member.time:
        return (this.time = this.whole(bytes)) >= 0;
      case member.process:
        return (this.process = this.whole(bytes)) >= 0 && this.process <= 0x7fff_ffff;
      case member.type:
        return this.readType(bytes);
      case member.f:
        return (this.f = this.text(bytes)) !== undefined;
      case member.node:
        return (this.node = this.text(bytes)) !== undefined;
      case member.error:
        return (this.error = this.text(bytes)) !== undefined;
      case member.key: {
        const key = this.item(bytes, deepest);
        this.key = key as string | number;
        return typeof key === 'string' || typeof key === 'number';
      }
      default:
        return (this.value = this.item(bytes, 0)) !== strange;
    }
  }

  private readType(bytes: Buffer): boolean {
    const begin = this.at + 1;
    if (bytes[this.at] !== quote) return false;
    let end = begin;
    while (end < begin + shortText && isWordByte(bytes[end] as number)) end++;
    const type = types[this.words.id(bytes, begin, end) - firstType];
    if (type === undefined || bytes[end] !== quote) return false;
    this.type = type;
    this.at = end + 1;
    return true;
  }

  /** A whole number from 0, or -1. */
  private whole(bytes: Buffer): number {
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

  private text(bytes: Buffer): string | undefined {
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

  private item(bytes: Buffer, depth: number): unknown {
    const next = bytes[this.at] as number;
    if (next >= zero && next <= nine) {
      const number = this.whole(bytes);
      return number < 0 ? strange : number;
    }
    if (next === quote) return this.text(bytes) ?? strange;
    if (next === openList) return depth < deepest ? this.list(bytes, depth) : strange;
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

function isWordByte(byte: number): boolean {
  return byte >= 97 && byte <= 122;
}
