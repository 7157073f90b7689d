/**
 * EDN, the notation of Clojure's data, read from bytes: as what JSON can say.
 *
 * | EDN | here |
 * | --- | --- |
 * | `nil` `true` `5` `5N` `2.5` `2.5M` | `null` `true` `5` `5` `2.5` `2.5` |
 * | `:read` `a/b` `\x` | texts `"read"` `"a/b"` `"x"` |
 * | `[1 2]` `(1 2)` `#{1 2}` | lists; a set in the order in which it is written |
 * | `{:a 1}` | an object; a name that is no text is written as JSON |
 * | `1/2` `##Inf`, whole numbers that a double cannot hold | texts, as they are written: exact, and each its own |
 * | `#inst "..."` and every other tag | what is tagged |
 *
 * How it can mislead: `:a`, `a` and `"a"` are one value here. A history that tells them apart is judged too strictly or
 * too leniently, and we know of none.
 *
 * `skip` stops at the next form and `value` reads it. Both throw `EndOfBytes` when the bytes end within a form, so that the
 * caller can come again with more of them, and `EdnProblem` when no more bytes could mend it.
 */
import { isUtf8 } from 'node:buffer';
import { maximumDepth } from '../intern.ts';
import { characterNamed, unescaped } from './escapes.ts';
import { unlisted, WordTable } from './words.ts';

/** The bytes end in the middle of something. */
export class EndOfBytes extends Error {
  override readonly name = 'EndOfBytes';
}

/** What is wrong, and at which byte. */
export class EdnProblem extends Error {
  override readonly name = 'EdnProblem';
  readonly offset: number;
  readonly hint: string | null;

  constructor(offset: number, message: string, hint: string | null = null) {
    super(message);
    this.offset = offset;
    this.hint = hint;
  }
}

const [newline, quote, backslash, colon, semicolon, numberSign] = [10, 34, 92, 58, 59, 35];
const [openList, closeList, openVector, closeVector, openMap, closeMap] = [40, 41, 91, 93, 123, 125];

/** 1: white space, to which a comma belongs; 2: what else ends a token. */
const kinds = new Uint8Array(256);
for (const character of ' \t\n\r\f\v,') kinds[character.charCodeAt(0)] = 1;
for (const character of '"();[]{}') kinds[character.charCodeAt(0)] = 2;

