/**
 * Counts over parts of the time, and quantiles of latencies, quickly enough for every frame of a million operations.
 *
 * Ends are sorted once, so that a count is two searches however many operations lie between. A latency is put into one of a
 * hundred buckets once, so that a quantile is a count of bytes. Buckets are a fifth apart: a quantile is that exact and no
 * more. The maximum is exact.
 */
import type { ReportOperations } from '../../../data.ts';
import type { OutcomeName } from '../operation-words.ts';

/** When operations ended, ascending. An `info` without a completion counts at its call. */
export type EndTimes = Readonly<Record<OutcomeName, Float64Array>>;

const ends = new WeakMap<ReportOperations, EndTimes>();

export function endTimes(operations: ReportOperations): EndTimes {
  const known = ends.get(operations) ?? sortEnds(operations);
  ends.set(operations, known);
  return known;
}

function sortEnds({ length, outcome, callTime, returnTime }: ReportOperations): EndTimes {
  const sizes: [number, number, number] = [0, 0, 0];
  for (let id = 0; id < length; id++) sizes[outcome[id] as 0 | 1 | 2]++;
  const [ok, fail, info] = sizes.map(size => new Float64Array(size)) as [Float64Array, Float64Array, Float64Array];
  const of = [ok, fail, info];
  const filled: [number, number, number] = [0, 0, 0];
  for (let id = 0; id < length; id++) {
    const code = outcome[id] as 0 | 1 | 2;
    const end = returnTime[id] as number;
    (of[code] as Float64Array)[filled[code]++] = end === Infinity ? (callTime[id] as number) : end;
  }
  return { ok: ok.toSorted(), fail: fail.toSorted(), info: info.toSorted() };
}

/** The first place in ascending times whose time is not before this. */
export function firstAtLeast(ascending: Float64Array, time: number, from = 0): number {
  let [low, high] = [from, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < time) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** 1, 2 or 5 times a power of ten, not less than this. */
export function roundStep(least: number): number {
  const unit = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find(factor => factor * unit >= least * (1 - 1e-9)) ?? 10) * unit;
}

/** Equal parts of the time. They begin at multiples of their length, so that they stay when the view moves. */
export interface Bins {
  readonly step: number;
  readonly count: number;
  /** Where one begins; of `count` where the last one ends. */
  start(bin: number): number;
}

export function binsOver({
  from,
  to,
  step,
}: {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}): Bins {
  const first = Math.floor(from / step);
  const count = Math.max(1, Math.ceil(to / step) - first);
  return { step, count, start: bin => (first + bin) * step };
}

/** How many times lie in each bin. */
export function countInBins(ascending: Float64Array, bins: Bins): Uint32Array {
  const counts = new Uint32Array(bins.count);
  let place = firstAtLeast(ascending, bins.start(0));
  for (let bin = 0; bin < bins.count; bin++) {
    const next = firstAtLeast(ascending, bins.start(bin + 1), place);
    counts[bin] = next - place;
    place = next;
  }
  return counts;
}

const perDecade = 12;
const leastLatency = 1e3;
const bucketCount = 9 * perDecade;
const noBucket = 255;

/** For each operation the bucket of its latency; `noBucket` for one that is not `ok`. */
export function latencyBuckets({ length, outcome, callTime, returnTime }: ReportOperations): Uint8Array {
  const buckets = new Uint8Array(length).fill(noBucket);
  const factor = perDecade / Math.LN10;
  for (let id = 0; id < length; id++) {
    if (outcome[id] !== 0) continue;
    const latency = (returnTime[id] as number) - (callTime[id] as number);
    const bucket = latency <= leastLatency ? 0 : Math.floor(Math.log(latency / leastLatency) * factor);
    buckets[id] = Math.min(bucket, bucketCount - 1);
  }
  return buckets;
}

/** Latencies of `ok` operations; nanoseconds. */
export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

const histogram = new Uint32Array(bucketCount);

/** Of the operations from `first` until before `end`. Null when none of them was `ok`. */
export function quantilesOf(
  { callTime, returnTime }: ReportOperations,
  buckets: Uint8Array,
  { first, end }: { readonly first: number; readonly end: number },
): Quantiles | null {
  histogram.fill(0);
  let [count, max, highest] = [0, 0, 0];
  for (let id = first; id < end; id++) {
    const bucket = buckets[id] as number;
    if (bucket === noBucket) continue;
    count++;
    histogram[bucket] = (histogram[bucket] as number) + 1;
    if (bucket < highest) continue;
    highest = bucket;
    max = Math.max(max, (returnTime[id] as number) - (callTime[id] as number));
  }
  if (count === 0) return null;
  const quantile = (part: number): number => Math.min(max, quantileOf(histogram, count * part));
  return { count, p50: quantile(0.5), p95: quantile(0.95), p99: quantile(0.99), max };
}

/** Within its bucket a quantile is where it would be if the latencies were spread evenly on the log scale. */
function quantileOf(counts: Uint32Array, rank: number): number {
  let below = 0;
  for (let bucket = 0; bucket < bucketCount; bucket++) {
    const here = counts[bucket] as number;
    if (below + here >= rank && here > 0) return leastLatency * 10 ** ((bucket + (rank - below) / here) / perDecade);
    below += here;
  }
  return leastLatency * 10 ** (bucketCount / perDecade);
}
