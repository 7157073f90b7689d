/**
 * A priority queue whose values went in once. Priorities may be equal.
 *
 * An item is certainly inside from the return of its insertion to the call of its removal. A removal needs a moment at
 * which no better item is certainly inside, and one that found nothing needs a moment at which none is. This is all:
 *
 * Let every removal happen at its first such moment after both calls, and every insertion as late as it can: just before
 * its return, or its removal. Say that u comes out at t, and w is better. If w is inside then, its removal had been called
 * (else w were certainly inside at t, or not in yet), so only a still better x keeps w from having come out by t. But x is
 * certainly inside at t then, and better than u. So t is no moment for u. At the same moment the better one goes first.
 *
 * From the best priority to the worst, the stretches at which something better is certainly inside only grow, so they are
 * united, and the next moment outside of them is found, in nearly constant time. So it is nearly linear; the priorities are sorted by their digits.
 *
 * For removals of unknown result see `stack`.
 */
import { present } from '../../../base/assert.ts';
import { absent } from '../../../history/columns.ts';
import { priorityOf } from '../../../model/priority-queue.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { chains } from './chains.ts';
import { cover } from './cover.ts';
import { type ItemFault, refuse } from './item-fault.ts';
import { type Items, itemsOf } from './items.ts';
import type { Monitor, MonitorVerdict } from '../monitor.ts';
import { numberOrder } from './number-order.ts';

export const priorityQueueMonitor: Monitor = { name: 'priority-queue-stretches', judge };

function judge(subhistory: Subhistory): MonitorVerdict {
  const items = itemsOf(subhistory, { insert: 'insert', remove: 'remove-min' });
  if ('validity' in items) return items;
  const ranking = rankingOf(subhistory, items);
  const found = arrange({ subhistory, items, ranking, leaves: items.removeCall });
  if ('removals' in found) return { validity: 'valid', order: orderOf(subhistory, { items, ranking, ...found }) };
  const [firstUnknown] = items.unknown;
  if (firstUnknown === undefined) return refuse(subhistory, items, found);
  const letOut = subhistory.call[firstUnknown]!;
  const leaves = items.removeCall.map(call => (call === never ? letOut : call));
  const relaxed = arrange({ subhistory, items, ranking, leaves });
  if (!('removals' in relaxed)) return refuse(subhistory, items, relaxed);
  return { validity: 'inapplicable', why: 'it depends on what the removals of unknown result took' };
}

/** The items, the best first. */
interface Ranking {
  readonly items: Int32Array;
  /** By item. */
  readonly priority: Float64Array;
}

function rankingOf({ class: classOf, classes }: Subhistory, { length, insertion }: Items): Ranking {
  const priority = new Float64Array(length);
  for (let item = 0; item < length; item++) {
    priority[item] = priorityOf(classes.values[classes.input[classOf[insertion[item]!]!]!]);
  }
  return { items: numberOrder(priority), priority };
}

interface Stay {
  readonly subhistory: Subhistory;
  readonly items: Items;
  readonly ranking: Ranking;
  /** By item: the rank from which on it may have left. It is certainly inside from its `insertReturn` to here. */
  readonly leaves: Int32Array;
}

/** A moment is after an event, whose rank it has. */
interface Moments {
  /** By place in the ranking: when the item comes out, or `never`. */
  readonly removals: Int32Array;
  /** By position: when a removal that found nothing happens. */
  readonly empties: Int32Array;
}

/** Or the fault that shows first. */
function arrange(stay: Stay): Moments | ItemFault {
  const { subhistory, ranking } = stay;
  const { call, return: ends, events, length } = subhistory;
  const { isEmpty, removal } = stay.items;
  const count = ranking.items.length;
  const stretches = stretchesOf(stay);
  const free = new FreeMoments(events.length);
  const removals = new Int32Array(count).fill(never);
  const empties = new Int32Array(length);
  let worst: { readonly item: number; readonly position: number } | null = null;
  let worstEnd = never;
  for (let index = 0; index < count; ) {
    const priority = ranking.priority[ranking.items[index]!]!;
    let next = index;
    for (; next < count; next++) {
      const item = ranking.items[next]!;
      if (ranking.priority[item] !== priority) break;
      const end = stretches[4 * item + 1]!;
      if (end === never) continue;
      const moment = free.from(stretches[4 * item]!);
      removals[next] = moment;
      if (moment < end || end >= worstEnd) continue;
      worst = { item, position: removal[item]! };
      worstEnd = end;
    }
    for (; index < next; index++) {
      const item = ranking.items[index]!;
      free.block(stretches[4 * item + 2]!, stretches[4 * item + 3]!);
    }
  }
  for (let position = 0; position < length; position++) {
    if (isEmpty[position] === 0) continue;
    const moment = free.from(call[position]!);
    empties[position] = moment;
    if (moment < ends[position]! || ends[position]! >= worstEnd) continue;
    worst = { item: absent, position };
    worstEnd = ends[position]!;
  }
  return worst === null ? { removals, empties } : faultOf(stay, worst);
}

