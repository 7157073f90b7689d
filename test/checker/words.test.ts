import { describe, expect, test } from 'vitest';
import { createFindings } from '../../src/checker/findings.ts';
import { forgettingSpans, stretchOf } from '../../src/checker/forgetting.ts';
import { countOf, enumerate, showKey, showRequest, showValue } from '../../src/checker/words.ts';
import { Story } from './story.ts';

describe('words', () => {
  test('lists are written as people write them, and long ones are cut', () => {
    const letters = 'abcdefgh'.split('');
    expect(
      [[], ['a'], ['a', 'b'], ['a', 'b', 'c'], letters.slice(0, 5), letters].map(items => enumerate(items)),
    ).toEqual(['nothing', 'a', 'a and b', 'a, b and c', 'a, b, c, d and e', 'a, b, c, d, e and 3 more']);
    expect([countOf(0, 'id'), countOf(1, 'id'), countOf(2, 'id')]).toEqual(['0 ids', '1 id', '2 ids']);
  });

  test('values are JSON, and long ones are cut', () => {
    expect([showValue(1), showValue('1'), showValue(null), showValue(undefined)]).toEqual([
      '1',
      '"1"',
      'null',
      'nothing',
    ]);
    expect(showValue('x'.repeat(100))).toBe(`"${'x'.repeat(59)}...`);
    expect([showKey('n-1'), showKey(1), showKey('a b'), showKey('')]).toEqual(['n-1', '1', '"a b"', '""']);
    const history = new Story('lin-kv')
      .run('n1', 'cas', { key: 'x', input: [1, 2] })
      .run('n1', 'read')
      .history();
    expect([...history.operations].map(showRequest)).toEqual(['cas x [1,2]', 'read']);
  });
});

describe('findings', () => {
  test('come with the gravest kind first, each explained five times and counted always', () => {
    const findings = createFindings('tea', { spilt: 'spilt cup', cold: 'cold cup' });
    let explained = 0;
    for (let count = 0; count < 7; count++) {
      findings.add('cold', () => ({ explanation: `${++explained}`, operations: [] }));
    }
    findings.add('spilt', () => ({ key: 'mine', explanation: 'oh', operations: [3], variant: 'saucer' }));
    const result = findings.result({ stats: { cups: 9 }, summary: 'all fine', missing: 'no tea' });
    expect(result).toMatchObject({
      checker: 'tea',
      validity: 'invalid',
      summary: '1 spilt cup and 7 cold cups',
      stats: { cups: 9, spilt: 1, cold: 7 },
    });
    expect(result.validity === 'invalid' && result.anomalies.map(({ signature }) => signature)).toEqual([
      'tea:spilt:saucer',
      ...Array.from({ length: 5 }, () => 'tea:cold'),
    ]);
    expect(explained).toBe(5);
  });
});

describe('forgetting', () => {
  test('spans that overlap are one; between two lies a stretch', () => {
    const story = new Story('echo');
    const first = story.beginFault('kill', ['n1']);
    const other = story.beginFault('kill', ['n2']);
    const second = story.beginFault('crash', ['n1', 'n3']);
    story.endFault(first).endFault(second);
    story.endFault(story.beginFault('partition', ['n1'])).endFault(other);
    story.endFault(story.beginFault('kill', []));
    const history = story.history();
    expect(forgettingSpans(history, 'n1')).toEqual([
      { begin: 0, end: 4 },
      { begin: 8, end: 9 },
    ]);
    expect(forgettingSpans(history, null)).toEqual([
      { begin: 0, end: 7 },
      { begin: 8, end: 9 },
    ]);
    const spans = [
      { begin: 4, end: 6 },
      { begin: 9, end: Number.POSITIVE_INFINITY },
    ];
    const stretches = [
      [0, 3],
      [0, 4],
      [5, 5],
      [6, 7],
      [7, 8],
      [8, 9],
      [20, 21],
    ] as const;
    expect(stretches.map(([begin, end]) => stretchOf(spans, { begin, end }))).toEqual([
      0,
      null,
      null,
      null,
      1,
      null,
      null,
    ]);
  });
});
