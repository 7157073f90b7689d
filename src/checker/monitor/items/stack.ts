/**
 * A stack whose values went in once.
 *
 * An item whose push and pop overlap is pushed and popped in one breath, at any moment of both: nobody notices. Of the
 * others, `peel` finds who lies under whom. A pop that found nothing needs a moment at which nothing is certainly inside:
 * then the stack can be empty, for whatever was taken away from the bottom of a cluster is pushed and popped with that
 * cluster; and there must be one, for what is certainly inside would have been found.
 *
 * A pop of unknown result may have taken anything that nobody else took. If there is an order in which no such pop takes
 * effect, that is an order. If there is none even if all that nobody took may leave by itself from the first such call on,
 * there is no order at all. In between the search decides.
 *
 * O(n log n), and linear but for `peel`.
 */
import { absent } from '../../../history/columns.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { chains } from './chains.ts';
import { cover } from './cover.ts';
import { type ItemFault, refuse } from './item-fault.ts';
import { type Items, itemsOf } from './items.ts';
import type { Monitor, MonitorVerdict } from '../monitor.ts';
import { marks, type Peeled, peel } from './stack-peeling.ts';
import { smallestStuck } from './stack-stuck.ts';

export const stackMonitor: Monitor = { name: 'stack-clusters', judge };

function judge(subhistory: Subhistory): MonitorVerdict {
  const items = itemsOf(subhistory, { insert: 'push', remove: 'pop' });
  if ('validity' in items) return items;
  const found = arrange(subhistory, items, never);
  if ('order' in found) return { validity: 'valid', order: found.order };
  const [firstUnknown] = items.unknown;
  if (firstUnknown === undefined) return refuse(subhistory, items, found);
  const relaxed = arrange(subhistory, items, subhistory.call[firstUnknown]!);
  if (!('order' in relaxed)) return refuse(subhistory, items, relaxed);
  return { validity: 'inapplicable', why: 'it depends on what the pops of unknown result took' };
}

interface Arrangement {
  /** Of no use where anything was let out. */
  readonly order: Int32Array;
}

/** `letOut`: rank from which on the items that nobody took may leave by themselves. */
function arrange(subhistory: Subhistory, items: Items, letOut: number): Arrangement | ItemFault {
  const leaves = items.removeCall.map(call => (call === never ? letOut : call));
  const stay: Stay = { subhistory, items, leaves, letOut };
  const fault = wrongEmpty(stay);
  if (fault) return fault;
  const { sequence, rankOf } = sequenceOf(stay);
  const peeled = peel(sequence, items.length);
  if (peeled.stuck === null) return { order: letOut === never ? orderOf(stay, peeled, rankOf) : new Int32Array() };
  const stuck = smallestStuck(sequence, peeled.stuck);
  return { items: stuck, empty: null, deadline: deadlineOf(stuck, stay) };
}

/** By when those that were called before the cluster began, and might have been at its bottom, had been popped. */
function deadlineOf(stuck: readonly number[], { items, leaves }: Stay): number {
  const begin = stuck.reduce((earliest, item) => Math.min(earliest, items.insertReturn[item]!), never);
  const end = stuck.reduce((latest, item) => Math.max(latest, leaves[item]!), 0);
  const early = stuck.filter(item => items.insertCall[item]! < begin);
  return Math.min(end, early.reduce((latest, item) => Math.max(latest, items.removeReturn[item]!), 0) + 1);
}

interface Stay {
  readonly subhistory: Subhistory;
  readonly items: Items;
  /** By item: the rank from which on it may have left. It is certainly inside from its `insertReturn` to here. */
  readonly leaves: Int32Array;
  readonly letOut: number;
}

/** The first pop to return that found nothing, although something was certainly inside all the time. */
function wrongEmpty({ subhistory, items, leaves, letOut }: Stay): ItemFault | null {
  const { events, call, return: ends } = subhistory;
  const { itemOf, isRemoval, isEmpty, insertReturn, removal } = items;
  let inside = 0;
  let insideForEver = 0;
  let lastFree = -1;
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    const isReturn = (events[rank]! & 1) === 1;
    const item = itemOf[position]!;
    if (rank === letOut) inside -= insideForEver;
    if (item !== absent && insertReturn[item]! < leaves[item]!) {
      if (isReturn && isRemoval[position] === 0) {
        inside++;
        if (removal[item] === absent) insideForEver++;
      } else if (!isReturn && isRemoval[position] === 1) inside--;
    }
    if (isReturn && isEmpty[position] === 1 && lastFree < call[position]!) {
      const stretch = { start: insertReturn, end: leaves, from: call[position]!, to: ends[position]! };
      const members = cover({ ...stretch, intervals: byInsertReturn(subhistory, items, leaves) });
      return { items: members ?? [], empty: position, deadline: ends[position]! };
    }
    if (inside === 0) lastFree = rank;
  }
  return null;
}

