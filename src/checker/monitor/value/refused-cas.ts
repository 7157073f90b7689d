/**
 * Where refused cas fit into an order of the other operations. A refused cas from a only needs a moment at which the value
 * is not a.
 *
 * If it lies wholly between a return and a later call of operations on one version, with value a, then the value was a
 * all the time, and no order explains it. Otherwise each refused cas, in order of calls, goes to the first gap of the
 * given order that is late enough and has another value. To take an earlier gap never hinders the next ones, so this
 * finds room for all of them if the order has it.
 *
 * How it can mislead: another order of the others may have room where this one has none. Then nothing is known, and the
 * search decides.
 */
import { outcomeCodes } from '../../../history/columns.ts';
import { showValue } from '../../../model/value.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import type { MonitorVerdict } from '../monitor.ts';
import { descentOf } from './culprits.ts';
import { initialValue, type ValueNumbers } from './numbers.ts';
import type { Versions } from './versions.ts';

export interface Explained {
  readonly values: ValueNumbers;
  readonly versions: Versions;
  /** Of all but the refused cas. */
  readonly order: Int32Array;
}

export function fitRefused(subhistory: Subhistory, explained: Explained): MonitorVerdict {
  const { class: classOf, classes } = subhistory;
  if (!classes.outcome.includes(outcomeCodes.fail)) return { validity: 'valid', order: explained.order };
  const until = impossibleUntil(subhistory, explained);
  // Where the other writes are left out, a refused cas may be impossible for that alone: there is no choice of culprits.
  if (until !== never) return { validity: 'invalid', culprits: null, until };
  const gaps = new Int32Array(subhistory.length).fill(none);
  const stuck = fillGaps(subhistory, explained, gaps);
  if (stuck === none) return { validity: 'valid', order: merge(explained.order, gaps) };
  const [from] = classes.values[classes.input[classOf[stuck]!]!] as readonly unknown[];
  return { validity: 'inapplicable', why: `a refused cas from ${showValue(from)} may need another order` };
}

/** A rank at which a refused cas is certain to be impossible, or `never`. */
function impossibleUntil(subhistory: Subhistory, { values: { needs }, versions }: Explained): number {
  const { length, call, return: end, class: classOf, classes } = subhistory;
  const { of, maker, firstReturn, lastCall, after } = versions;
  let suspect = none;
  let version: number = none;
  for (let position = 0; position < length && suspect === none; position++) {
    const own = classOf[position]!;
    if (classes.outcome[own] !== outcomeCodes.fail) continue;
    version = needs[own]!;
    const next = after[version]!;
    const made = maker[version] === none ? never : end[maker[version]!]!;
    const since = version === initialValue ? -1 : Math.min(firstReturn[version]!, made);
    const till = Math.max(lastCall[version]!, next === none ? -1 : call[maker[next]!]!);
    if (since < call[position]! && end[position]! < till) suspect = position;
  }
  if (suspect === none) return never;
  const next = after[version]!;
  const isNextLater = next !== none && call[maker[next]!]! > end[suspect]!;
  let until = isNextLater ? descentOf(subhistory, versions).proof[next]! : never;
  for (let position = suspect; position < length; position++) {
    const isLaterRead = of[position] === version && call[position]! > end[suspect]!;
    if (isLaterRead) until = Math.min(until, end[position]!);
  }
  return Math.max(until, end[suspect]!);
}

/** Puts each refused cas before the operation with this index in the order; answers one that has no place, or none. */
function fillGaps(
  { length, call, return: end, events, class: classOf, classes }: Subhistory,
  { values: { needs, leaves }, order }: Explained,
  gaps: Int32Array,
): number {
  const places = new Int32Array(length).fill(none);
  /** By gap: the value in it, the latest call before it, and the next gap that has another value. */
  const value = new Int32Array(order.length + 1);
  const called = new Int32Array(order.length + 1).fill(-1);
  const change = new Int32Array(order.length + 1).fill(order.length + 1);
  for (let place = 0; place < order.length; place++) {
    const position = order[place]!;
    const left = leaves[classOf[position]!]!;
    places[position] = place;
    value[place + 1] = left === none ? value[place]! : left;
    called[place + 1] = Math.max(called[place]!, call[position]!);
  }
  for (let gap = order.length - 1; gap >= 0; gap--) {
    change[gap] = value[gap] === value[gap + 1] ? change[gap + 1]! : gap + 1;
  }
  /** After all that have returned. */
  let earliest = 0;
  for (let rank = 0; rank < events.length; rank++) {
    const position = events[rank]! >> 1;
    if (events[rank]! & 1) earliest = Math.max(earliest, gaps[position]!, places[position]! + 1);
    else if (classes.outcome[classOf[position]!] === outcomeCodes.fail) {
      const gap = value[earliest] === needs[classOf[position]!] ? change[earliest]! : earliest;
      if (gap > order.length || called[gap]! > end[position]!) return position;
      gaps[position] = gap;
    }
  }
  return none;
}

function merge(order: Int32Array, gaps: Int32Array): Int32Array {
  const starts = new Int32Array(order.length + 2);
  let length = order.length;
  for (let position = 0; position < gaps.length; position++) {
    const gap = gaps[position]!;
    if (gap === none) continue;
    starts[gap + 1] = starts[gap + 1]! + 1;
    length++;
  }
  const merged = new Int32Array(length);
  for (let gap = 0; gap <= order.length; gap++) {
    starts[gap + 1] = starts[gap + 1]! + starts[gap]! + (gap < order.length ? 1 : 0);
    if (gap < order.length) merged[starts[gap + 1]! - 1] = order[gap]!;
  }
  for (let position = 0; position < gaps.length; position++) {
    const gap = gaps[position]!;
    if (gap === none) continue;
    merged[starts[gap]!] = position;
    starts[gap] = starts[gap]! + 1;
  }
  return merged;
}
