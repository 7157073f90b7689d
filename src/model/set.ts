/**
 * A set: `add x`, `remove x`, `contains x -> boolean`, and `read -> [x, ...]`, which shows all of it.
 *
 * The order of a read does not count, nor does an element that it lists twice: that is for the checkers that look for
 * duplicates.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { partitionByKey, showValue, valueKey } from './value.ts';

/** The elements by their key, in the order of the keys. */
type Elements = ReadonlyMap<string | number, unknown>;

export const set: Model<Elements> = {
  name: 'set',
  summary: 'elements, none at first: add, remove, contains, read (all of them)',
  functions: ['add', 'remove', 'contains', 'read'],
  initial: new Map(),
  step: stepSet,
  stateKey: state => JSON.stringify([...state.keys()]),
  isRead: operation => operation.f === 'read' || operation.f === 'contains',
  partition: partitionByKey,
  noticeable: noticeableElements,
  describe: {
    operation: describeSetOperation,
    state: state => (state.size === 0 ? 'the set is empty' : `the set is ${showValue([...state.values()])}`),
  },
};

function stepSet(state: Elements, operation: Operation): readonly Elements[] {
  if (operation.f === 'read') {
    if (!Array.isArray(operation.output)) return [];
    const read = new Set(operation.output.map(valueKey));
    return read.size === state.size && [...read].every(key => state.has(key)) ? [state] : [];
  }
  const key = valueKey(operation.input);
  if (operation.f === 'contains') return operation.output === state.has(key) ? [state] : [];
  if (state.has(key) === (operation.f === 'add')) return [state];
  const elements = new Map(state);
  if (operation.f === 'remove') elements.delete(key);
  else elements.set(key, operation.input);
  return [new Map([...elements].toSorted(([one], [other]) => compareKeys(one, other)))];
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
  let missedUntil = -Infinity;
  for (const operation of operations) {
    if (operation.outcome !== 'ok') continue;
    const looks = operation.f === 'read' || operation.f === 'contains';
    if (looks && operation.output !== true) missedUntil = Math.max(missedUntil, operation.return);
    for (const key of elementsSeen(operation)) {
      seenUntil.set(key, Math.max(operation.return, seenUntil.get(key) ?? -Infinity));
    }
  }
  const noticed = new Map<number, number>();
  for (const { id, f, input, outcome } of operations) {
    if (outcome !== 'info') continue;
    if (f === 'add') noticed.set(id, seenUntil.get(valueKey(input)) ?? -Infinity);
    if (f === 'remove') noticed.set(id, missedUntil);
  }
  return noticed;
}

function elementsSeen({ f, input, output }: Operation): readonly (string | number)[] {
  if (f === 'read') return Array.isArray(output) ? output.map(valueKey) : [];
  return f === 'contains' && output === true ? [valueKey(input)] : [];
}

function describeSetOperation({ f, input, output, outcome }: Operation): string {
  const words = f === 'read' ? 'read' : `${f} ${showValue(input)}`;
  return outcome === 'ok' && (f === 'read' || f === 'contains') ? `${words} -> ${showValue(output)}` : words;
}

/** Numbers first, then texts. Any order will do, if it is always the same. */
function compareKeys(one: string | number, other: string | number): number {
  if (typeof one !== typeof other) return typeof one === 'number' ? -1 : 1;
  return one < other ? -1 : 1;
}
