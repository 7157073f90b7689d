/**
 * Reads plain lines of operations from bytes, without a text and without `JSON.parse`: what nearly all lines of a long
 * history are.
 *
 * Plain is: the members of an operation in any order, each at most once, with plain values. Whatever is not plain, wrong
 * or only unusual, is left to the slow way, which knows every rule and every message. So this may refuse anything, but must never take what the slow way would refuse, or would read otherwise.
 */
import { isWordByte, PlainValues, strange } from './plain-value.ts';
import type { RawType } from './raw-operation.ts';

const names = ['index', 'time', 'process', 'type', 'f', 'key', 'value', 'node', 'error'] as const;
const types = ['invoke', 'ok', 'fail', 'info'] as const satisfies readonly RawType[];
const member = { index: 0, time: 1, process: 2, type: 3, f: 4, key: 5, value: 6, node: 7, error: 8 } as const;
const firstType = names.length;

const [newline, blank, quote, comma, colon, openMap, closeMap] = [10, 32, 34, 44, 58, 123, 125];
/** Names and types are not longer. */
const shortText = 24;

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
  private readonly values = new PlainValues([...names, ...types]);
  /** The members of the last line, in order. */
  private readonly order = new Int8Array(names.length).fill(-1);

  /** Fills the members from the line that begins here: the offset after its newline, or -1 when it is not plain. */
  read(bytes: Buffer, begin: number): number {
    if (bytes[begin] !== openMap) return -1;
    this.f = this.key = this.value = this.node = this.error = undefined;
    this.values.at = begin + 1;
    let seen = 0;
    for (let position = 0; ; position++) {
      const id = this.name(bytes, this.order[position] ?? -1);
      if (id < 0 || id >= names.length || (seen & (1 << id)) !== 0) return -1;
      seen |= 1 << id;
      this.order[position] = id;
      if (!this.member(bytes, id)) return -1;
      const next = bytes[this.values.at++];
      if (next === closeMap) break;
      if (next !== comma) return -1;
      if (bytes[this.values.at] === blank) this.values.at++;
    }
    this.isIndexed = (seen & 1) !== 0;
    this.isTimed = (seen & 2) !== 0;
    const needed = (1 << member.process) | (1 << member.type);
    return (seen & needed) === needed && bytes[this.values.at] === newline ? this.values.at + 1 : -1;
  }

  /** The id of the name here, past its colon. `guess`: the one that it most likely is. */
  private name(bytes: Buffer, guess: number): number {
    const begin = this.values.at + 1;
    if (bytes[this.values.at] !== quote) return -1;
    let id = guess;
    let end = guess < 0 ? 0 : this.values.words.endOf(guess, bytes, begin);
    if (end === 0 || bytes[end] !== quote) {
      end = begin;
      while (end < begin + shortText && isWordByte(bytes[end] as number)) end++;
      id = this.values.words.id(bytes, begin, end);
    }
    if (bytes[end] !== quote || bytes[end + 1] !== colon) return -1;
    this.values.at = bytes[end + 2] === blank ? end + 3 : end + 2;
    return id;
  }

  private member(bytes: Buffer, id: number): boolean {
    switch (id) {
      case member.index:
        return (this.index = this.values.whole(bytes)) >= 0;
      case member.time:
        return (this.time = this.values.whole(bytes)) >= 0;
      case member.process:
        return (this.process = this.values.whole(bytes)) >= 0 && this.process <= 0x7fff_ffff;
      case member.type:
        return this.readType(bytes);
      case member.f:
        return (this.f = this.values.text(bytes)) !== undefined;
      case member.node:
        return (this.node = this.values.text(bytes)) !== undefined;
      case member.error:
        return (this.error = this.values.text(bytes)) !== undefined;
      case member.key: {
        const key = this.values.single(bytes);
        this.key = key as string | number;
        return typeof key === 'string' || typeof key === 'number';
      }
      default:
        return (this.value = this.values.value(bytes)) !== strange;
    }
  }

  private readType(bytes: Buffer): boolean {
    const begin = this.values.at + 1;
    if (bytes[this.values.at] !== quote) return false;
    let end = begin;
    while (end < begin + shortText && isWordByte(bytes[end] as number)) end++;
    const type = types[this.values.words.id(bytes, begin, end) - firstType];
    if (type === undefined || bytes[end] !== quote) return false;
    this.type = type;
    this.values.at = end + 1;
    return true;
  }
}
