import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HistoryAssembly } from '../../src/history/assemble.ts';
import { encodeEvent } from '../../src/history/codec.ts';
import { columnsOf } from '../../src/history/columns.ts';
import type { EventDraft } from '../../src/history/event.ts';
import { RecordedLines } from '../../src/history/recorded-lines.ts';
import { anyDrafts } from './arbitrary.ts';
import { headerLine, readText, refusal, runs } from './files.ts';

const closing = '{"index":999,"time":0,"type":"phase","name":"stop"}';

/** How many of these lines are taken by the fast way, when another one follows. */
function taken(lines: readonly string[]): number {
  const recorded = new RecordedLines(new HistoryAssembly({ fresh: true, echoes: false }));
  const bytes = Buffer.from([...lines, closing].map(line => `${line}\n`).join(''));
  const after = recorded.read(bytes, 0, 0);
  const text = lines.slice(0, recorded.taken).map(line => `${line}\n`);
  expect(after).toBe(Buffer.byteLength(text.join('')));
  return recorded.taken;
}

/** What comes of a file with these lines: all columns and tables, or the refusal with its place. */
function outcome(lines: readonly string[]): unknown {
  const text = [headerLine, ...lines].map(line => `${line}\n`).join('');
  try {
    const { operations, faults, phases, replicas, eventCount, duration } = readText(text);
    return { columns: columnsOf(operations), faults, phases, replicas, eventCount, duration };
  } catch {
    return refusal(text);
  }
}

/** The same by the slow way, which takes every line that begins with a blank. Nothing but the columns of errors is moved. */
function slowOutcome(lines: readonly string[]): unknown {
  const slow = outcome(lines.map(line => ` ${line}`));
  if (typeof slow !== 'string') return slow;
  return slow.replace(
    /^(history:\d+):(\d+)/,
    (_, line: string, column: string) => `${line}:${Math.max(1, Number(column) - 1)}`,
  );
}

function linesOf(drafts: readonly EventDraft[]): string[] {
  return drafts.map((draft, index) => encodeEvent({ index, time: index * 12_345, ...draft }).trimEnd());
}

const good = [
  '{"index":0,"time":1200345,"process":3,"type":"invoke","f":"write","key":"x","value":5,"node":"n1"}',
  '{"index":1,"time":1200345,"process":1027,"type":"invoke","f":"read","key":17}',
  '{"index":2,"time":1200346,"process":3,"type":"ok"}',
  '{"index":3,"time":12003460,"process":1027,"type":"ok","value":[1,"two",null,[true,-5]]}',
  '{"index":4,"time":120034600,"process":3,"type":"invoke","f":"cas","key":"x","value":[1,2],"node":"n1"}',
  '{"index":5,"time":1200346001,"process":3,"type":"fail","value":[1,2],"error":"gone"}',
  '{"index":6,"time":12003460012,"process":4,"type":"invoke","f":"add","value":{"a":1,"b":["é"]}}',
  '{"index":7,"time":120034600123,"process":2147483647,"type":"invoke","f":"add","value":"{[\u007f"}',
  '{"index":8,"time":120034600123,"process":4,"type":"info","error":"timed out"}',
  '{"index":9,"time":999999999999999,"process":2147483647,"type":"ok","value":{"a":1,"b":["é"]}}',
];

const pieces = ['"', ':', ',', '{', '}', '[', ']', ' ', '0', '9', '-', '.', 'e', '\\', 'null', '"f":', 'é', '\t', '\r'];

describe('the fast way for the lines of our recorder', () => {
  test('takes what nearly all of them are', () => {
    expect(taken(good)).toBe(good.length);
    expect(outcome(good)).toEqual(slowOutcome(good));
  });

  test('leaves alone what it does not know, and what does not fit', () => {
    const [first = '', second = ''] = good;
    const left = [
      second.replace('"index":1', '"index":2'),
      second.replace('1200345', '1200344'),
      second.replace('1200345', '01200345'),
      second.replace('1200345', '1200345.5'),
      second.replace('1200345', '1234567890123456'),
      second.replace('1027', '3'),
      second.replace('1027', '2147483648'),
      second.replace('invoke', 'ok'),
      second.replace('17', 'null'),
      second.replace('17', '[17]'),
      second.replace('17', '1.5'),
      second.replace('"read"', '"re\\u0061d"'),
      second.replace('"read"', '"re\tad"'),
      second.replace('}', ',"error":"x"}'),
      second.replace('}', ',"value":{"a":1,"a":1}}'),
      second.replace('}', ',"value":{"__proto__":1}}'),
      second.replace('}', ',"value":-0}'),
      second.replace('}', ',"node":null}'),
      `${second} `,
      `${second}\r`,
      ` ${second}`,
      closing.replace('999', '1'),
    ];
    for (const line of left) expect([line, taken([first, line, ...good.slice(2)])]).toEqual([line, 1]);
    for (const line of left) expect(outcome([first, line])).toEqual(slowOutcome([first, line]));
    for (const line of left) expect(outcome([first, line, ...good])).toEqual(slowOutcome([first, line, ...good]));
  });

  test('comes to the same columns and tables as the slow way, whatever was recorded', () => {
    fc.assert(
      fc.property(anyDrafts, drafts => {
        const lines = linesOf(drafts);
        expect(outcome(lines)).toEqual(slowOutcome(lines));
      }),
      { numRuns: runs },
    );
  });

  test('comes to the same result or the same error in the same place, whatever is damaged', () => {
    const damage = fc.record({
      line: fc.nat({ max: good.length - 1 }),
      at: fc.nat({ max: 100 }),
      left: fc.nat({ max: 3 }),
      piece: fc.oneof(fc.constantFrom('', ...pieces), fc.string({ maxLength: 2 })),
    });
    const tally = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 2 }), all => {
        const lines = [...good];
        for (const { line, at, left, piece } of all) {
          const text = lines[line] ?? '';
          lines[line] = (text.slice(0, at) + piece + text.slice(at + left)).replaceAll('\n', '');
        }
        const result = outcome(lines);
        expect(result).toEqual(slowOutcome(lines));
        tally[typeof result === 'string' ? 'refused' : 'read']++;
      }),
      { numRuns: runs * 2 },
    );
    expect(Math.min(tally.read, tally.refused)).toBeGreaterThan(runs / 30);
  });

  test('comes to the same in a file of many blocks, with lists of every length', () => {
    const lines: string[] = [];
    const long = Array.from({ length: 3000 }, (_, at) => at);
    for (let id = 0; id < 4000; id++) {
      const process = id % 2000;
      const common = `"time":${id},"process":${process}`;
      lines.push(`{"index":${lines.length},${common},"type":"invoke","f":"f${id % 5000}","key":"k${id % 7}"}`);
      const size = id % 50 === 0 ? 3000 - (id % 3) : id % 40;
      const list: unknown[] = [...long.slice(0, size), ...(id % 11 === 0 ? ['[x]', [[]], { a: '}' }] : [])];
      const value = id % 3 === 0 ? list.toReversed() : list;
      lines.push(`{"index":${lines.length},${common},"type":"ok","value":${JSON.stringify(value)}}`);
    }
    const result = outcome(lines);
    expect(typeof result).toBe('object');
    expect(result).toEqual(slowOutcome(lines));
    lines[6001] = (lines[6001] ?? '').replace('"ok"', '"okay"');
    expect(outcome(lines)).toBe(
      'history:6003:49 (key type): "type" is "okay", which is not known (one of invoke, ok, fail, info, fault, replica, phase)',
    );
  });
});