function byInsertReturn(
  { events }: Subhistory,
  { itemOf, isRemoval, insertReturn }: Items,
  leaves: Int32Array,
): Int32Array {
  const sorted = new Int32Array(leaves.length);
  let count = 0;
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    const item = itemOf[position]!;
    if (!(events[rank]! & 1) || item === absent || isRemoval[position] === 1) continue;
    if (insertReturn[item]! < leaves[item]!) sorted[count++] = item;
  }
  return sorted.subarray(0, count);
}

interface Sequence {
  /** See `peel`: the items that are certainly inside at some time. */
  readonly sequence: Int32Array;
  /** By index in it: the rank, or `never` for what did not happen. */
  readonly rankOf: Int32Array;
}

/** What nobody took is popped after all others, or may be popped from `letOut` on. */
function sequenceOf({ subhistory: { events }, items, leaves, letOut }: Stay): Sequence {
  const { itemOf, isRemoval, insertReturn, removal } = items;
  const sequence = new Int32Array(items.length * 4);
  const rankOf = new Int32Array(items.length * 4).fill(never);
  const left = new Int32Array(items.length);
  let leftCount = 0;
  let count = 0;
  const open = (): void => {
    for (let index = 0; index < leftCount; index++) sequence[count++] = left[index]! * 4 + marks.popCall;
  };
  for (let rank = 0; rank < events.length; rank++) {
    if (rank === letOut) open();
    const position = events[rank]! >> 1;
    const item = itemOf[position]!;
    if (item === absent || insertReturn[item]! > leaves[item]!) continue;
    const mark = isRemoval[position]! * 2 + (events[rank]! & 1);
    rankOf[count] = rank;
    sequence[count++] = item * 4 + mark;
    if (mark === marks.pushReturn && removal[item] === absent) left[leftCount++] = item;
  }
  if (letOut === never) open();
  for (let index = 0; index < leftCount; index++) sequence[count++] = left[index]! * 4 + marks.popReturn;
  return { sequence: sequence.subarray(0, count), rankOf };
}

/**
 * Between two events come first the pops of clusters that ended with the first event, the innermost first, then the pops
 * that found nothing, and then the pushes of clusters that begin with the second event, the outermost first.
 */
function orderOf({ subhistory, items, leaves }: Stay, peeled: Peeled, rankOf: Int32Array): Int32Array {
  const { events, length } = subhistory;
  const { itemOf, isRemoval, isEmpty, insertion, removal, insertCall, insertReturn, removeCall } = items;
  const rankOfEach = (indexes: Int32Array): Int32Array => indexes.map(index => rankOf[index]!);
  const pushes = chains(rankOfEach(peeled.begin), events.length);
  const pops = chains(rankOfEach(peeled.end), events.length, true);
  const order = new Int32Array(length);
  const waiting = new Int32Array(length);
  let count = 0;
  let waitingCount = 0;
  let inside = 0;
  for (let rank = 0; rank < events.length; rank++) {
    for (let at = pushes.head[rank]!; at !== -1; at = pushes.next[at]!) order[count++] = insertion[peeled.items[at]!]!;
    const position = events[rank]! >> 1;
    const isReturn = (events[rank]! & 1) === 1;
    const item = itemOf[position]!;
    if (item === absent) {
      if (isEmpty[position] === 1 && !isReturn) waiting[waitingCount++] = position;
    } else if (insertReturn[item]! < leaves[item]!) {
      if (isReturn && isRemoval[position] === 0) inside++;
      if (!isReturn && isRemoval[position] === 1) inside--;
    } else if (rank === Math.max(insertCall[item]!, removeCall[item]!)) {
      order[count++] = insertion[item]!;
      order[count++] = removal[item]!;
    }
    for (let at = pops.head[rank]!; at !== -1; at = pops.next[at]!) order[count++] = removal[peeled.items[at]!]!;
    if (inside > 0) continue;
    for (let index = 0; index < waitingCount; index++) order[count++] = waiting[index]!;
    waitingCount = 0;
  }
  return order.slice(0, count);
}
