/**
 * Quantiles that the page counts itself, beside those that are counted exactly.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ReportOperations } from '../../../src/report/data.ts';
import { latencyGroups, quantile } from '../../../src/report/viewer/run/distribution/latency-groups.ts';
import { inColumns, spanOf } from '../../../src/report/viewer/run/distribution/latency-plot.ts';

interface Took {
  readonly f: number;
  /** Microseconds. */
  readonly took: number;
  readonly outcome?: number;
}

function operations(list: readonly Took[]): ReportOperations {
  const callTime = Float64Array.from(list, (_, at) => at * 1e6);
  return {
    callTime,
    returnTime: Float64Array.from(list, ({ took }, at) => at * 1e6 + took * 1e3),
    f: Int32Array.from(list, ({ f }) => f),
    node: Int32Array.from(list, () => 0),
    outcome: Uint8Array.from(list, ({ outcome = 0 }) => outcome),
    functions: ['read', 'write', 'never'],
    nodes: ['n1'],
  } as unknown as ReportOperations;
}

const always = { from: 0, to: Number.POSITIVE_INFINITY };

test('every quantile is within one per cent of the exact one, the largest is exact', () => {
  const took = fc.record({ f: fc.integer({ min: 0, max: 1 }), took: fc.integer({ min: 1, max: 100_000_000 }) });
  fc.assert(
    fc.property(fc.array(took, { minLength: 1, maxLength: 200 }), list => {
      const { groups } = latencyGroups(operations(list), { by: 'function', ...always });
      for (const group of groups) {
        const own = list.filter(({ f }) => ['read', 'write'][f] === group.name).map(one => one.took * 1e3);
        const sorted = own.toSorted((one, other) => one - other);
        expect(group.count).toBe(sorted.length);
        expect(group.most).toBe(sorted.at(-1));
        for (const part of [0.5, 0.95, 0.99, 0.999]) {
          const exact = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
          expect(Math.abs(quantile(group, part) - exact)).toBeLessThanOrEqual(exact * 0.01);
        }
      }
    }),
    { numRuns: 100 },
  );
});

test('counts only what ended ok, and only what was called in the given time', () => {
  const list = [
    { f: 0, took: 5 },
    { f: 0, took: 7 },
    { f: 1, took: 9, outcome: 2 },
    { f: 1, took: 11 },
  ];
  const seen = latencyGroups(operations(list), { by: 'function', from: 1e6, to: 3e6 });
  expect(seen.groups.map(({ name, count, least, most }) => ({ name, count, least, most }))).toEqual([
    { name: 'read', count: 1, least: 7e3, most: 7e3 },
    { name: 'write', count: 1, least: 11e3, most: 11e3 },
  ]);
  expect(seen.others).toBe(1);
  expect(latencyGroups(operations(list), { by: 'node', ...always }).groups.map(({ count }) => count)).toEqual([3]);
});

test('no operation is lost between the buckets and the columns of the histogram', () => {
  const list = [1, 3, 1_000, 1_010, 250_000].map(took => ({ f: 0, took }));
  const { groups } = latencyGroups(operations(list), { by: 'function', ...always });
  const span = spanOf(groups);
  const buckets = groups[0]?.buckets ?? new Uint32Array(0);
  for (const columns of [1, 7, 100, 5_000])
    expect(inColumns(buckets, span, columns).reduce((sum, count) => sum + count, 0)).toBe(5);
});
