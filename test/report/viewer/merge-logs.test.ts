/**
 * The lines of several nodes in one order.
 */
import { expect, test } from 'vitest';
import type { NodeLogText } from '../../../src/report/data.ts';
import { chooseLines, mergeLogs } from '../../../src/report/viewer/run/logs/merge-logs.ts';

function log(node: string, lines: readonly (readonly [number | null, string])[]): NodeLogText {
  return { node, lines: lines.map(([time, text]) => ({ time, text })), leftOut: null };
}

const logs = [
  log('n1', [
    [null, 'before any time'],
    [10, 'a'],
    [null, '  at a'],
    [50, '--- ordeal 2026-01-02T03:04:05.000Z killed with SIGKILL ---'],
  ]),
  log('n2', [
    [10, 'b'],
    [20, 'c'],
  ]),
  log('n3', [[null, 'never a time']]),
];

const all = { from: 0, to: 100, text: '', centre: 50, most: 500 };

test('a line without a time stays with the line that it follows', () => {
  const { entries, undated } = mergeLogs(logs);
  expect(entries.map(({ log: at, time, kind, text }) => `${at} ${time} ${kind} ${text}`)).toEqual([
    '0 10 line before any time',
    '0 10 line a',
    '0 10 line   at a',
    '1 10 line b',
    '1 20 line c',
    '0 50 mark killed with SIGKILL',
  ]);
  expect(undated.map(({ node }) => node)).toEqual(['n3']);
});

test('what is left out of a log is said at its place, also when the visible time lies within it', () => {
  const { entries } = mergeLogs([
    {
      ...log('n1', [
        [10, 'a'],
        [90, 'b'],
      ]),
      leftOut: { count: 1204, after: 1 },
    },
  ]);
  const texts = (from: number, to: number): readonly string[] =>
    chooseLines(entries, { ...all, from, to }).shown.map(({ text }) => text);
  expect(texts(0, 100)).toEqual(['a', '1,204 lines of this log not in the report', 'b']);
  expect(texts(40, 50)).toEqual(['1,204 lines of this log not in the report']);
  expect(texts(91, 100)).toEqual([]);
});

test('with no line to show, the nearest one is known', () => {
  const { entries } = mergeLogs(logs);
  const nearest = (from: number, to: number, text = ''): string | undefined =>
    chooseLines(entries, { ...all, from, to, text }).nearest?.text;
  expect(nearest(25, 30)).toBe('c');
  expect(nearest(0, 100)).toBeUndefined();
  expect(nearest(0, 30, 'KILLED')).toBe('killed with SIGKILL');
  expect(nearest(0, 30, 'nowhere')).toBeUndefined();
});

test('of too many lines those around the moment are shown, and all are counted', () => {
  const many = mergeLogs([
    log(
      'n1',
      Array.from({ length: 1000 }, (_, at) => [at, `line ${at}`] as const),
    ),
  ]);
  const seen = chooseLines(many.entries, { from: 0, to: 1000, text: '', centre: 300, most: 10 });
  expect(seen.shown.map(({ time }) => time)).toEqual([295, 296, 297, 298, 299, 300, 301, 302, 303, 304]);
  expect([seen.inTime, seen.matching]).toEqual([1000, 1000]);
  const some = chooseLines(many.entries, { from: 0, to: 1000, text: 'LINE 99', centre: 300, most: 10 });
  expect([some.inTime, some.matching]).toEqual([1000, 11]);
});