/** Longer strings are rarely met again. */
const shortString = 24;
const numberToken = /^[+-]?(?:0|[1-9][0-9]*)(?:N|\/[1-9][0-9]*|(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?M?)$/;
/** How a pair of key and value is tagged by those who tag it. */
const pairTag = /(?:^|[./])(?:Tuple|tuple|MapEntry|map-entry)$/;

export class EdnScanner {
  bytes: Buffer = Buffer.alloc(0);
  at = 0;
  /** How many newlines were passed. */
  newlines = 0;
  /** Whether the last form was tagged as a pair of key and value. */
  isPair = false;
  readonly words: WordTable;
  /** How many discarded forms we are in. */
  private discarding = 0;

  constructor(words: readonly string[] = []) {
    this.words = new WordTable(words);
  }

  /** Begins at this byte, whatever went before. */
  seek(bytes: Buffer, at: number): void {
    this.bytes = bytes;
    this.at = at;
    this.discarding = 0;
  }

  /** To the next form: its first byte, or -1 at the end. Passes white space, comments and what is discarded. */
  skip(): number {
    for (;;) {
      if (this.at >= this.bytes.length) return -1;
      const next = this.bytes[this.at] as number;
      if (kinds[next] === 1) {
        if (next === newline) this.newlines++;
        this.at++;
      } else if (next === semicolon) this.comment();
      else if (next === numberSign && this.bytes[this.at + 1] === 95) this.discard();
      else return next;
    }
  }

  /** The next form, after `skip`. `depth`: how many others it is in. */
  value(depth: number): unknown {
    const next = this.bytes[this.at] as number;
    this.isPair = false;
    if (next >= 48 && next <= 57) return this.number();
    if (next === colon) return this.keyword();
    if (next === quote) return this.string();
    if (next === openVector) return this.list(closeVector, depth);
    if (next === openMap) return this.map(depth);
    if (next === openList) return this.list(closeList, depth);
    if (next === numberSign) return this.dispatched(depth);
    if (next === 45 || next === 43) return this.number();
    if (next === backslash) return this.character();
    if (next === closeVector || next === closeMap || next === closeList) return this.unopened();
    return this.symbol();
  }

  /**
   * The id of the keyword here among the words, or `unlisted`. `guess`: the id that it most likely has, as the maps of a
   * file have their members in one order.
   */
  keywordId(guess: number): number {
    const { bytes, words } = this;
    const begin = this.at + 1;
    if (guess >= 0) {
      const end = words.endOf(guess, bytes, begin);
      if (end > 0 && end < bytes.length && kinds[bytes[end] as number] !== 0) {
        this.at = end;
        return guess;
      }
    }
    let at = begin;
    let hash = 0;
    let next = 0;
    while (at < bytes.length && kinds[(next = bytes[at] as number)] === 0) {
      hash = Math.imul(hash ^ next, 0x01000193);
      at++;
    }
    this.at = at;
    return words.idOf(bytes, begin, at, hash);
  }

  keyword(): string {
    const begin = this.at + 1;
    const id = this.keywordId(-1);
    if (this.at === begin) throw new EdnProblem(begin - 1, 'not EDN: a keyword has no name');
    return id === unlisted ? this.text(begin, this.at) : (this.words.texts[id] as string);
  }

  /** Opens a list or a map: its level is checked. */
  open(depth: number): number {
    if (depth > maximumDepth) {
      throw new EdnProblem(this.at, `lists and objects are nested in more than ${maximumDepth} levels`);
    }
    return this.at++;
  }

  /** The next form within something that is closed by `close`: its first byte, or -1 when it is closed. */
  within(close: number): number {
    const next = this.skip();
    if (next < 0) throw new EndOfBytes();
    if (next === close) {
      this.at++;
      return -1;
    }
    if (next === closeVector || next === closeMap || next === closeList) {
      const shown = String.fromCharCode(close);
      throw new EdnProblem(this.at, `not EDN: "${shown}" is expected, not "${String.fromCharCode(next)}"`);
    }
    return next;
  }

  /** Whether we are at the end, within a token that might go on. */
  endsInToken(): boolean {
    return this.at >= this.bytes.length && kinds[this.bytes.at(-1) ?? 0] === 0;
  }

  private list(close: number, depth: number): unknown[] {
    this.open(depth);
    const items: unknown[] = [];
    while (this.within(close) >= 0) items.push(this.value(depth + 1));
    this.isPair = false;
    return items;
  }

  private map(depth: number): Record<string, unknown> {
    this.open(depth);
    const object: Record<string, unknown> = {};
    while (this.within(closeMap) >= 0) {
      const begin = this.at;
      const key = this.value(depth + 1);
      const name = typeof key === 'string' ? key : JSON.stringify(key);
      if (Object.hasOwn(object, name)) throw new EdnProblem(begin, `the name ${JSON.stringify(name)} is there twice`);
      if (this.within(closeMap) < 0) throw new EdnProblem(begin, `not EDN: ${name} has no value in its map`);
      const value = this.value(depth + 1);
      if (name !== '__proto__') object[name] = value;
      else Object.defineProperty(object, name, { value, enumerable: true, configurable: true, writable: true });
    }
    this.isPair = false;
    return object;
  }

  private number(): unknown {
    const { bytes } = this;
    let at = this.at;
    const isNegative = bytes[at] === 45;
    if (isNegative) at++;
    const first = at;
    let whole = 0;
    let next = 0;
    while (at < bytes.length && (next = bytes[at] as number) >= 48 && next <= 57) {
      whole = whole * 10 + (next - 48);
      at++;
    }
    const isPlain = at > first && at - first <= 15 && (at === first + 1 || bytes[first] !== 48);
    if (isPlain && (at === bytes.length || kinds[next] !== 0)) {
      this.at = at;
      return isNegative && whole !== 0 ? -whole : whole;
    }
    return this.longNumber();
  }

  /** Also `-` and `+`, which are symbols. */
  private longNumber(): unknown {
    const begin = this.at;
    const text = this.text(begin, this.token());
    if (/^[+-](?:[^0-9]|$)/.test(text)) return text;
    if (!numberToken.test(text)) throw new EdnProblem(begin, `not EDN: ${JSON.stringify(text)} is no number`);
    const bare = text.replace(/^\+/, '').replace(/[NM]$/, '');
    if (bare.includes('/')) return bare;
    const number = Number(bare);
    return Math.abs(number) > Number.MAX_SAFE_INTEGER ? bare : Object.is(number, -0) ? 0 : number;
  }

  private string(): string {
    const { bytes } = this;
    const begin = this.at + 1;
    let at = begin;
    let seen = 0;
    for (;;) {
      if (at >= bytes.length) throw new EndOfBytes();
      const next = bytes[at] as number;
      if (next === quote) break;
      if (next === newline) this.newlines++;
      seen |= next;
      if (next === backslash) return this.escapedString(begin);
      at++;
    }
    this.at = at + 1;
    if (at - begin <= shortString) return this.text(begin, at);
    return seen < 128 ? bytes.toString('latin1', begin, at) : this.text(begin, at);
  }

  private escapedString(begin: number): string {
    let end = begin;
    for (; this.bytes[end] !== quote; end++) {
      if (this.bytes[end] === backslash) end++;
      if (end >= this.bytes.length) throw new EndOfBytes();
    }
    if (end >= this.bytes.length) throw new EndOfBytes();
    this.at = end + 1;
    const text = this.text(begin, end);
    return unescaped(text, (offset, escape) => {
      const place = begin + Buffer.byteLength(text.slice(0, offset));
      throw new EdnProblem(place, `not EDN: there is no escape ${escape}`);
    });
  }

  private character(): string {
    const begin = this.at;
    if (this.at + 1 >= this.bytes.length) throw new EndOfBytes();
    // The first character may be one that would end a token.
    this.at++;
    const name = this.text(begin + 1, this.token());
    const meant = characterNamed(name);
    if (meant === null) throw new EdnProblem(begin, `not EDN: there is no character \\${name}`);
    return meant;
  }

  private symbol(): unknown {
    const begin = this.at;
    const end = this.token();
    const { bytes } = this;
    if (end - begin === 3 && bytes[begin] === 110 && bytes[begin + 1] === 105 && bytes[begin + 2] === 108) return null;
    const text = this.text(begin, end);
    if (text === 'true') return true;
    if (text === 'false') return false;
    if (/^[A-Za-z*!_?$%&=<>.|/\u0080-\uffff]/.test(text)) return text;
    throw new EdnProblem(begin, `not EDN: a form is expected, not ${JSON.stringify(text)}`);
  }

  /** What begins with a hash: a set, a symbolic number, or a tag. */
  private dispatched(depth: number): unknown {
    const begin = this.at;
    const next = this.bytes[begin + 1];
    if (next === undefined) throw new EndOfBytes();
    this.at++;
    if (next === openMap) return this.list(closeMap, depth);
    if (next === numberSign) return this.text(begin, this.token());
    const tag = this.text(this.at, this.token());
    if (!/^[A-Za-z]/.test(tag)) throw new EdnProblem(begin, `not EDN: there is no tag #${tag}`);
    this.afterTag(begin, tag, depth);
    const value = this.value(depth);
    if (!pairTag.test(tag)) return value;
    const pair = asPair(value);
    if (pair === null) throw new EdnProblem(begin, `#${tag} is not a pair of key and value`);
    this.isPair = true;
    return pair;
  }

  /** To what is tagged. */
  private afterTag(begin: number, tag: string, depth: number): void {
    if (depth > maximumDepth) throw new EdnProblem(begin, `tags are nested in more than ${maximumDepth} levels`);
    const next = this.skip();
    if (next < 0) throw new EndOfBytes();
    if (next === closeVector || next === closeMap || next === closeList) {
      throw new EdnProblem(begin, `not EDN: nothing follows the tag #${tag}`);
    }
  }

  /** Passes a tag, if there is one: to the form that is tagged. */
  untag(): number {
    let next = this.skip();
    while (next === numberSign && /[A-Za-z]/.test(String.fromCharCode(this.bytes[this.at + 1] ?? 0))) {
      const begin = this.at++;
      const tag = this.text(this.at, this.token());
      this.afterTag(begin, tag, 0);
      next = this.bytes[this.at] as number;
    }
    return next;
  }

  private comment(): void {
    const end = this.bytes.indexOf(newline, this.at);
    this.at = end < 0 ? this.bytes.length : end;
  }

  private discard(): void {
    const begin = this.at;
    if (this.discarding === maximumDepth)
      throw new EdnProblem(begin, `more than ${maximumDepth} forms are discarded at once`);
    this.discarding++;
    this.at += 2;
    const next = this.skip();
    if (next < 0) throw new EndOfBytes();
    if (next === closeVector || next === closeMap || next === closeList) {
      throw new EdnProblem(begin, 'not EDN: nothing follows #_');
    }
    this.value(this.discarding);
    this.discarding--;
  }

  /** To the end of the token. */
  private token(): number {
    const { bytes } = this;
    let at = this.at + 1;
    while (at < bytes.length && kinds[bytes[at] as number] === 0) at++;
    this.at = at;
    return at;
  }

  private text(begin: number, end: number): string {
    if (end - begin <= shortString) {
      const id = this.words.id(this.bytes, begin, end);
      if (id !== unlisted) return this.words.texts[id] as string;
    }
    const bytes = this.bytes.subarray(begin, end);
    if (isUtf8(bytes)) return bytes.toString();
    throw new EdnProblem(begin, 'the text is not UTF-8');
  }

  private unopened(): never {
    const shown = String.fromCharCode(this.bytes[this.at] as number);
    throw new EdnProblem(this.at, `not EDN: "${shown}" closes what was never opened`);
  }
}

/** `[k v]`, or a record with a key and a value. */
function asPair(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value.length === 2 ? value : null;
  if (typeof value !== 'object' || value === null) return null;
  const { key, k = key, val, value: full = val, v = full } = value as Readonly<Record<string, unknown>>;
  return k === undefined || v === undefined ? null : [k, v];
}
