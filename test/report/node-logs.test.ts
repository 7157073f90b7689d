import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeLogText } from '../../src/report/data.ts';
import { logClock, stampOf } from '../../src/report/line-time.ts';
import { readNodeLogs } from '../../src/report/node-logs.ts';

const zeroMs = Date.parse('2026-11-21T20:43:10Z');
let path: string;

beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'ordeal-logs-'));
});

afterEach(() => rmSync(path, { recursive: true, force: true }));

function logs(files: Readonly<Record<string, string | Buffer>>): readonly NodeLogText[] {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(path, name), text);
  return readNodeLogs({ path, zeroMs });
}

/** Of one log: its first and last lines before and after the gap, and the gap. */
function ends({ lines, leftOut }: NodeLogText): unknown[] {
  const after = leftOut?.after ?? 0;
  return [lines[0], lines[after - 1], leftOut?.count, lines[after], lines.at(-1)].map(part =>
    typeof part === 'object' ? part.text : part,
  );
}

function total(read: readonly NodeLogText[]): number {
  return read.flatMap(({ lines }) => lines.map(({ text }) => text.length)).reduce((sum, length) => sum + length, 0);
}

describe('a line says when it was written', () => {
  test.each([
    ['--- ordeal 2026-11-21T20:43:10.123Z n1 starts: ./node ---', 123],
    ['2026-11-21T20:43:11Z ready', 1000],
    ['2026-11-21 20:43:10,250 [myid:1] - INFO  [main:QuorumPeer] - LOOKING', 250],
    ['2026-11-21 20:43:10.123456 I | etcdserver: starting member', 123.456],
    ['raft2026/11/21 20:43:12 INFO: became leader', 2000],
    ['2026-11-21T21:43:10.5+01:00 INFO started', 500],
    ['2026-11-21 15:43:10 -0500 started', 0],
    ['[INFO] [2026-11-21T20:43:10.001Z] started', 1],
    ['{"level":"info","ts":"2026-11-21T20:43:10.123Z","msg":"elected"}', 123],
    ['{"level":"info","ts":"2026-11-21T20:43:10.123+0100","msg":"elected"}', 123 - 3_600_000],
    [`{"msg":"${'x'.repeat(200)}","time":"2026-11-21T20:43:10.777Z"}`, 777],
    ['1:M 21 Nov 2026 20:43:10.123 * Ready to accept connections', 123],
    ['12:S 03 Dec 2026 20:43:10.000 # Connection with master lost', 12 * 24 * 3_600_000],
  ])('%s', (line, afterZeroMs) => {
    expect((stampOf(line)?.ms ?? 0) - zeroMs).toBeCloseTo(afterZeroMs, 3);
  });

  test.each([
    '',
    'ready',
    '    at Node.main (node.js:2026)',
    `${'x'.repeat(50)} 2026-11-21T20:43:10Z`,
    '2026-13-41T20:43:10Z no such day',
    '1:M 21 Foo 2026 20:43:10.123 * no such month',
    '{"msg":"no time","at":"2026"}',
  ])('or it does not: "%s"', line => {
    expect(stampOf(line)).toBe(null);
  });
});

describe('the times of a log', () => {
  const times = (...lines: readonly string[]): (number | null)[] => {
    const timeOf = logClock(zeroMs);
    return lines.map(line => {
      const time = timeOf(line);
      return time === null ? null : time / 1e6;
    });
  };

  test('are put right when the node writes its local time, as the mark before it shows', () => {
    const mark = '--- ordeal 2026-11-21T20:43:10.100Z n1 starts: python3 node.py ---';
    expect(times(mark, '2026-11-21 22:43:10,300 up', 'no time', '2026-11-21 23:13:10,000 much later')).toEqual([
      100,
      300,
      null,
      1_800_000,
    ]);
    expect(times(mark, '2026/11/22 02:13:11 in India')).toEqual([100, 1_000]);
    expect(times(mark, '2026-11-21 20:43:10,300 UTC', '2026-11-21 22:43:10,300 two hours later')).toEqual([
      100, 300, 7_200_300,
    ]);
    expect(times(mark, '2020-01-01 00:00:00 no time zone is so far')[1]).toBeLessThan(-1e9);
  });

  test('do not go back where a line has whole seconds only', () => {
    expect(times('2026-11-21 20:43:10.9 a', '2026/11/21 20:43:10 b', '2026/11/21 20:43:11 c')).toEqual([
      900, 900, 1_000,
    ]);
  });
});

