/**
 * Reads lines exactly as our recorder writes them (see `encodeEvent`), from bytes into rows of ids: no text, no object and
 * no event is made for a line that says what others said before.
 *
 * Everything is compared or read: the names of the members four bytes at a time, numbers digit by digit, and every other
 * value is the same bytes as one that was read before, or is read as a plain value. A line that is not so, or does not fit
 * into the history, is left alone: nothing has changed then, and the other ways judge it. So this may leave any line alone,
 * but must never take what they would refuse, or would read otherwise.
 *
 * How it can mislead: of a line that is left alone in the end, values may be in the tables already. They are the ones that
 * the other ways put there next: names are not there twice, so a value that was read belongs to its member.
 */
import type { HistoryAssembly } from './assemble.ts';
import { absent, Row } from './columns.ts';
import type { Interner } from './intern.ts';
import { PlainValues, strange } from './plain-value.ts';
import { Spellings, unknown } from './spellings.ts';

const [newline, quote, comma, zero, nine, colon] = [10, 34, 44, 48, 57, 58];
const [openList, closeList, openMap, closeMap] = [91, 93, 123, 125];
const largestProcess = 0x7fff_ffff;
/** A list that is longer, and has none in it so far, is taken to end at the first bracket that closes one. */
const shortList = 64;
const prime = 0x0100_0193;

/** Texts of four characters, as numbers in the order in which memory has them. */
const [index1, index2, time1, time2] = [word('{"in'), word('dex"'), word(',"ti'), word('me":')];
const [process1, process2, process3] = [word(',"pr'), word('oces'), word('ss":')];
const [type1, type2, f1] = [word(',"ty'), word('pe":'), word('"f":')];
const [invoke1, invoke2, ok1, fail1, info1] = [word('invo'), word('ke",'), word('"ok"'), word('fail'), word('info')];
const [key1, key2, node1, node2] = [word(',"ke'), word('ey":'), word(',"no'), word('de":')];
const [value1, value2, error1, error2] = [word(',"va'), word('lue"'), word(',"er'), word('ror"')];

function word(text: string): number {
  let number = 0;
  for (let at = 3; at >= 0; at--) number = (number << 8) | text.charCodeAt(at);
  return number;
}

/** Lines are read as four bytes at a time, so as much must follow the last of them. */
const slack = 16;

export class RecordedLines {
  /** How many lines the last call of `read` took. */
  taken = 0;
  private readonly assembly: HistoryAssembly;
  private readonly row = new Row();
  private readonly values = new PlainValues();
  private readonly spelled = {
    functions: new Spellings(),
    keys: new Spellings(),
    values: new Spellings(),
    nodes: new Spellings(),
    errors: new Spellings(),
  };
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  /** The last line that may be read here begins before it. */
  private end = 0;
  private at = 0;

  constructor(assembly: HistoryAssembly) {
    this.assembly = assembly;
  }

  /**
   * Takes lines from here, the first of which has this index: where the first line begins that is not taken. The bytes are
   * whole lines; the last of them is always left to others.
   */
  read(bytes: Buffer, begin: number, index: number): number {
    if (bytes !== this.bytes) this.feed(bytes);
    const { assembly, row, end } = this;
    let line = begin;
    row.index = index;
    while (line < end) {
      this.at = line;
      if (!this.line() || !assembly.addRow(row)) break;
      line = this.at;
      row.index++;
    }
    this.taken = row.index - index;
    return line;
  }

