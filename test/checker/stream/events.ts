/**
 * Histories as streams: the events of operations, what is known at an event, and the first event of which no order
 * explains what is known, by asking the definition again and again.
 */
import type { HistoryEvent } from '../../../src/history/event.ts';
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';
import { explainable } from '../linearizable/oracle.ts';

const nanosPerIndex = 1e6;

/** In order. Of an `info` that was told there is an event, too. */
export function eventsOf(operations: readonly Operation[]): readonly HistoryEvent[] {
  const events = operations.flatMap((operation): HistoryEvent[] => {
    const { process, node, f, key, input, outcome, output, call } = operation;
    const end = endOf(operation);
    const invoke: HistoryEvent = { index: call, time: call, type: 'invoke', process, node, f, key, value: input };
    if (end === Infinity) return [invoke];
    const value = output === undefined ? {} : { value: output };
    return [invoke, { index: end, time: end, type: outcome, process, ...value }];
  });
  return events.toSorted((one, other) => one.index - other.index);
}

/** When its completion was recorded. */
export function endOf(operation: Operation): number {
  return operation.outcome === 'info' ? operation.returnTime / nanosPerIndex : operation.return;
}

/** What is known of the operations at this event. */
export function knownAt(operations: readonly Operation[], index: number): readonly Operation[] {
  return operations
    .filter(({ call }) => call <= index)
    .map(operation =>
      operation.return <= index ? operation : { ...operation, outcome: 'info', output: undefined, return: Infinity },
    );
}

/** Null: everything can be explained. */
export function firstImpossible(model: Model, operations: readonly Operation[]): number | null {
  for (const { index } of eventsOf(operations)) {
    if (!explainable(model, knownAt(operations, index))) return index;
  }
  return null;
}
