/**
 * How old what was read was. It reports and never judges: a store that promises less than linearizability may answer with
 * what is old, and its users want to know how old.
 *
 * The age of an answer is the time for which it had certainly been out of date when the read was asked for: since the
 * earliest acknowledgement of something newer. What is newer is decided by the order of the events, and never by their
 * times.
 *
 * Two shapes of history have ages, told apart by their functions and what they return: registers (`staleness-values.ts`)
 * and sets that only grow (`staleness-elements.ts`).
 *
 * How it can mislead: an age is a lower bound. And a read whose answer may be new after all (the write of it is of unknown
 * outcome) has no age and is not counted, so where much timed out, little is known.
 */
import type { Nanos } from '../../../base/names.ts';
import { columnsOf, type OperationColumns } from '../../../history/columns.ts';
import { hasTimes } from '../../../history/has-times.ts';
import type { History } from '../../../history/history.ts';
import { countWhile } from '../../bisect.ts';
import { type Ages, fresh } from './ages.ts';
import { elementAges } from './elements.ts';
import { valueAges } from './values.ts';

export interface Staleness {
  /** `value`: a read of what had been overwritten. `element`: a read that lacks what had been acknowledged. */
  readonly of: 'value' | 'element';
  /** Reads whose age is known. Where sets are so long that not all reads are looked at, those that were. */
  readonly reads: number;
  /** Of these, those that were out of date. */
  readonly stale: number;
  /** Of the stale reads. Null when there are none. */
  readonly age: { readonly p50: Nanos; readonly p99: Nanos; readonly max: Nanos } | null;
  /** Stale reads, the oldest answers first; at most 10,000. */
  readonly oldest: readonly { readonly operation: number; readonly age: Nanos }[];
  /**
   * Of all stale reads: counts by age, in order, from the first bin that is not empty to the last. `upTo` is the upper bound
   * of the bin, which belongs to it: 1, 2, 5, 10, 20, 50, ... microseconds.
   */
  readonly histogram: readonly { readonly upTo: Nanos; readonly count: number }[];
  /** By node that answered: reads, and stale ones. "" for reads of processes that are bound to no node. */
  readonly byNode: Readonly<Record<string, { readonly reads: number; readonly stale: number }>>;
}

const mostListed = 10_000;
const finestBin: Nanos = 1000;

/** Null where the reads of a history have no age, or when it has no times. */
export function stalenessOf(history: History): Staleness | null {
  if (!hasTimes(history)) return null;
  const shape = shapeOf(columnsOf(history.operations).functions);
  if (shape === null) return null;
  const ages = shape === 'value' ? valueAges(history.operations) : elementAges(history.operations);
  return ages === null ? null : summarise(shape, ages, columnsOf(history.operations));
}

const shapes = [
  { of: 'value', changes: ['write', 'cas'] },
  { of: 'element', changes: ['add', 'broadcast'] },
] as const;

/** A function that we do not know might undo what was done, so there may be none. */
function shapeOf(functions: readonly string[]): Staleness['of'] | null {
  const changes = functions.filter(name => name !== 'read');
  if (changes.length === 0 || changes.length === functions.length) return null;
  const shape = shapes.find(({ changes: known }) => changes.every(name => known.some(other => other === name)));
  return shape?.of ?? null;
}

function summarise(of: Staleness['of'], ages: Ages, columns: OperationColumns): Staleness {
  const byNode = columns.nodes.map(() => ({ reads: 0, stale: 0 }));
  let [reads, stale] = [0, 0];
  const known = new Float64Array(ages.length);
  for (let id = 0; id < ages.length; id++) {
    const age = ages[id] as number;
    if (Number.isNaN(age)) continue;
    const tally = byNode[columns.node[id] as number] as { reads: number; stale: number };
    reads++;
    tally.reads++;
    if (age === fresh) continue;
    known[stale++] = age;
    tally.stale++;
  }
  const sorted = known.subarray(0, stale).toSorted();
  const tallies = byNode.flatMap((tally, node) => (tally.reads === 0 ? [] : [[columns.nodes[node] ?? '', tally]]));
  return {
    of,
    reads,
    stale,
    age: quantiles(sorted),
    oldest: oldest(ages, sorted),
    histogram: histogram(sorted),
    byNode: Object.fromEntries(tallies) as Staleness['byNode'],
  };
}

function quantiles(sorted: Float64Array): Staleness['age'] {
  if (sorted.length === 0) return null;
  const at = (part: number): Nanos => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Of equal ages, the earlier reads. */
function oldest(ages: Ages, sorted: Float64Array): Staleness['oldest'] {
  const first = Math.max(0, sorted.length - mostListed);
  const least = sorted[first] ?? Number.POSITIVE_INFINITY;
  let equal = countWhile(sorted.length, at => (sorted[at] as number) <= least) - first;
  const found: { operation: number; age: Nanos }[] = [];
  for (let operation = 0; operation < ages.length; operation++) {
    const age = ages[operation] as number;
    if (age > least || (age === least && equal-- > 0)) found.push({ operation, age });
  }
  return found.toSorted((left, right) => right.age - left.age || left.operation - right.operation);
}

function histogram(sorted: Float64Array): Staleness['histogram'] {
  const bins: { upTo: Nanos; count: number }[] = [];
  for (let decade = finestBin, from = 0; from < sorted.length; decade *= 10) {
    for (const upTo of [decade, decade * 2, decade * 5]) {
      const to = countWhile(sorted.length, at => (sorted[at] as number) <= upTo);
      if (to > 0 && from < sorted.length) bins.push({ upTo, count: to - from });
      from = to;
    }
  }
  return bins;
}
