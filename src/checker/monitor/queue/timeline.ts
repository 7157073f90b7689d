/**
 * One walk over the events of a queue, which finds for each dequeue that found it empty a moment when it may have been.
 *
 * From when an item was certainly put in until the dequeue that took it was called, it was inside. A dequeue may have
 * found nothing at a moment at which no item that a completed dequeue took was inside, and at which at least as many
 * `info` dequeues had been called as items were certainly put in that no completed dequeue ever took. It is needed, since
 * those must have been taken by then. It is enough: see the proof of the monitor.
 *
 * Such a moment is a *cut*: what is certainly put in before it was there before it, and all else comes after it.
 */
import { none } from '../dense.ts';
import { type Items, kinds } from './items.ts';

export interface Timeline {
  /** Items as they were certainly put in. */
  readonly byInserted: Int32Array;
  /** How many of them, when the walk ended. */
  readonly insertedCount: number;
  /** Items that a completed dequeue took, as it returned. */
  readonly byDequeueReturn: Int32Array;
  /** Items that none took, as they were certainly put in. */
  readonly left: Int32Array;
  readonly leftCount: number;
  /** Beside `left`: how many items had been called by then. They are the lowest. */
  readonly leftBefore: Int32Array;
  /** Positions of `info` dequeues, as they were called. */
  readonly crashed: Int32Array;
  readonly crashedCount: number;
  /** By item: how many cuts came before it was certainly put in. */
  readonly segment: Int32Array;
  readonly cuts: number;
  /** Positions of dequeues that found nothing, as they were called, and so by cut. */
  readonly empties: Int32Array;
  /** By cut: the first of its dequeues in `empties`; one more at the end. */
  readonly cutStart: Int32Array;
  /** Position of a dequeue that returned before it could have found nothing. The walk ended there. Else `none`. */
  readonly refuted: number;
}

export function timelineOf(items: Items): Timeline {
  const { kind, at, inserted, dequeue, dequeueCall } = items;
  const { events, class: classOf } = items.subhistory;
  const columns = allocate(items);
  const { byInserted, left, leftBefore, segment, crashed, empties, cutStart } = columns;
  let insertedCount = 0;
  let returned = 0;
  let leftCount = 0;
  let called = 0;
  let crashedCount = 0;
  let cuts = 0;
  let emptyCount = 0;
  let served = 0;
  let inside = 0;
  let refuted = none;
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    const isReturn = (events[rank]! & 1) === 1;
    const does = kind[classOf[position]!]!;
    if (does === kinds.crashedDequeue) crashed[crashedCount++] = position;
    else if (does === kinds.empty) {
      if (!isReturn) {
        at[position] = emptyCount;
        empties[emptyCount++] = position;
      } else if (at[position]! >= served) {
        refuted = position;
        break;
      }
    } else {
      const item = at[position]!;
      if (item === none) continue;
      if (!isReturn) {
        if (does === kinds.enqueue) called++;
        else if (inserted[item]! < rank) inside--;
      } else if (does === kinds.dequeue) columns.byDequeueReturn[returned++] = item;
      if (isReturn && inserted[item] === rank) {
        byInserted[insertedCount++] = item;
        segment[item] = cuts;
        if (dequeue[item] === none) {
          left[leftCount] = item;
          leftBefore[leftCount++] = called;
        } else if (dequeueCall[item]! > rank) inside++;
      }
    }
    if (served < emptyCount && inside === 0 && leftCount <= crashedCount) {
      cutStart[cuts++] = served;
      served = emptyCount;
    }
  }
  cutStart[cuts] = served;
  const byDequeueReturn = columns.byDequeueReturn.subarray(0, returned);
  return { ...columns, byDequeueReturn, insertedCount, leftCount, crashedCount, cuts, refuted };
}

function allocate({ subhistory, length }: Items) {
  const others = subhistory.length - length;
  return {
    byInserted: new Int32Array(length),
    byDequeueReturn: new Int32Array(length),
    left: new Int32Array(length),
    leftBefore: new Int32Array(length),
    segment: new Int32Array(length),
    crashed: new Int32Array(others),
    empties: new Int32Array(others),
    cutStart: new Int32Array(others + 1),
  };
}
