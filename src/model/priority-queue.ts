/**
 * A priority queue, empty at first: `insert v`, and `remove-min -> v`, or `-> null` when it is empty. Each key is a queue of
 * its own.
 *
 * A value is a number, which is its own priority, or `[priority, item]`. The lowest priority comes out first. Of several
 * values of the lowest priority any one may come out.
 *
 * The state lists the values in order of priority, and equal priorities in the order of their keys, so that the same values
 * are the same state however they went in.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { partitionByKey, sameValue, showValue, valueKey } from './value.ts';

type Values = readonly unknown[];

export const priorityQueue: Model<Values> = {
  name: 'priority-queue',
  summary:
    'lowest priority out first, empty at first: insert (a number, or [priority, item]), remove-min -> value or null',
  functions: ['insert', 'remove-min'],
  initial: [],
  step,
  stateKey: state => JSON.stringify(state.map(valueKey)),
  isRead: () => false,
  malformed: ({ f, input }) =>
    f === 'insert' && !Number.isFinite(priorityOf(input))
      ? 'the value of insert is a number, which is its priority, or [priority, item] with a number first'
      : null,
  partition: partitionByKey,
  noticeable: noticeableInsertions,
  yields,
  describe: {
    operation({ f, input, output, outcome }) {
      if (f === 'insert') return `insert ${showValue(input)}`;
      return outcome === 'ok' ? `${f} -> ${showValue(output)}` : f;
    },
    state: state => (state.length === 0 ? 'the queue is empty' : `the queue holds ${showValue(state)}`),
  },
};

/** NaN for what is no value of a priority queue. */
export function priorityOf(value: unknown): number {
  if (typeof value === 'number') return value;
  return Array.isArray(value) && value.length === 2 && typeof value[0] === 'number' ? value[0] : Number.NaN;
}

function step(state: Values, { f, input, output, outcome }: Operation): readonly Values[] {
  const without = (index: number): Values => state.toSpliced(index, 1);
  if (f === 'insert') return [state.toSpliced(indexIn(state, input), 0, input)];
  if (state.length === 0) return outcome === 'info' || (output ?? null) === null ? [state] : [];
  const least = priorityOf(state[0]);
  if (outcome !== 'info') {
    if (priorityOf(output) !== least) return [];
    const index = indexIn(state, output);
    return index < state.length && sameValue(state[index], output) ? [without(index)] : [];
  }
  const successors: Values[] = [];
  for (let index = 0; index < state.length && priorityOf(state[index]) === least; index++) {
    if (index === 0 || !sameValue(state[index - 1], state[index])) successors.push(without(index));
  }
  return successors;
}

/** Of the first that does not come before it. */
function indexIn(state: Values, value: unknown): number {
  let low = 0;
  let high = state.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (comesBefore(state[middle], value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function comesBefore(one: unknown, other: unknown): boolean {
  const difference = priorityOf(one) - priorityOf(other);
  return difference === 0 ? String(valueKey(one)) < String(valueKey(other)) : difference < 0;
}

/**
 * An `info` insertion of v can be left out when it comes after the last return of every completed removal of v.
 *
 * Proof. In an order that is right, what it put in is taken by an `info` removal or by nobody (of equal values, say that
 * the completed removals took the others). Leave out both. The other removals found the least of more values, and what
 * they found is still there, so it is the least of fewer; and "empty" was never said of what held it.
 */
function noticeableInsertions(operations: readonly Operation[]): ReadonlyMap<number, number> {
  const takenUntil = new Map<string | number, number>();
  for (const { f, outcome, output, ...removal } of operations) {
    if (f !== 'remove-min' || outcome !== 'ok') continue;
    const key = valueKey(output);
    takenUntil.set(key, Math.max(removal.return, takenUntil.get(key) ?? -Infinity));
  }
  const insertions = operations.filter(({ f, outcome }) => f === 'insert' && outcome === 'info');
  return new Map(insertions.map(({ id, input }) => [id, takenUntil.get(valueKey(input)) ?? -Infinity]));
}

/**
 * An insertion need not come before another one, nor before a completed removal of another value: that value was there
 * before, and the least; and nothing comes out empty right after an insertion. A completed removal of u need not come
 * before the insertion of something that is no better than u: u is the least still.
 */
function yields(first: Operation, second: Operation): boolean {
  if (first.f === 'insert') {
    if (second.f === 'insert') return true;
    return second.outcome === 'ok' && !sameValue(first.input, second.output);
  }
  if (first.outcome !== 'ok' || second.f !== 'insert') return false;
  return priorityOf(second.input) >= priorityOf(first.output);
}
