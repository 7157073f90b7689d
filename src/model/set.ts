/**
 * A set: `add x`, `remove x`, `contains x -> boolean`, and `read -> [x, ...]`, which shows all of it.
 *
 * The order of a read does not count, nor does an element that it lists twice: that is for the checkers that look for
 * duplicates.
 *
 * The state is the elements by their key. Where the elements of a part are known and numbered (`simplify`), it is a text of
 * bits, so that thousands of states of thousands of elements fit into memory.
 */
import type { Operation } from '../history/operation.ts';
import { bitText, hasBit, isWithin, withBit } from './bit-text.ts';
import type { Model, Replayed } from './model.ts';
import { partitionByKey, showValue, valueKey } from './value.ts';

type Elements = ReadonlyMap<string | number, unknown>;
/** The empty text is the empty set. */
type State = Elements | string;

/** An element by its number, or all that a read shows as a text of bits. */
class Numbered {
  readonly bits: number | string;
  constructor(bits: number | string) {
    this.bits = bits;
  }
}

export const set: Model<State> = {
  name: 'set',
  summary: 'elements, none at first: add, remove, contains, read (all of them)',
  functions: ['add', 'remove', 'contains', 'read'],
  initial: '',
  step: (state, { f, input, output }) =>
    input instanceof Numbered && typeof state === 'string'
      ? stepBits(state, { f, bits: input.bits, output })
      : stepElements(elementsOf(state), { f, input, output }).map(after => (after.size === 0 ? '' : after)),
  object: replayed,
  stateKey: state => (typeof state === 'string' ? state : JSON.stringify([...state.keys()].toSorted(compareKeys))),
  isRead: isSetRead,
  partition: partitionByKey,
  noticeable: noticeableElements,
  simplify: numbered,
  yields,
  isHopeless: (state, { f, input, output }) => {
    if (!(input instanceof Numbered) || typeof state !== 'string') return false;
    if (typeof input.bits === 'string') return !isWithin(state, input.bits);
    return f === 'contains' && output === false && hasBit(state, input.bits);
  },
  resets: ({ f }) => f === 'remove',
  weaker: looksAtEach,
  describe: { operation: describeSetOperation, state: describeElements },
};

function isSetRead({ f }: Operation): boolean {
  return f === 'read' || f === 'contains';
}

function replayed(): Replayed {
  /** By key: its place in the columns. */
  const places = new Map<string | number, number>();
  const isIn: boolean[] = [];
  /** The read that has listed it last. */
  const listedBy: number[] = [];
  let [size, reads] = [0, 0];
  /** What was read last, if nothing has changed since. */
  let lastRead: unknown = null;
  const placeOf = (element: unknown): number => {
    const key = valueKey(element);
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, isIn.length);
    listedBy.push(0);
    return isIn.push(false) - 1;
  };
  const isAll = (output: unknown): boolean => {
    if (!Array.isArray(output)) return false;
    reads++;
    let listed = 0;
    for (const element of output) {
      const place = placeOf(element);
      if (!isIn[place]) return false;
      if (listedBy[place] !== reads) listed++;
      listedBy[place] = reads;
    }
    return listed === size;
  };
  return {
    apply({ f, input, output }) {
      if (f === 'read') {
        if (lastRead === null || output !== lastRead) lastRead = isAll(output) ? output : null;
        return lastRead !== null;
      }
      const place = placeOf(input);
      if (f === 'contains') return output === isIn[place];
      if (isIn[place] === (f === 'add')) return true;
      isIn[place] = f === 'add';
      size += f === 'add' ? 1 : -1;
      lastRead = null;
      return true;
    },
  };
}

type Asked = Pick<Operation, 'f' | 'input' | 'output'>;

function stepElements(state: Elements, { f, input, output }: Asked): readonly Elements[] {
  if (f === 'read') {
    if (!Array.isArray(output)) return [];
    const shown = new Set(output.map(valueKey));
    return shown.size === state.size && [...shown].every(key => state.has(key)) ? [state] : [];
  }
  const key = valueKey(input);
  if (f === 'contains') return output === state.has(key) ? [state] : [];
  if (state.has(key) === (f === 'add')) return [state];
  const elements = new Map(state);
  if (f === 'remove') elements.delete(key);
  else elements.set(key, input);
  return [elements];
}

