/**
 * What each client of a lock did, one thing after another.
 *
 * How it can mislead: a process that has two operations open, or goes on after one of unknown outcome, did not do one
 * thing after another. Then there are no turns.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { dense, none } from '../dense.ts';

/** Columns by position. */
export interface Turns {
  /** Numbers without gaps. */
  readonly process: Int32Array;
  readonly processes: number;
  /** Position of what the process did before, or `none`. */
  readonly previous: Int32Array;
}

/** Or why there are none, in words. */
export function turnsOf(subhistory: Subhistory): Turns | string {
  const { length, call, return: returns } = subhistory;
  const { of: process, count } = dense(subhistory.process);
  const previous = new Int32Array(length).fill(none);
  const latest = new Int32Array(count).fill(none);
  for (let position = 0; position < length; position++) {
    const own = process[position]!;
    if (own === none) return `process ${subhistory.process[position]} is no client`;
    const before = latest[own]!;
    if (before !== none && returns[before]! > call[position]!) {
      const named = `process ${subhistory.process[position]}`;
      return returns[before] === never
        ? `${named} went on after an operation of unknown outcome`
        : `${named} had two operations open at a time`;
    }
    previous[position] = before;
    latest[own] = position;
  }
  return { process, processes: count, previous };
}
