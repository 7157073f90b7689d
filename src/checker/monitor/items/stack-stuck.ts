/**
 * A few items of a cluster without a bottom that are such a cluster by themselves.
 *
 * Items whose stays overlap from the beginning to the end of the cluster are one cluster again, with the same beginning and
 * end, so none of them may be at its bottom either. Whatever can be left out of these is left out: from both ends by
 * bisection (more items are never less stuck), and one by one where they are few.
 */
import { present } from '../../../base/assert.ts';
import { cover } from './cover.ts';
import { marks, peel } from './stack-peeling.ts';

/** Each is tried with a walk over all. */
const few = 64;

/** `stuck`: in the order in which their pushes returned. */
export function smallestStuck(sequence: Int32Array, stuck: readonly number[]): readonly number[] {
  const chain = chainOf(sequence, stuck);
  const events = sequence.filter(isOneOf(chain));
  const stuckAmong = (items: readonly number[]): readonly number[] | null => peelThese(events, items);
  const whole = present(stuckAmong(chain), 'a cluster without a bottom must stay one');
  const last = leastWith(whole.length, length => stuckAmong(whole.slice(0, length)) !== null);
  const ended = whole.slice(0, last);
  const length = leastWith(ended.length, count => stuckAmong(ended.slice(ended.length - count)) !== null);
  let items = present(stuckAmong(ended.slice(ended.length - length)));
  if (items.length > few) return items;
  for (const item of items) items = stuckAmong(items.filter(other => other !== item)) ?? items;
  return items;
}

function chainOf(sequence: Int32Array, stuck: readonly number[]): readonly number[] {
  // Items that are popped in the breath in which they are pushed have a number, but are not in the sequence.
  const items = sequence.reduce((most, event) => Math.max(most, event >> 2), 0) + 1;
  const start = new Int32Array(items);
  const end = new Int32Array(items);
  sequence.forEach((event, index) => {
    if ((event & 3) === marks.pushReturn) start[event >> 2] = index;
    if ((event & 3) === marks.popCall) end[event >> 2] = index;
  });
  const from = start[present(stuck[0])]!;
  const to = stuck.reduce((latest, item) => Math.max(latest, end[item]!), 0);
  return present(cover({ intervals: stuck, start, end, from, to }), 'a cluster must have no gap');
}

function peelThese(events: Int32Array, items: readonly number[]): readonly number[] | null {
  const numbers = new Map(items.map((item, number) => [item, number]));
  const kept = events.filter(isOneOf(items));
  const { stuck } = peel(
    kept.map(event => present(numbers.get(event >> 2)) * 4 + (event & 3)),
    items.length,
  );
  return stuck === null ? null : stuck.map(number => present(items[number]));
}

function isOneOf(items: readonly number[]): (event: number) => boolean {
  const chosen = new Set(items);
  return event => chosen.has(event >> 2);
}

/** The least whole number up to `most` with a property that all greater ones have too. `most` has it. */
function leastWith(most: number, has: (count: number) => boolean): number {
  let low = 0;
  let high = most;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (has(middle)) high = middle;
    else low = middle;
  }
  return high;
}