function stepBits(state: string, { f, bits, output }: Omit<Asked, 'input'> & Numbered): readonly State[] {
  if (typeof bits === 'string') return state === bits ? [state] : [];
  if (f === 'contains') return output === hasBit(state, bits) ? [state] : [];
  return [withBit(state, bits, f === 'add')];
}

/** Elements that are equal get one number. A read of what nobody adds gets a number that nobody adds either. */
function numbered(operations: readonly Operation[]): readonly Operation[] {
  const numbers = new Map<string | number, number>();
  const numberOf = (element: unknown): number => {
    const key = valueKey(element);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, numbers.size);
    return numbers.size - 1;
  };
  return operations.map(operation => {
    if (operation.f !== 'read') return { ...operation, input: new Numbered(numberOf(operation.input)) };
    if (!Array.isArray(operation.output)) return operation;
    return { ...operation, input: new Numbered(bitText(operation.output.map(numberOf))), output: undefined };
  });
}

/**
 * An addition or a removal need not come before what does not look at its element; nor before what cannot come after it,
 * because it shows the opposite.
 */
function yields(first: Operation, second: Operation): boolean {
  if (!(first.input instanceof Numbered) || !(second.input instanceof Numbered)) return false;
  const [{ bits: element }, { bits: other }] = [first.input, second.input];
  if (typeof element === 'string') return false;
  const leavesIt = first.f === 'add';
  if (typeof other === 'string') return hasBit(other, element) !== leavesIt;
  if (other !== element) return true;
  return second.f === 'contains' ? second.output !== leavesIt : second.f === first.f;
}

/** What a read shows, element by element. */
function looksAtEach(operation: Operation, operations: readonly Operation[]): readonly Operation[] {
  if (operation.f !== 'read' || !Array.isArray(operation.output)) return [operation];
  const shown = new Map(operation.output.map(element => [valueKey(element), element]));
  const all = new Map<string | number, unknown>(shown);
  for (const { f, input } of operations) if (f !== 'read') all.set(valueKey(input), input);
  return [...all].map(([key, input]) => ({ ...operation, f: 'contains', input, output: shown.has(key) }));
}

/**
 * An `info` add of x can be left out when it comes after the last return of every completed operation that saw x; an
 * `info` remove, when it comes after the last return of every completed operation that may have missed x.
 *
 * Proof. From such an add to the next add or remove of x (or the end) x is there, so nothing that was completed looked at
 * x and found it missing; and nothing found it there, for it had returned. So nobody looked, and x may as well be
 * missing. With a remove the other way round.
 */
function noticeableElements(operations: readonly Operation[]): ReadonlyMap<number, number> {
  const seenUntil = new Map<string | number, number>();
  const missedUntil = new Map<string | number, number>();
  const raise = (until: Map<string | number, number>, key: string | number, time: number) =>
    until.set(key, Math.max(time, until.get(key) ?? -Infinity));
  let readUntil = -Infinity;
  for (const operation of operations) {
    if (operation.outcome !== 'ok' || !isSetRead(operation)) continue;
    const { f, input, output } = operation;
    if (f === 'contains') raise(output === true ? seenUntil : missedUntil, valueKey(input), operation.return);
    else {
      readUntil = Math.max(readUntil, operation.return);
      if (Array.isArray(output)) for (const element of output) raise(seenUntil, valueKey(element), operation.return);
    }
  }
  const noticed = new Map<number, number>();
  for (const { id, f, input, outcome } of operations) {
    if (outcome !== 'info') continue;
    const key = valueKey(input);
    if (f === 'add') noticed.set(id, seenUntil.get(key) ?? -Infinity);
    if (f === 'remove') noticed.set(id, Math.max(readUntil, missedUntil.get(key) ?? -Infinity));
  }
  return noticed;
}

function describeSetOperation(operation: Operation): string {
  const words = operation.f === 'read' ? 'read' : `${operation.f} ${showValue(operation.input)}`;
  return operation.outcome === 'ok' && isSetRead(operation) ? `${words} -> ${showValue(operation.output)}` : words;
}

function describeElements(state: State): string {
  const elements = elementsOf(state);
  return elements.size === 0 ? 'the set is empty' : `the set is ${showValue([...elements.values()])}`;
}

function elementsOf(state: State): Elements {
  return typeof state === 'string' ? new Map() : state;
}

/** Numbers first, then texts. Any order will do, if it is always the same. */
function compareKeys(one: string | number, other: string | number): number {
  if (typeof one !== typeof other) return typeof one === 'number' ? -1 : 1;
  return one < other ? -1 : 1;
}
