/**
 * A counter, 0 at first: `add delta`, `increment` and `decrement` (by one), `read -> number`. Each key is a counter of its
 * own.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { partitionByKey, showValue } from './value.ts';

export const counter: Model<number> = {
  name: 'counter',
  summary: 'a number, 0 at first: add, increment, decrement, read',
  functions: ['add', 'increment', 'decrement', 'read'],
  initial: 0,
  step(state, operation) {
    if (operation.f === 'read') return operation.output === state ? [state] : [];
    return [state + changeOf(operation)];
  },
  stateKey: state => state,
  isRead: operation => operation.f === 'read' || changeOf(operation) === 0,
  malformed: ({ f, input }) =>
    f === 'add' && !Number.isFinite(input) ? 'the value of add is the number that is added' : null,
  partition: partitionByKey,
  yields: (_, second) => second.f !== 'read',
  representatives: nearReads,
  describe: {
    operation({ f, input, output, outcome }) {
      if (f === 'add') return `add ${showValue(input)}`;
      return f === 'read' && outcome === 'ok' ? `read -> ${showValue(output)}` : f;
    },
    state: state => `the counter is ${state}`,
  },
};

/** More first states are too many. */
const mostStates = 1_000;

/** The numbers from which some read can be reached by some of the changes, and one from which none can. */
function nearReads(operations: readonly Operation[]): readonly number[] | null {
  const changes = operations.filter(({ f }) => f !== 'read').map(changeOf);
  const reads = operations.flatMap(({ f, output }) => (f === 'read' && typeof output === 'number' ? [output] : []));
  if (![...changes, ...reads].every(Number.isSafeInteger)) return null;
  if (reads.length === 0) return [0];
  const up = changes.reduce((sum, change) => sum + Math.max(0, change), 0);
  const down = changes.reduce((sum, change) => sum + Math.max(0, -change), 0);
  const lowest = reads.reduce((one, other) => Math.min(one, other)) - up;
  const highest = reads.reduce((one, other) => Math.max(one, other)) + down;
  if (highest - lowest >= mostStates) return null;
  return Array.from({ length: highest - lowest + 2 }, (_, index) => lowest + index);
}

export function changeOf({ f, input }: Operation): number {
  if (f === 'add') return Number(input);
  return f === 'increment' ? 1 : -1;
}
