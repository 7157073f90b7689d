/**
 * Why no order of the operations on a queue is right: few operations that show it, and by when it was certain.
 *
 * An order that explains everything explains the operations of some items too (and dequeues that found nothing), when
 * the others are left out. As long as a completed dequeue took each of these items no more is needed. An item that none
 * took may have gone to any `info` dequeue that was called in time: then all of those are named, and more such items
 * than they could take.
 *
 * How it can mislead: in what had happened by some moment, a dequeue that was open may take anything, also one that
 * returned something else later. So what depends on an item that nobody took is certain only when the dequeues that had
 * been called by then have returned.
 */
import { never } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import type { MonitorVerdict } from '../monitor.ts';
import { type Items, kinds } from './items.ts';
import type { Timeline } from './timeline.ts';

type Invalid = Extract<MonitorVerdict, { readonly validity: 'invalid' }>;

/** One item was in before the other was enqueued, and its dequeue was called after that of the other had returned. */
export function refutePair(
  items: Items,
  { crashed, crashedCount }: Timeline,
  { overtaken, overtaker }: { readonly overtaken: number; readonly overtaker: number },
): Invalid {
  const { enqueue, dequeue, dequeueReturn, subhistory } = items;
  const taken = dequeueReturn[overtaker]!;
  const isShared = crashedCount > 0 && subhistory.call[crashed[0]!]! < taken;
  return {
    validity: 'invalid',
    culprits: [enqueue[overtaken]!, dequeue[overtaken]!, enqueue[overtaker]!, dequeue[overtaker]!],
    until: isShared ? dequeueReturn[overtaken]! : Math.min(settled(items, taken), dequeueReturn[overtaken]!),
  };
}

/** The item `left[index]` and those before it were to be taken before `deadline`, when the dequeue of a later one returned. */
export function refuteLoss(
  items: Items,
  timeline: Timeline,
  { index, deadline }: { readonly index: number; readonly deadline: number },
): Invalid {
  const { enqueue, dequeue, at, subhistory } = items;
  const later = at[subhistory.events[deadline]! >> 1]!;
  const lost = Array.from(timeline.left.subarray(0, index + 1), item => enqueue[item]!);
  return {
    validity: 'invalid',
    culprits: [...lost, ...timeline.crashed.subarray(0, index), enqueue[later]!, dequeue[later]!],
    until: settled(items, deadline),
  };
}

/** At each moment of `timeline.refuted` something was inside. */
export function refuteEmpty(items: Items, timeline: Timeline): Invalid {
  const { enqueue, dequeue, dequeueReturn, subhistory } = items;
  const { refuted: empty, crashed, crashedCount, left } = timeline;
  const { chosen, isWhole } = cover(items, timeline);
  const lost = isWhole ? [] : Array.from(left.subarray(0, Math.min(timeline.leftCount, crashedCount + 1)));
  const shared = isWhole ? [] : Array.from(crashed.subarray(0, crashedCount));
  const end = subhistory.return[empty]!;
  const taken = chosen.reduce((latest, item) => Math.max(latest, dequeueReturn[item]!), end);
  const sure = settled(items, end);
  let until = crashedCount === 0 ? Math.min(sure, taken) : taken;
  if (!isWhole) until = Math.max(until, sure);
  const dequeues = chosen.map(item => dequeue[item]!).filter(position => position !== none);
  const enqueues = [...chosen, ...lost].map(item => enqueue[item]!);
  return { validity: 'invalid', culprits: [empty, ...enqueues, ...dequeues, ...shared], until };
}

interface Cover {
  /** Items one of which was inside at each moment of the dequeue ... */
  readonly chosen: readonly number[];
  /** ... but for moments at which too many were that nobody took. */
  readonly isWhole: boolean;
}

/** Always the item that is inside longest. Without any `info` dequeue, one that nobody took is inside for ever. */
function cover({ subhistory, inserted, dequeue, dequeueCall }: Items, timeline: Timeline): Cover {
  const { byInserted, insertedCount, crashedCount, refuted } = timeline;
  const end = subhistory.return[refuted]!;
  const chosen: number[] = [];
  let isWhole = true;
  let longest = none;
  let index = 0;
  // A gap is what lies between an event of that rank and the next one.
  for (let gap = subhistory.call[refuted]!; gap < end; ) {
    for (; index < insertedCount && inserted[byInserted[index]!]! <= gap; index++) {
      const item = byInserted[index]!;
      if (dequeue[item] === none && crashedCount > 0) continue;
      if (longest === none || dequeueCall[item]! > dequeueCall[longest]!) longest = item;
    }
    if (longest !== none && dequeueCall[longest]! > gap) {
      chosen.push(longest);
      gap = dequeueCall[longest]!;
    } else {
      isWhole = false;
      gap = index < insertedCount ? inserted[byInserted[index]!]! : end;
    }
  }
  return { chosen, isWhole };
}

/** When the dequeues that had been called by then have returned: those that completed at all. */
function settled({ subhistory, kind }: Items, rank: number): number {
  let latest = rank;
  for (let position = 0; position < subhistory.length && subhistory.call[position]! < rank; position++) {
    const isDequeue = kind[subhistory.class[position]!] !== kinds.enqueue;
    const end = subhistory.return[position]!;
    if (isDequeue && end !== never) latest = Math.max(latest, end);
  }
  return latest;
}
