/**
 * The upright axes.
 */
import { expect, test } from 'vitest';
import {
  decadesAround,
  decadeTicks,
  linearScale,
  linearTicks,
  logScale,
  shortNumber,
} from '../../../src/report/viewer/run/chart/axes.ts';

const rows = { top: 0, bottom: 100 };

test('numbers go up from 0', () => {
  const y = linearScale(200, rows);
  expect(linearTicks(200, y)).toEqual([
    { y: 100, label: '0' },
    { y: 75, label: '50' },
    { y: 50, label: '100' },
    { y: 25, label: '150' },
    { y: 0, label: '200' },
  ]);
});

test('latencies have a line for each power of ten around them', () => {
  const range = decadesAround(1.2e6, 3.4e8);
  expect(decadeTicks(range, logScale(range, rows)).map(({ y, label }) => [Math.round(y), label])).toEqual([
    [100, '1 ms'],
    [67, '10 ms'],
    [33, '100 ms'],
    [0, '1 s'],
  ]);
});

test('what is less than the least is at the bottom', () => {
  expect(logScale({ low: 1e3, high: 1e6 }, rows)(0)).toBe(100);
});

test('however little latencies differ, two powers of ten are shown', () => {
  expect(decadesAround(2e6, 3e6)).toEqual({ low: 1e6, high: 1e8 });
});

test('large numbers are short', () => {
  expect([0, 950, 9999, 12_345, 2.5e6].map(shortNumber)).toEqual(['0', '950', '10,000', '12.3k', '2.5M']);
});