/**
 * By item, next to each other because the items are taken in the order of their priorities: from when until when it may
 * come out, and from when until when it is certainly inside.
 */
function stretchesOf({ subhistory, items, leaves }: Stay): Int32Array {
  const { insertCall, insertReturn, removeCall, removeReturn } = items;
  const stretches = new Int32Array(4 * items.length);
  for (let item = 0; item < items.length; item++) {
    stretches[4 * item] = Math.max(insertCall[item]!, removeCall[item]!);
    stretches[4 * item + 1] = removeReturn[item]!;
    stretches[4 * item + 2] = Math.min(insertReturn[item]!, subhistory.events.length);
    stretches[4 * item + 3] = Math.min(leaves[item]!, subhistory.events.length);
  }
  return stretches;
}

/** Moments that are left; stretches of them are taken away. */
class FreeMoments {
  /** To one that is free, or later ones that lead there. The last one is always free. */
  private readonly next: Int32Array;

  constructor(count: number) {
    this.next = new Int32Array(count + 1).map((_, moment) => moment);
  }

  /** The first one not before this; the number of all when there is none. */
  from(moment: number): number {
    const { next } = this;
    let at = moment;
    while (next[at] !== at) {
      next[at] = next[next[at]!]!;
      at = next[at]!;
    }
    return at;
  }

  block(from: number, to: number): void {
    for (let at = from < to ? this.from(from) : to; at < to; at = this.from(at)) this.next[at] = at + 1;
  }
}

interface Impossible {
  /** `absent` for a removal that found nothing. */
  readonly item: number;
  readonly position: number;
}

/** Something better was certainly inside as long as the item could have come out. */
function faultOf({ subhistory, items, ranking, leaves }: Stay, { item, position }: Impossible): ItemFault {
  const { events, call, return: ends } = subhistory;
  const { itemOf, isRemoval, insertCall, insertReturn } = items;
  const to = ends[position]!;
  const better: number[] = [];
  for (let rank = 0; rank < to; rank++) {
    const other = itemOf[events[rank]! >> 1]!;
    if (!(events[rank]! & 1) || other === absent || isRemoval[events[rank]! >> 1] === 1) continue;
    if (insertReturn[other]! > leaves[other]!) continue;
    if (item === absent || ranking.priority[other]! < ranking.priority[item]!) better.push(other);
  }
  const from = item === absent ? call[position]! : Math.max(insertCall[item]!, call[position]!);
  const chosen = cover({ intervals: better, start: insertReturn, end: leaves, from, to });
  const members = present(chosen, 'what keeps an item inside must do so all the time');
  if (item === absent) return { items: members, empty: position, deadline: to };
  return { items: [item, ...members], empty: null, deadline: to };
}

interface Arranged extends Moments {
  readonly items: Items;
  readonly ranking: Ranking;
}

/**
 * At each moment first the removals, the best first, each with its insertion just before if that is at the same moment;
 * then the removals that found nothing; then the other insertions.
 */
function orderOf({ events, length }: Subhistory, { items, ranking, removals, empties }: Arranged): Int32Array {
  const { insertion, removal, insertReturn, isEmpty } = items;
  const insertions = removals.map((removed, index) => Math.min(insertReturn[ranking.items[index]!]! - 1, removed));
  const removing = chains(removals, events.length);
  const inserting = chains(insertions, events.length);
  const finding = chains(
    empties.map((moment, position) => (isEmpty[position] === 1 ? moment : never)),
    events.length,
  );
  const order = new Int32Array(length);
  let count = 0;
  for (let moment = 0; moment < events.length; moment++) {
    for (let index = removing.head[moment]!; index !== -1; index = removing.next[index]!) {
      if (insertions[index] === moment) order[count++] = insertion[ranking.items[index]!]!;
      order[count++] = removal[ranking.items[index]!]!;
    }
    for (let at = finding.head[moment]!; at !== -1; at = finding.next[at]!) order[count++] = at;
    for (let index = inserting.head[moment]!; index !== -1; index = inserting.next[index]!) {
      if (removals[index] !== moment) order[count++] = insertion[ranking.items[index]!]!;
    }
  }
  return order.slice(0, count);
}
