/**
 * How long operations took, by function or by node: counts in buckets of a logarithmic scale, from which the quantiles
 * are read. One pass over the columns, and no memory per operation.
 *
 * How it can mislead: a quantile is the middle of its bucket, so it is exact to one per cent and no more; least and most
 * are exact. Only what ended `ok` is counted: an operation of which nothing was heard took longer than anything here.
 */
import type { ReportOperations } from '../../../data.ts';

export interface LatencyGroup {
  readonly name: string;
  readonly count: number;
  /** Nanoseconds, exact. */
  readonly least: number;
  readonly most: number;
  readonly buckets: Uint32Array;
}

export interface LatencyGroups {
  /** Those with at least one operation, in the order of the table of names. */
  readonly groups: readonly LatencyGroup[];
  /** Operations of that time that ended `fail` or `info`, or not at all. */
  readonly others: number;
}

export interface LatencyOptions {
  readonly by: 'function' | 'node';
  /** Operations that were called between these, both included. */
  readonly from: number;
  readonly to: number;
}

/** The middle of a bucket is at most 1 % from its ends. */
const perDecade = 120;
const shortest = 1e3;
const decades = 10;
export const bucketCount = perDecade * decades;

export function latencyGroups(operations: ReportOperations, { by, from, to }: LatencyOptions): LatencyGroups {
  const { callTime, returnTime, outcome } = operations;
  const group = by === 'function' ? operations.f : operations.node;
  const names = by === 'function' ? operations.functions : operations.nodes;
  const buckets = new Uint32Array(names.length * bucketCount);
  const least = new Float64Array(names.length).fill(Number.POSITIVE_INFINITY);
  const most = new Float64Array(names.length);
  const end = firstAfter(callTime, to);
  let others = 0;
  for (let id = firstAt(callTime, from); id < end; id++) {
    if (outcome[id] !== 0) {
      others++;
      continue;
    }
    const at = group[id] as number;
    const latency = (returnTime[id] as number) - (callTime[id] as number);
    (buckets[at * bucketCount + bucketOf(latency)] as number)++;
    if (latency < (least[at] as number)) least[at] = latency;
    if (latency > (most[at] as number)) most[at] = latency;
  }
  const groups = names.map((name, at): LatencyGroup => {
    const own = buckets.subarray(at * bucketCount, (at + 1) * bucketCount);
    const count = own.reduce((sum, part) => sum + part, 0);
    return { name, count, least: least[at] as number, most: most[at] as number, buckets: own };
  });
  return { groups: groups.filter(({ count }) => count > 0), others };
}

/** The latency that this part of the operations did not exceed, as `checker/availability.ts` counts it. */
export function quantile({ buckets, count, least, most }: LatencyGroup, part: number): number {
  const wanted = Math.min(count - 1, Math.floor(part * count));
  if (wanted === count - 1) return most;
  let before = 0;
  for (let at = 0; at < bucketCount; at++) {
    before += buckets[at] as number;
    if (before > wanted) return Math.min(Math.max(middleOf(at), least), most);
  }
  return most;
}

export function bucketOf(latency: number): number {
  if (latency <= shortest) return 0;
  return Math.min(bucketCount - 1, Math.floor(Math.log10(latency / shortest) * perDecade));
}

/** Where a bucket begins. */
export function lowerBound(bucket: number): number {
  return shortest * 10 ** (bucket / perDecade);
}

function middleOf(bucket: number): number {
  return lowerBound(bucket + 0.5);
}

/** The first that is at this time or later; times ascend. */
export function firstAt(times: Float64Array, time: number): number {
  return search(times, other => other >= time);
}

/** The first that is later. */
export function firstAfter(times: Float64Array, time: number): number {
  return search(times, other => other > time);
}

function search(times: Float64Array, holds: (time: number) => boolean): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(times[middle] as number)) high = middle;
    else low = middle + 1;
  }
  return low;
}
