/**
 * Sets from which nothing is removed: every element is *born* once, or never, and whole reads tell in which order.
 *
 * The one idea: all that is known of an element is a window for its birth. It is not before the first call of an add, nor
 * before the call of a look that missed it; and it is before the return of each add, and of each look that saw it. In turn,
 * with any birth in this window every operation on the element has a moment between its call and its return: the first
 * add that was called makes the birth (it is open, for it was called before the window and returns behind it), misses
 * come before, at their calls; the others after, at their calls or at once.
 *
 * Reads of the whole must be a chain, each set within the next larger one. This makes levels: what the smallest set shows
 * is born, then the reads of that set, then what the next one shows in addition, ...; in the end, what no read shows but
 * somebody added or saw. So there are things with windows (births, reads) in a known order of levels: possible exactly
 * when none ends before the start of one on an earlier level. Then each has its moment at its own start, or at the latest
 * start before its level.
 *
 * How it can mislead: a read by itself is no evidence without the adds of what it shows; so they are among the culprits.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import { firstFailing } from '../first-failing.ts';
import type { MonitorVerdict } from '../monitor.ts';
import { growingCulprits } from './growing-culprits.ts';
import { type GrowingSet, growingSetOf } from './growing-columns.ts';
import { levelsOf } from './growing-levels.ts';
import { orderOfLevels } from './growing-order.ts';

export function judgeGrowing(subhistory: Subhistory): MonitorVerdict {
  const set = growingSetOf(subhistory);
  const last = subhistory.events.length - 1;
  const levels = levelsOf(subhistory, set, last);
  if (levels.fault === null) return { validity: 'valid', order: orderOfLevels(subhistory, set, levels) };
  const until = firstFailing(last, rank => levelsOf(subhistory, set, rank).fault !== null);
  return { validity: 'invalid', culprits: culpritsAt(subhistory, set, until), until };
}

function culpritsAt(subhistory: Subhistory, set: GrowingSet, until: number): readonly number[] {
  const levels = levelsOf(subhistory, set, until);
  return growingCulprits(subhistory, set, { levels, until });
}
