/**
 * A log: `append v -> offset`, counted from 0, or without a result when the system does not tell; `read -> [v, ...]`, all
 * of it in order. Each key is a log of its own.
 */
import type { Operation } from '../history/operation.ts';
import type { Model, Replayed } from './model.ts';
import { partitionByKey, sameValue, showValue, valueKey } from './value.ts';

type Entries = readonly unknown[];

export const log: Model<Entries> = {
  name: 'log',
  summary: 'a list that only grows, empty at first: append (-> offset), read (all of it)',
  functions: ['append', 'read'],
  initial: [],
  step(state, operation) {
    const { f, input, output } = operation;
    if (f === 'read') return sameValue(state, output) ? [state] : [];
    return tellsOffset(operation) && output !== state.length ? [] : [[...state, input ?? null]];
  },
  object: replayed,
  stateKey: valueKey,
  isRead: ({ f }) => f === 'read',
  partition: partitionByKey,
  noticeable: noticeableEntries,
  isHopeless: (state, { f, output }) =>
    f === 'read' &&
    Array.isArray(output) &&
    !state.every((entry, index) => index < output.length && sameValue(entry, output[index])),
  describe: {
    operation(operation) {
      const words = operation.f === 'append' ? `append ${showValue(operation.input)}` : 'read';
      const tells = operation.f === 'append' ? tellsOffset(operation) : operation.outcome === 'ok';
      return tells ? `${words} -> ${showValue(operation.output)}` : words;
    },
    state: state => `the log is ${showValue(state)}`,
  },
};

function replayed(): Replayed {
  const entries: unknown[] = [];
  return {
    apply(operation) {
      const { f, input, output } = operation;
      if (f === 'read') {
        if (!Array.isArray(output) || output.length !== entries.length) return false;
        return output.every((entry, index) => sameValue(entry, entries[index]));
      }
      if (tellsOffset(operation) && output !== entries.length) return false;
      return entries.push(input ?? null) > 0;
    },
  };
}

function tellsOffset({ f, outcome, output }: Operation): boolean {
  return f === 'append' && outcome === 'ok' && (output ?? null) !== null;
}

/**
 * An `info` append of v can be left out when it comes after the last return of every completed append that told its
 * offset, and of every completed read that lists v.
 *
 * Proof. The entry stays for ever, so every later read lists v; there is none. Only appends that do not tell their offset
 * come later, and they do not care.
 */
function noticeableEntries(operations: readonly Operation[]): ReadonlyMap<number, number> {
  const seenUntil = new Map<string | number, number>();
  let countedUntil = -Infinity;
  for (const operation of operations) {
    if (tellsOffset(operation)) countedUntil = Math.max(countedUntil, operation.return);
    if (operation.f !== 'read' || !Array.isArray(operation.output)) continue;
    for (const entry of operation.output) {
      const key = valueKey(entry);
      seenUntil.set(key, Math.max(operation.return, seenUntil.get(key) ?? -Infinity));
    }
  }
  const infos = operations.filter(({ f, outcome }) => f === 'append' && outcome === 'info');
  return new Map(
    infos.map(({ id, input }) => [id, Math.max(countedUntil, seenUntil.get(valueKey(input)) ?? -Infinity)]),
  );
}
