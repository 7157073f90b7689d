/**
 * Reads operations out of EDN: maps, one after the other, or in a list around them all, or tagged.
 *
 * Members are found by their keyword's bytes, and what is no member of an operation is passed over. The maps may stand in
 * lines or not. See `history.edn` in Jepsen, whose operations these are, and Porcupine's key-value tests.
 */
import { nearest } from '../../base/text.ts';
import { type MemberName, memberNames, RawOperation, type RawType } from '../raw-operation.ts';
import { EdnProblem, EdnScanner, EndOfBytes } from './scanner.ts';

const member = { type: 0, process: 1, f: 2, value: 3, time: 4, index: 5, error: 6, node: 7, key: 8 } as const;
const own = { header: 9, echo: 10, event: 11 } as const;
const rawTypes = ['invoke', 'ok', 'fail', 'info'] as const satisfies readonly RawType[];
/** Ids of the words: first the members, then the types. */
const firstType = memberNames.length;

export class EdnOperations {
  readonly raw = new RawOperation();
  private readonly offsets = new Int32Array(memberNames.length);
  /** Bits: which members the last operation has. */
  private seen = 0;
  /** Where the last operation begins. */
  begin = 0;
  /** Whether the bytes ended within a form. */
  isCut = false;
  /** Within a list of operations: what closes it. */
  private close: number | null = null;
  private readonly scanner = new EdnScanner([...memberNames, ...rawTypes]);
  /** The ids of the last operation's members, in order. */
  private readonly order = new Int8Array(16).fill(-1);
  /** Members of the other tool's own. */
  private readonly strangers = new Set<string>();

  /** Begins with these bytes, which go on from the last `rest`. */
  feed(bytes: Buffer): void {
    this.isCut = false;
    this.scanner.seek(bytes, 0);
  }

  /** How many bytes were read for good. */
  get at(): number {
    return this.scanner.at;
  }

  /** Newlines so far. */
  get newlines(): number {
    return this.scanner.newlines;
  }

  /** Whether the list that was opened is still open. */
  get isOpen(): boolean {
    return this.close !== null;
  }

  /** Where the value of this member of the last operation begins; without it, where the operation does. */
  offsetOf(name: MemberName): number {
    const id = memberNames.indexOf(name);
    return (this.seen & (1 << id)) === 0 ? this.begin : (this.offsets[id] as number);
  }

  /** The next operation in `raw`. False when there is none in these bytes; then `at` is where to go on. */
  next(): boolean {
    const { scanner } = this;
    let { at, newlines } = scanner;
    try {
      for (;;) {
        const next = scanner.skip();
        ({ at, newlines } = scanner);
        if (next < 0) return false;
        if (!this.structure(next)) break;
      }
      this.begin = at;
      this.raw.line = newlines + 1;
      this.operation();
      return true;
    } catch (error) {
      // A token that reaches to the end may be cut: what is wrong with it says nothing.
      const isCut = error instanceof EndOfBytes || (error instanceof EdnProblem && scanner.endsInToken());
      if (!isCut) throw error;
      scanner.at = at;
      scanner.newlines = newlines;
      this.isCut = true;
      return false;
    }
  }

  /** Passes the list around the operations. */
  private structure(next: number): boolean {
    const { scanner } = this;
    if (this.close === next) {
      this.close = null;
      scanner.at++;
      return true;
    }
    if (this.close === null && (next === 91 || next === 40)) {
      this.close = next === 91 ? 93 : 41;
      scanner.at++;
      return true;
    }
    return false;
  }

  private operation(): void {
    const { scanner, raw } = this;
    if (scanner.untag() !== 123) throw this.noOperation();
    raw.clear();
    let seen = 0;
    scanner.open(0);
    for (let position = 0; ; position++) {
      const next = scanner.within(125);
      if (next < 0) {
        this.seen = seen;
        return;
      }
      const begin = scanner.at;
      const id = next === 58 ? scanner.keywordId(this.order[position] ?? -1) : -1;
      if (id < 0 || id >= memberNames.length) {
        this.stranger(begin, next);
        continue;
      }
      if (scanner.within(125) < 0) {
        throw new EdnProblem(begin, `not EDN: :${memberNames[id] ?? ''} has no value in its map`);
      }
      if ((seen & (1 << id)) !== 0) throw new EdnProblem(begin, `:${memberNames[id]} is there twice`);
      seen |= 1 << id;
      if (position < this.order.length) this.order[position] = id;
      this.offsets[id] = scanner.at;
      this.member(id);
    }
  }

