/**
 * The monitor of a queue whose dequeued values are enqueued once each. Linear in the number of operations.
 *
 * After Henzinger, Sezgin and Vafeiadis, "Aspect-oriented linearizability proofs" (2013): a history is wrong if a value comes
 * from nowhere or twice, if two values overtake each other, or if a dequeue finds nothing although at each of its moments
 * some value was certainly inside. Here in addition with `info` operations; a dequeue among these may have taken any
 * item that no completed one took (they are called *left*), or none.
 *
 * Three steps: find a moment for each dequeue that found nothing (`timeline.ts`); give to `info` dequeues those items
 * left that cannot have stayed in the queue; line up the items (`order.ts`).
 *
 * Proof of the second step. An item a that is left must be taken before any item that was enqueued after a was in; let D(a)
 * be the first return of a completed dequeue of such an item. The later an item was in, the later is its D. So those which
 * have a D, or a later cut, are the first of the items left to be in; and the i-th of them needs that i `info` dequeues
 * were called before its D. (That i were called before its cut, the timeline has seen to.) Nothing less will do. It is
 * enough to give the i-th of these dequeues to the i-th item. For let a be left, and b be enqueued after a was in:
 * - If a completed dequeue took b, a has a D, which is no later than its return. So a is given away, to a dequeue that was
 *   called before D(a): b does not overtake a.
 * - If b is given away, it has a D or a later cut. Then a has one too, and is given away, and neither dequeue returns.
 * And no cut lies within an item that is given away, nor after one that stays.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import type { Monitor, MonitorVerdict } from '../monitor.ts';
import { type Items, itemsOf } from './items.ts';
import { lineUp, orderOf } from './order.ts';
import { refuteEmpty, refuteLoss, refutePair } from './refutation.ts';
import { type Timeline, timelineOf } from './timeline.ts';

export const queueMonitor: Monitor = { name: 'queue-order', judge };

function judge(subhistory: Subhistory): MonitorVerdict {
  const items = itemsOf(subhistory);
  if ('validity' in items) return items;
  const timeline = timelineOf(items);
  if (timeline.refuted !== none) return refuteEmpty(items, timeline);
  const lost = giveAway(items, timeline);
  if (lost) return refuteLoss(items, timeline, lost);
  const line = lineUp(items, timeline);
  if ('overtaken' in line) return refutePair(items, timeline, line);
  return { validity: 'valid', order: orderOf(items, timeline, line) };
}

/** Gives items to `info` dequeues. Or says which of those left comes too late for that, and its D. */
function giveAway(
  { subhistory, length, at, dequeue, dequeueCall, dequeueReturn }: Items,
  { left, leftCount, leftBefore, crashed, crashedCount, segment, cuts }: Timeline,
): { readonly index: number; readonly deadline: number } | null {
  if (leftCount === 0) return null;
  /** By item: the first return of a dequeue of it, or of an item that was called later. */
  const soonest = new Int32Array(length + 1).fill(never);
  for (let item = length - 1; item >= 0; item--) soonest[item] = Math.min(soonest[item + 1]!, dequeueReturn[item]!);
  for (let index = 0; index < leftCount; index++) {
    const item = left[index]!;
    const deadline = soonest[leftBefore[index]!]!;
    if (deadline === never && segment[item] === cuts) return null;
    const taken = crashed[index]!;
    if (index >= crashedCount || subhistory.call[taken]! > deadline) return { index, deadline };
    dequeue[item] = taken;
    dequeueCall[item] = subhistory.call[taken]!;
    at[taken] = item;
  }
  return null;
}
