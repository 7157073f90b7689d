/**
 * Rows for the bars of faults.
 */
import { expect, test } from 'vitest';
import type { ReportFault } from '../../../src/report/data.ts';
import { faultRows, nextInRow } from '../../../src/report/viewer/run/chart/fault-rows.ts';

const faults = (...spans: readonly (readonly [number, number | null])[]): ReportFault[] =>
  spans.map(([beginTime, endTime]) => ({ beginTime, endTime }) as ReportFault);

test('faults that overlap are below each other; one that follows another is beside it', () => {
  expect(faultRows(faults([0, 10], [5, 15], [10, 20], [12, 30]), 4)).toEqual([0, 1, 0, 2]);
});

test('one that never ended keeps its row for itself', () => {
  expect(faultRows(faults([0, null], [100, 110], [200, 210]), 4)).toEqual([0, 1, 1]);
});

test('where there are no more rows, the last one is shared', () => {
  expect(faultRows(faults([0, 10], [1, 10], [2, 10], [3, 10]), 2)).toEqual([0, 1, 1, 1]);
});

test('a name may reach to the next fault in its row', () => {
  const some = faults([0, 10], [5, 15], [20, 30]);
  expect(nextInRow(some, [0, 1, 0])).toEqual([20, Infinity, Infinity]);
});
