/**
 * The order in which items went through a queue, and an order of the operations.
 *
 * One item must go before another when it was certainly put in before the other was enqueued, or was taken by a dequeue
 * that returned before that of the other was called. An item may be next when it has to wait for no other that is left:
 * it was enqueued before the first of them was certainly in, and its dequeue was called before the first of theirs
 * returned. Both bounds only grow, so two pointers find which items are ready; among these, those of the first segment
 * go first. No item has to wait for one of a later segment, because a cut is a moment outside of every item.
 *
 * If no item is ready, let a be the first that was certainly in, and b the first whose dequeue returned. Neither waits for
 * itself, so b was enqueued after a was in, and a's dequeue was called after b's had returned: no queue does that.
 *
 *     a:  |enqueue|             .                    |dequeue|
 *     b:            |enqueue|   .    |dequeue|
 *
 * The operations follow, item by item. An enqueue is put right after the latest call of an enqueue so far (or at the last
 * cut), a dequeue right before the earliest return of a dequeue to come (or at the next cut). That is within their
 * intervals, for no item comes after one that had to come after it, and the enqueue of an item is before its dequeue.
 */
import { never } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import type { Items } from './items.ts';
import type { Timeline } from './timeline.ts';

/** All items in order, or two that contradict each other: the later one was dequeued first. */
export type Line =
  | { readonly items: Int32Array; readonly bySegment: Int32Array }
  | { readonly overtaken: number; readonly overtaker: number };

export function lineUp(items: Items, timeline: Timeline): Line {
  const { enqueueCall, inserted, dequeueCall, dequeueReturn, length } = items;
  const { byInserted, byDequeueReturn, segment, cuts } = timeline;
  const byDequeueCall = orderByDequeueCall(items);
  const bySegment = new Int32Array(cuts + 1);
  for (let item = 0; item < length; item++) bySegment[segment[item]!] = bySegment[segment[item]!]! + 1;
  const ready: Ready = {
    bounds: new Uint8Array(length),
    next: new Int32Array(length),
    first: new Int32Array(cuts + 1).fill(none),
    segment,
  };
  const gone = new Uint8Array(length);
  const line = new Int32Array(length);
  let count = 0;
  let firstIn = 0;
  let firstOut = 0;
  let called = 0;
  let asked = 0;
  for (let current = 0; current <= cuts; current++) {
    for (let rest = bySegment[current]!; rest > 0; rest--) {
      while (gone[byInserted[firstIn]!] === 1) firstIn++;
      while (firstOut < byDequeueReturn.length && gone[byDequeueReturn[firstOut]!] === 1) firstOut++;
      const inBy = inserted[byInserted[firstIn]!]!;
      const outBy = firstOut < byDequeueReturn.length ? dequeueReturn[byDequeueReturn[firstOut]!]! : never;
      while (called < length && enqueueCall[called]! < inBy) freed(ready, called++);
      while (asked < length && (dequeueCall[byDequeueCall[asked]!]! < outBy || outBy === never)) {
        freed(ready, byDequeueCall[asked++]!);
      }
      const item = ready.first[current]!;
      if (item === none) return { overtaken: byInserted[firstIn]!, overtaker: byDequeueReturn[firstOut]! };
      ready.first[current] = ready.next[item]!;
      gone[item] = 1;
      line[count++] = item;
    }
  }
  return { items: line, bySegment };
}

/** Those that stay in the queue come last. */
function orderByDequeueCall({ subhistory, length, at, enqueue, dequeue }: Items): Int32Array {
  const sorted = new Int32Array(length);
  let count = 0;
  for (let position = 0; position < subhistory.length; position++) {
    const item = at[position]!;
    if (item !== none && item < length && dequeue[item] === position) sorted[count++] = item;
  }
  for (let item = 0; count < length && item < enqueue.length; item++) {
    if (dequeue[item] === none) sorted[count++] = item;
  }
  return sorted;
}

/** Items that may be next, as a list for each segment. */
interface Ready {
  /** By item: how many of its two bounds allow it. */
  readonly bounds: Uint8Array;
  readonly next: Int32Array;
  readonly first: Int32Array;
  readonly segment: Int32Array;
}

function freed({ bounds, next, first, segment }: Ready, item: number): void {
  if (bounds[item]!++ === 0) return;
  next[item] = first[segment[item]!]!;
  first[segment[item]!] = item;
}

/** Positions. */
export function orderOf(
  items: Items,
  timeline: Timeline,
  { items: line, bySegment }: { readonly items: Int32Array; readonly bySegment: Int32Array },
): Int32Array {
  const { enqueue, dequeue, enqueueCall, dequeueReturn, subhistory } = items;
  const { cuts, cutStart, empties } = timeline;
  const leave = new Int32Array(line.length);
  for (let index = line.length - 1, soonest: number = never; index >= 0; index--) {
    soonest = Math.min(soonest, dequeueReturn[line[index]!]!);
    leave[index] = soonest;
  }
  const order = new Int32Array(subhistory.length);
  let count = 0;
  let entering = 0;
  let leaving = 0;
  let latest = -1;
  for (let current = 0; current <= cuts; current++) {
    const end = leaving + bySegment[current]!;
    for (; leaving < end && dequeue[line[leaving]!] !== none; leaving++) {
      for (; entering < end; entering++) {
        latest = Math.max(latest, enqueueCall[line[entering]!]!);
        if (latest > leave[leaving]!) break;
        order[count++] = enqueue[line[entering]!]!;
      }
      order[count++] = dequeue[line[leaving]!]!;
    }
    for (; entering < end; entering++) order[count++] = enqueue[line[entering]!]!;
    if (current === cuts) break;
    for (let index = cutStart[current]!; index < cutStart[current + 1]!; index++) order[count++] = empties[index]!;
  }
  return order.subarray(0, count);
}