  private noOperation(): Error {
    const { at, bytes } = this.scanner;
    if (bytes[at] === 35 && at === bytes.length - 1) return new EndOfBytes();
    const found = JSON.stringify(String.fromCharCode(bytes[at] as number));
    return new EdnProblem(at, `an operation is a map, {:process 0, :type :invoke, ...}, but here is ${found}`);
  }

  /** A member of the other tool's own. Not when its name is nearly one that we know: then it is mistyped. */
  private stranger(begin: number, next: number): void {
    const { scanner } = this;
    scanner.at = begin;
    if (next === 123 || next === 91 || next === 40) {
      const hint = 'is the operation before it closed?';
      throw new EdnProblem(begin, 'the name of a member is expected', hint);
    }
    const name = scanner.value(1);
    if (next === 58 && typeof name === 'string' && name.length > 3) this.refuseMistyped(begin, name);
    if (scanner.within(125) < 0)
      throw new EdnProblem(begin, `not EDN: ${JSON.stringify(name)} has no value in its map`);
    scanner.value(1);
  }

  private refuseMistyped(begin: number, name: string): void {
    if (this.strangers.has(name)) return;
    const near = nearest(
      name,
      memberNames.filter(known => known.length > 3 && !known.includes('/')),
    );
    if (near !== null) throw new EdnProblem(begin, `the member :${name} is not known here`, `did you mean :${near}?`);
    if (this.strangers.size < 1000) this.strangers.add(name);
  }

  private member(id: number): void {
    const { raw, scanner } = this;
    const begin = scanner.at;
    const first = scanner.bytes[begin];
    if (id === member.type) {
      const type = first === 58 ? rawTypes[scanner.keywordId(-1) - firstType] : undefined;
      if (type === undefined) throw mustBe(begin, 'type', ':invoke, :ok, :fail or :info');
      raw.type = type;
      return;
    }
    const value = scanner.value(1);
    switch (id) {
      case member.process:
        if (typeof value !== 'number' && typeof value !== 'string')
          throw mustBe(begin, 'process', 'a number or a name');
        raw.process = value;
        return;
      case member.f:
        if (typeof value !== 'string' && value !== null) throw mustBe(begin, 'f', 'a keyword');
        raw.f = value;
        return;
      case member.value:
        raw.value = value;
        raw.isKeyword = first === 58;
        raw.isPair = scanner.isPair;
        return;
      case member.time:
        raw.time = wholeOrNil(value, begin, 'time');
        return;
      case member.index:
        raw.index = wholeOrNil(value, begin, 'index');
        return;
      case member.error:
        raw.error = value === null || typeof value === 'string' ? value : JSON.stringify(value);
        return;
      case member.node:
        if (value !== null && typeof value !== 'string') throw mustBe(begin, 'node', 'a text');
        raw.node = value;
        return;
      case member.key:
        raw.key = value;
        return;
      default:
        this.ownMember(id, value, begin);
    }
  }

  private ownMember(id: number, value: unknown, begin: number): void {
    const { raw } = this;
    if (id === own.echo) {
      if (typeof value !== 'boolean') throw mustBe(begin, 'ordeal/echo', 'true or false');
      raw.echo = value;
    } else if (typeof value !== 'object' || value === null) {
      throw mustBe(begin, id === own.event ? 'ordeal/event' : 'ordeal/header', 'a map');
    } else if (id === own.header) raw.header = value;
    else raw.event = value;
  }
}

/** Jepsen writes -1 for what was never assigned. */
function wholeOrNil(value: unknown, begin: number, name: string): number | null {
  if (value === null || value === -1) return null;
  if (typeof value === 'number' && value >= 0) return value;
  throw mustBe(begin, name, 'a number from 0');
}

function mustBe(begin: number, name: string, what: string): EdnProblem {
  return new EdnProblem(begin, `:${name} must be ${what}`);
}
