/**
 * Counts and quantiles of the charts.
 */
import { expect, test } from 'vitest';
import type { ReportOperations } from '../../../src/report/data.ts';
import {
  binsOver,
  countInBins,
  endTimes,
  firstAtLeast,
  latencyBuckets,
  quantilesOf,
  roundStep,
} from '../../../src/report/viewer/run/chart/bins.ts';

/** Operations as `[call, return, outcome]`; the rest of the columns is not looked at. */
function operations(rows: readonly (readonly [call: number, end: number, outcome: number])[]): ReportOperations {
  return {
    length: rows.length,
    callTime: Float64Array.from(rows, row => row[0]),
    returnTime: Float64Array.from(rows, row => row[1]),
    outcome: Uint8Array.from(rows, row => row[2]),
  } as unknown as ReportOperations;
}

test('operations count when they end, and an info that never ended when it was asked for', () => {
  const ends = endTimes(
    operations([
      [10, 90, 0],
      [20, 30, 0],
      [25, 40, 1],
      [50, 70, 2],
      [60, Infinity, 2],
    ]),
  );
  expect([[...ends.ok], [...ends.fail], [...ends.info]]).toEqual([[30, 90], [40], [60, 70]]);
});

test('each time is in exactly one bin, and bins begin at multiples of their length', () => {
  const bins = binsOver({ from: 7, to: 31, step: 10 });
  expect([0, 1, 2, 3, 4].map(bin => bins.start(bin))).toEqual([0, 10, 20, 30, 40]);
  expect([...countInBins(Float64Array.of(0, 9, 10, 10, 19, 30, 39, 40), bins)]).toEqual([2, 3, 0, 2]);
});

test('a time finds the first place that is not before it', () => {
  const times = Float64Array.of(1, 3, 3, 5);
  expect([0, 3, 4, 6].map(time => firstAtLeast(times, time))).toEqual([0, 1, 3, 4]);
});

test('steps are round', () => {
  expect([0.7, 1, 1.1, 3, 20, 51, 1e9].map(roundStep)).toEqual([1, 1, 2, 5, 20, 100, 1e9]);
});

test('quantiles are those of a sorted list, to a tenth, and the maximum is exact', () => {
  const latencies = Array.from({ length: 5000 }, (_, at) => Math.round(1e6 * 1.0013 ** ((at * 1237) % 5000)));
  const seen = operations(latencies.map((latency, at) => [at * 1000, at * 1000 + latency, 0]));
  const buckets = latencyBuckets(seen);
  const sorted = latencies.toSorted((one, other) => one - other);
  const found = quantilesOf(seen, buckets, { first: 0, end: seen.length });
  expect(found?.count).toBe(5000);
  expect(found?.max).toBe(sorted.at(-1));
  for (const [name, part] of [
    ['p50', 0.5],
    ['p95', 0.95],
    ['p99', 0.99],
  ] as const)
    expect((found?.[name] ?? 0) / (sorted[part * 5000] as number)).toBeCloseTo(1, 1);
});

test('only what was ok has a latency', () => {
  const seen = operations([
    [0, 5e6, 1],
    [1, Infinity, 2],
    [2, 2, 0],
  ]);
  const buckets = latencyBuckets(seen);
  expect(quantilesOf(seen, buckets, { first: 0, end: 2 })).toBe(null);
  expect(quantilesOf(seen, buckets, { first: 0, end: 3 })).toEqual({ count: 1, p50: 0, p95: 0, p99: 0, max: 0 });
});