describe('the logs of the nodes', () => {
  test('are none where there is no directory', () => {
    expect(readNodeLogs({ path: join(path, 'none'), zeroMs })).toEqual([]);
  });

  test('are read whole when they are short, in the order of the nodes, with the time of the run', () => {
    const read = logs({
      'n10.log': '',
      'n2.log': '2026-11-21T20:43:11.5Z one\r\n\n  two\nthe last one has no newline',
      'notes.txt': 'is no log',
    });
    expect(read).toEqual([
      {
        node: 'n2',
        lines: [
          { time: 1_500_000_000, text: '2026-11-21T20:43:11.5Z one' },
          { time: null, text: '' },
          { time: null, text: '  two' },
          { time: null, text: 'the last one has no newline' },
        ],
        leftOut: null,
      },
      { node: 'n10', lines: [], leftOut: null },
    ]);
  });

  test('may be no text at all', () => {
    const [log] = logs({ 'n1.log': Buffer.from([0xff, 0xc3, 0x0a, 0x00, 0x61, 0xe2, 0x82]) });
    expect(log?.lines.map(({ text }) => text)).toEqual(['\ufffd\ufffd', '\0a\ufffd']);
  });

  test('have no line that is longer than a thousand characters', () => {
    const [log] = logs({ 'n1.log': `${'x'.repeat(1000)}\n${'y'.repeat(1001)}\n` });
    expect(log?.lines.map(({ text }) => text)).toEqual(['x'.repeat(1000), `${'y'.repeat(1000)}… (cut)`]);
  });

  test('keep beginning and end of many lines', () => {
    const [log] = logs({ 'n1.log': Array.from({ length: 5_000 }, (_, at) => `line ${at + 1}\n`).join('') });
    expect(ends(log as NodeLogText)).toEqual(['line 1', 'line 1000', 3_000, 'line 4001', 'line 5000']);
    expect(log?.lines.length).toBe(2_000);
  });

  test('keep beginning and end of many characters, in whole lines, and count the others', () => {
    const [log] = logs({
      'n1.log': Array.from({ length: 9_000 }, (_, at) => `${at + 1} ${'x'.repeat(194)}\n`).join(''),
    });
    const [first, before, count, after, last] = ends(log as NodeLogText).map(part => Number.parseInt(String(part)));
    expect([first, last]).toEqual([1, 9_000]);
    expect((after as number) - (before as number) - 1).toBe(count);
    expect(log?.lines.every(({ text }) => /^\d+ x{194}$/.test(text))).toBe(true);
    expect(total([log as NodeLogText])).toBeGreaterThan(295_000);
    expect(total([log as NodeLogText])).toBeLessThan(300_000);
  });

  test('share what there is room for: what a short one does not need is for the others', () => {
    const long = Array.from({ length: 9_000 }, (_, at) => `${at} ${'x'.repeat(490)}\n`).join('');
    const read = logs({ 'n1.log': long, 'n2.log': long, 'n3.log': 'short\n' });
    const sizes = read.map(log => total([log]));
    expect(sizes[2]).toBe(5);
    for (const size of sizes.slice(0, 2)) expect(Math.abs(size - 149_000)).toBeLessThan(1_100);
  });

  test('are cut also when they are one line', () => {
    const [log] = logs({ 'n1.log': 'x'.repeat(1_000_000) });
    expect(log?.lines.map(({ text }) => text)).toEqual([`${'x'.repeat(1000)}… (cut)`]);
  });

  test('of a hundred megabytes are read at both ends, and the lines between are reckoned', () => {
    const block = `${'x'.repeat(99)}\n`.repeat(100_000);
    for (let count = 0; count < 10; count++) appendFileSync(join(path, 'n1.log'), block);
    const [log] = readNodeLogs({ path, zeroMs });
    expect(log?.lines.length).toBe(2_000);
    expect(log?.leftOut).toEqual({ count: 1_000_000, after: 1_000 });
  });

  test('are files: what else is there is passed over', () => {
    mkdirSync(join(path, 'n1.log'));
    expect(readNodeLogs({ path, zeroMs })).toEqual([]);
  });
});