  private feed(bytes: Buffer): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const last = bytes.length < 2 ? 0 : bytes.lastIndexOf(newline, bytes.length - 2) + 1;
    this.end = bytes.length - last < slack ? 0 : last;
  }

  private line(): boolean {
    const { view, row, bytes } = this;
    let { at } = this;
    if (view.getInt32(at, true) !== index1 || view.getInt32(at + 4, true) !== index2 || bytes[at + 8] !== colon) {
      return false;
    }
    this.at = at + 9;
    if (this.whole() !== row.index) return false;
    at = this.at;
    if (view.getInt32(at, true) !== time1 || view.getInt32(at + 4, true) !== time2) return false;
    this.at = at + 8;
    const time = this.whole();
    if (time < 0) return false;
    row.time = time;
    at = this.at;
    if (view.getInt32(at, true) !== process1 || view.getInt32(at + 4, true) !== process2) return false;
    if (view.getInt32(at + 7, true) !== process3) return false;
    this.at = at + 11;
    const process = this.whole();
    if (process < 0 || process > largestProcess) return false;
    row.process = process;
    at = this.at;
    if (view.getInt32(at, true) !== type1 || view.getInt32(at + 4, true) !== type2) return false;
    this.at = at + 8;
    if (bytes[at + 8] === quote && view.getInt32(at + 9, true) === invoke1) return this.invocation();
    return this.completion();
  }

  /** From the quote before `invoke`. */
  private invocation(): boolean {
    const { view, row } = this;
    const { tables } = this.assembly;
    if (view.getInt32(this.at + 5, true) !== invoke2 || view.getInt32(this.at + 9, true) !== f1) return false;
    this.at += 13;
    row.type = 'invoke';
    row.f = this.text(this.spelled.functions, tables.functions);
    if (row.f === unknown) return false;
    row.key = row.value = row.node = absent;
    if (view.getInt32(this.at, true) === key1) {
      if (view.getInt32(this.at + 3, true) !== key2) return false;
      this.at += 7;
      row.key = this.key(tables.keys);
      if (row.key === unknown) return false;
    }
    if (view.getInt32(this.at, true) === value1) {
      row.value = this.value(tables.values);
      if (row.value === unknown) return false;
    }
    if (view.getInt32(this.at, true) === node1) {
      if (view.getInt32(this.at + 4, true) !== node2) return false;
      this.at += 8;
      row.node = this.text(this.spelled.nodes, tables.nodes);
      if (row.node === unknown) return false;
    }
    if (!this.isEnd()) return false;
    // Not before: the member might have come later.
    if (row.key === absent) row.key = tables.keys.id(null, true);
    if (row.value === absent) row.value = tables.values.id(null, true);
    if (row.node === absent) row.node = tables.nodes.id(null, true);
    return true;
  }

  /** From the quote before the type. */
  private completion(): boolean {
    const { view, bytes, row } = this;
    const { tables } = this.assembly;
    if (view.getInt32(this.at, true) === ok1) {
      row.type = 'ok';
      this.at += 4;
    } else {
      const type = view.getInt32(this.at + 1, true);
      if ((type !== fail1 && type !== info1) || bytes[this.at] !== quote || bytes[this.at + 5] !== quote) return false;
      row.type = type === fail1 ? 'fail' : 'info';
      this.at += 6;
    }
    row.value = absent;
    row.error = absent;
    if (view.getInt32(this.at, true) === value1) {
      // Nobody saw it, so it is not kept; but it must be read.
      if (row.type === 'info') return false;
      row.value = this.value(tables.values);
      if (row.value === unknown) return false;
    }
    if (view.getInt32(this.at, true) === error1) {
      if (view.getInt32(this.at + 4, true) !== error2 || bytes[this.at + 8] !== colon) return false;
      this.at += 9;
      row.error = this.text(this.spelled.errors, tables.errors);
      if (row.error === unknown) return false;
    }
    return this.isEnd();
  }

  private isEnd(): boolean {
    const { bytes, at } = this;
    this.at = at + 2;
    return bytes[at] === closeMap && bytes[at + 1] === newline;
  }

  /** A whole number from 0 that the name of another member follows, or -1. */
  private whole(): number {
    const { bytes, view, at: begin } = this;
    let at = begin;
    let number = 0;
    while (at - begin < 12) {
      const four = view.getInt32(at, true);
      // The codes of digits begin with 3, and do so still when 6 is added.
      if ((four & 0xf0f0_f0f0) !== 0x3030_3030 || ((four + 0x0606_0606) & 0xf0f0_f0f0) !== 0x3030_3030) break;
      const digits = four & 0x0f0f_0f0f;
      const pairs = (digits * 10 + (digits >>> 8)) & 0x00ff_00ff;
      number = number * 10_000 + (pairs & 0xff) * 100 + (pairs >>> 16);
      at += 4;
    }
    let next = bytes[at] as number;
    for (; next >= zero && next <= nine; next = bytes[++at] as number) number = number * 10 + (next - zero);
    const digits = at - begin;
    if (digits === 0 || digits > 15 || (digits > 1 && bytes[begin] === zero) || next !== comma) return -1;
    this.at = at;
    return number;
  }

  /** The id of a text, or `unknown` when it is not plain. */
  private text<T>(spellings: Spellings, table: Interner<T>): number {
    const { bytes, at: begin } = this;
    if (bytes[begin] !== quote) return unknown;
    let hash = 0;
    let end = begin + 1;
    for (let next = bytes[end] as number; next !== quote; next = bytes[++end] as number) {
      if (next === newline) return unknown;
      hash = Math.imul(hash ^ next, prime);
    }
    this.at = end + 1;
    const known = spellings.find(hash, bytes, begin, end + 1);
    if (known !== unknown) return known;
    this.values.at = begin;
    const text = this.values.text(bytes);
    if (text === undefined) return unknown;
    const id = table.id(text as T, true);
    spellings.add(hash, bytes, begin, end + 1, id);
    return id;
  }

  private key(table: Interner<string | number | null>): number {
    if (this.bytes[this.at] === quote) return this.text(this.spelled.keys, table);
    this.values.at = this.at;
    const key = this.values.single(this.bytes);
    this.at = this.values.at;
    return typeof key === 'number' ? table.id(key, true) : unknown;
  }

  /** The id of the value of the member `value`, which begins here. */
  private value(table: Interner<unknown>): number {
    const { view, bytes } = this;
    if (view.getInt32(this.at + 4, true) !== value2 || bytes[this.at + 8] !== colon) return unknown;
    this.at += 9;
    const first = bytes[this.at];
    if (first === openList || first === openMap) return this.nested(table);
    if (first === quote) return this.text(this.spelled.values, table);
    this.values.at = this.at;
    const value = this.values.single(bytes);
    this.at = this.values.at;
    return value === strange ? unknown : table.id(value, true);
  }

  /** A list or an object. */
  private nested(table: Interner<unknown>): number {
    const { bytes, at: begin } = this;
    let end = begin;
    let hash = 0;
    let depth = 0;
    let opened = 0;
    do {
      const next = bytes[end++] as number;
      if (next === newline) return unknown;
      if (next === openList || next === openMap) {
        depth++;
        opened++;
      } else if (next === closeList || next === closeMap) depth--;
      hash = Math.imul(hash ^ next, prime);
    } while (depth > 0 && (end - begin !== shortList || opened > 1 || bytes[begin] !== openList));
    if (depth > 0) {
      end = bytes.indexOf(closeList, end) + 1;
      hash = this.hash(begin, end);
    }
    const known = this.spelled.values.find(hash, bytes, begin, end);
    this.at = end;
    if (known !== unknown) return known;
    this.values.at = begin;
    const value = this.values.value(bytes);
    this.at = this.values.at;
    if (value === strange) return unknown;
    const id = table.id(value, true);
    // Brackets in a text are counted as well: then it ends elsewhere, and is not remembered.
    if (this.at === end) this.spelled.values.add(hash, bytes, begin, end, id);
    return id;
  }

  private hash(begin: number, end: number): number {
    const { view } = this;
    let hash = end - begin;
    let at = begin;
    for (; at + 4 <= end; at += 4) hash = Math.imul((hash << 5) ^ (hash >>> 27) ^ view.getInt32(at, true), 0x85eb_ca6b);
    for (; at < end; at++) hash = Math.imul(hash ^ (this.bytes[at] as number), prime);
    return hash;
  }
}
