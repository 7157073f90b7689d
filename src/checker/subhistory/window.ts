/**
 * A window of a subhistory, by itself: what happened since an event, up to and with another, with what was open when it
 * begins and when it ends.
 *
 * It is weaker than the whole: what had returned before is not there, what was open may have happened before or not, what
 * had not returned may still happen. So if it is impossible from whatever state, the whole is impossible.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { never, type Subhistory } from './subhistory.ts';

export interface Bounds {
  /** Ranks, both included. */
  readonly from: number;
  readonly to: number;
  /**
   * Whether what was open when it begins keeps its return, if that is in the window: it may have happened before, or
   * happens before it returns. Only a search that is told so understands that. @default false: it may happen at any time
   */
  readonly keepReturns?: boolean;
}

export interface Window {
  /** In order of their calls. */
  readonly operations: readonly Operation[];
  /** Whether it begins with the first event. */
  readonly whole: boolean;
}

export function windowOf(model: Model, subhistory: Subhistory, bounds: Bounds): Window {
  const { from, to, keepReturns = false } = bounds;
  const { length, call, return: returns, class: classOf } = subhistory;
  const operations: Operation[] = [];
  /** Nothing needs more of one class than there are events. */
  const most = to - Math.max(from, 0) + 1;
  const counts = new Map<number, number>();
  for (let position = 0; position < length && call[position]! <= to; position++) {
    if (returns[position]! < from) continue;
    const begun = call[position]! < from;
    if (begun && returns[position] === never) {
      const count = (counts.get(classOf[position]!) ?? 0) + 1;
      if (count > most) continue;
      counts.set(classOf[position]!, count);
    }
    const operation = subhistory.operation(position);
    const ended = returns[position]! <= to;
    if (ended && !begun) operations.push(operation);
    else if (ended && keepReturns) {
      if (!isObservation(model, operation)) operations.push(early(operation));
    } else for (const open of opened(model, operation)) operations.push(begun ? early(open) : open);
  }
  return { operations, whole: from <= 0 };
}

/** Whether it only looks: it can be left out, and nothing else changes. */
export function isObservation(model: Model, operation: Operation): boolean {
  return operation.outcome === 'fail' || model.isRead(operation);
}

/** As if it had not returned: nobody knows whether it happened. */
export function opened(model: Model, operation: Operation): readonly Operation[] {
  if (isObservation(model, operation)) return [];
  if (operation.outcome === 'info') return [operation];
  return [{ ...operation, outcome: 'info', output: undefined, return: Infinity }];
}

/** As if it had been called before everything else. */
export function early(operation: Operation): Operation {
  return operation.call === -Infinity ? operation : { ...operation, call: -Infinity };
}
