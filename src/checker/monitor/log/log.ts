/**
 * Logs: the longest list that was read and the offsets that were told say which entry is where, so time only has to pass
 * by them in this order.
 *
 * The one idea is to be lazy: entries are written when an operation returns that needs them, as few as possible. What is
 * written at a place is known: who was told its offset, or some append of the value that was read there. Where an offset
 * further on was told but nobody read, it is any append that does not know its offset.
 *
 * Proof. An order that explains everything can be changed so that it moves only when an operation returns that has not
 * happened, and then just as far as that one (what comes after it may wait). Who writes at a place is told, or one of
 * several appends that nothing tells apart but their returns (the same value, or values that nobody read, or that have
 * all their places in the read part behind them); then the one that returns first does as well as any other (exchange
 * the two). For the same reason an append that returns unwritten takes the first place that it can have. So every step
 * is forced, and where it cannot be done no order exists; otherwise each has its place between call and return.
 *
 * How it can mislead: which place has which value is learned from later reads, so a failure is no reason to stop there.
 * The first impossible event is found by judging shorter and shorter histories, each by what it had seen.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import { firstFailing } from '../first-failing.ts';
import type { Monitor, MonitorVerdict } from '../monitor.ts';
import { type Placement, placeEntries } from './places.ts';
import { entriesOf } from './entries.ts';

export const logMonitor: Monitor = { name: 'log-places', judge };

function judge(subhistory: Subhistory): MonitorVerdict {
  const entries = entriesOf(subhistory);
  const last = subhistory.events.length - 1;
  if (last < 0) return { validity: 'valid', order: new Int32Array(0) };
  const placement = entries.conflict > last ? placeEntries(subhistory, entries, last) : null;
  if (placement) return { validity: 'valid', order: orderOf(subhistory, entries.lengths, placement) };
  const fails = (rank: number) => placeEntries(subhistory, entries, rank) === null;
  return { validity: 'invalid', culprits: null, until: firstFailing(Math.min(last, entries.conflict), fails) };
}

/** The reads of the empty log, the first entry, the reads of one entry, ... */
function orderOf(
  { length, class: classOf }: Subhistory,
  lengths: Int32Array,
  { written, count }: Placement,
): Int32Array {
  const starts = new Int32Array(count + 2);
  const entriesAt = (position: number) => lengths[classOf[position]!]!;
  for (let position = 0; position < length; position++) {
    const shown = entriesAt(position);
    if (shown >= 0) starts[shown + 1] = starts[shown + 1]! + 1;
  }
  for (let place = 0; place <= count; place++) starts[place + 1] = starts[place + 1]! + starts[place]! + 1;
  const order = new Int32Array(starts[count + 1]! - 1);
  for (let place = 0; place < count; place++) order[starts[place + 1]! - 1] = written[place]!;
  for (let position = 0; position < length; position++) {
    const shown = entriesAt(position);
    if (shown < 0) continue;
    order[starts[shown]!] = position;
    starts[shown] = starts[shown]! + 1;
  }
  return order;
}
