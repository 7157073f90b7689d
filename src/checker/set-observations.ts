/**
 * What a history says about a grow-only set: who added each element, and which elements each read returned.
 *
 * Elements become small integers, told apart by their JSON text, so that reads of thousands of elements are compared as
 * arrays of numbers. Equal answers share one object in a history and are taken apart once.
 */
import type { History } from '../history/history.ts';
import { Interner } from '../history/intern.ts';
import type { Operation } from '../history/operation.ts';

export interface SetElement {
  readonly value: unknown;
  /** Additions that may have happened: `ok` or `info`. */
  attempts: number;
  /** The first of them; null when nobody added it, or every addition failed. */
  addition: Operation | null;
  /** The addition that was acknowledged first. */
  acknowledged: Operation | null;
  /** An addition that failed. */
  failed: Operation | null;
}

export interface SetRead {
  readonly operation: Operation;
  /** Indexes into `elements`, as they came. */
  readonly elements: Int32Array;
}

export interface SetObservations {
  readonly elements: readonly SetElement[];
  /** Answered reads in order of invocation. */
  readonly reads: readonly SetRead[];
  /** Answered reads whose answer is no list. */
  readonly malformed: readonly Operation[];
  readonly additions: number;
}

/** Names of the operation that adds: `add` of a g-set, `broadcast` of a broadcast. */
const addFunctions: ReadonlySet<string> = new Set(['add', 'broadcast']);

export function observeSet(history: History): SetObservations {
  const table = new Interner<unknown>();
  const elements: SetElement[] = [];
  const elementOf = (value: unknown): number => {
    const id = table.id(value, true);
    if (id === elements.length) {
      elements.push({ value, attempts: 0, addition: null, acknowledged: null, failed: null });
    }
    return id;
  };
  const lists = new Map<unknown, Int32Array>();
  const reads: SetRead[] = [];
  const malformed: Operation[] = [];
  let additions = 0;
  for (const operation of history.operations) {
    if (addFunctions.has(operation.f)) {
      additions++;
      noteAddition(elements[elementOf(operation.input)], operation);
    } else if (operation.f === 'read' && operation.outcome === 'ok') {
      const list = operation.output;
      if (!Array.isArray(list)) {
        malformed.push(operation);
        continue;
      }
      let ids = lists.get(list);
      if (ids === undefined) lists.set(list, (ids = Int32Array.from(list, elementOf)));
      reads.push({ operation, elements: ids });
    }
  }
  return { elements, reads, malformed, additions };
}

function noteAddition(element: SetElement | undefined, operation: Operation): void {
  if (element === undefined) return;
  if (operation.outcome === 'fail') {
    element.failed ??= operation;
    return;
  }
  element.attempts++;
  element.addition ??= operation;
  if (operation.outcome !== 'ok') return;
  if (element.acknowledged === null || operation.return < element.acknowledged.return) element.acknowledged = operation;
}
