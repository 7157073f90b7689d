import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeEvent } from '../../src/history/codec.ts';
import type { HistoryEvent } from '../../src/history/event.ts';
import { PlainLine } from '../../src/history/plain-line.ts';
import { anyDrafts } from './arbitrary.ts';
import { headerLine, linesOf, readText, refusal, runs } from './files.ts';

const optional = { header: 'optional', format: 'jsonl' } as const;

/** What comes of a file with these lines: its events, or its refusal without the column. */
function outcome(lines: readonly string[]): readonly string[] {
  const text = lines.map(line => `${line}\n`).join('');
  try {
    const history = readText(text, optional);
    return [`${history.truncated}`, `${history.eventCount}`, ...linesOf(history)];
  } catch {
    return [refusal(text, optional).replace(/^(history:\d+):\d+/, '$1')];
  }
}

/** A blank before it makes every line one for the slow way, and changes nothing but the columns. */
function slow(lines: readonly string[]): string[] {
  return lines.map(line => ` ${line}`);
}

const pieces = [
  '"',
  ':',
  ',',
  '{',
  '}',
  '[',
  ']',
  ' ',
  '0',
  '9',
  '-',
  '.',
  'e',
  '\\',
  'null',
  '"f":',
  '"time":1',
  'é',
  '\t',
];

describe('the fast way for plain lines', () => {
  test('takes what nearly all lines are', () => {
    const line = new PlainLine();
    const lines = [
      '{"index":7,"time":1200345,"process":3,"type":"invoke","f":"write","key":"x","value":5,"node":"n1"}',
      '{"index":8,"time":1200346,"process":3,"type":"ok","value":[null,true,-5,"é",[]]}',
      '{"index":9,"time":1200347,"process":3,"type":"ok","value":{"a":{},"b": [{"c":1}, "é"]}}',
      '{"process": 3, "type": "info", "f": "cas", "value": [1, 2], "error": "timed out"}',
    ];
    for (const text of lines) expect(line.read(Buffer.from(`${text}\n`), 0)).toBe(Buffer.byteLength(text) + 1);
    expect(line).toMatchObject({
      process: 3,
      type: 'info',
      f: 'cas',
      value: [1, 2],
      error: 'timed out',
      isTimed: false,
    });
  });

  test('comes to the same as the slow way, whatever was recorded', () => {
    fc.assert(
      fc.property(anyDrafts, fc.boolean(), (drafts, isOurs) => {
        const events = drafts.map((draft, index): HistoryEvent => ({ index, time: index * 10, ...draft }));
        const lines = events.map(event => encodeEvent(event).trimEnd());
        const all = isOurs ? [headerLine, ...lines] : lines;
        expect(outcome(all)).toEqual(outcome(slow(all)));
      }),
      { numRuns: runs },
    );
  });

  test('comes to the same as the slow way, whatever is damaged', () => {
    const good = [
      '{"index":0,"time":1,"process":3,"type":"invoke","f":"write","key":"x","value":5,"node":"n1"}',
      '{"index":1,"time":2,"process":4,"type":"invoke","f":"read","key":"x"}',
      '{"index":2,"time":3,"process":3,"type":"ok","f":"write","value":[1,"two",null]}',
      '{"index":3,"time":4,"process":4,"type":"fail","value":-12,"error":"gone"}',
      '{"index":4,"time":5,"process":4,"type":"invoke","f":"read","key":7}',
    ];
    const damage = fc.record({
      line: fc.nat({ max: good.length - 1 }),
      at: fc.nat({ max: 100 }),
      left: fc.nat({ max: 3 }),
      piece: fc.constantFrom('', ...pieces),
    });
    fc.assert(
      fc.property(damage, fc.boolean(), ({ line, at, left, piece }, isOurs) => {
        const lines = good.map((text, index) =>
          index === line ? text.slice(0, at) + piece + text.slice(at + left) : text,
        );
        const all = isOurs ? [headerLine, ...lines] : lines;
        expect(outcome(all)).toEqual(outcome(slow(all)));
      }),
      { numRuns: runs * 5 },
    );
  });
});
