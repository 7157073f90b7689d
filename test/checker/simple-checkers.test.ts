import { describe, expect, test } from 'vitest';
import { echo } from '../../src/checker/echo.ts';
import { uniqueIds } from '../../src/checker/unique-ids.ts';
import { Story } from './story.ts';
import { explanations, shortVerdict, verdictOf } from './verdicts.ts';

describe('unique ids', () => {
  const generated = (...ids: readonly unknown[]) => {
    const story = new Story('unique-ids');
    for (const [index, output] of ids.entries()) story.run(`n${(index % 3) + 1}`, 'generate', { output });
    return story.history();
  };

  test('different ids are valid; 1 and "1" are different', () => {
    expect(verdictOf(uniqueIds, generated(1, '1', [1], { a: 1 }))).toMatchObject({
      validity: 'valid',
      summary: '4 ids, no two the same',
    });
  });

  test('an id that is given out twice is shown with both operations', () => {
    expect(verdictOf(uniqueIds, generated('a', 'b', 'c', 'a'))).toMatchObject({
      summary: '1 duplicate id',
      anomalies: [
        {
          kind: 'duplicate-id',
          signature: 'unique-ids:duplicate-id',
          explanation: 'The id "a" was given out twice: by n1 (#0) and by n1 (#3), the second time by the same node.',
          operations: [0, 3],
        },
      ],
    });
  });

  test('the same object with its members in another order is the same id', () => {
    expect(explanations(uniqueIds, generated({ a: 1, b: 2 }, { b: 2, a: 1 }))).toEqual([
      'The id {"a":1,"b":2} was given out twice: by n1 (#0) and by n2 (#1).',
    ]);
  });

  test('an answer without an id is reported, an unknown outcome is not', () => {
    const story = new Story('unique-ids').run('n1', 'generate', { output: null }).run('n1', 'generate', { output: 1 });
    story.run('n2', 'generate', { outcome: 'info' });
    expect(explanations(uniqueIds, story.history())).toEqual(['n1 (#0) answered generate without an id.']);
  });

  test('no id at all is no pass', () => {
    expect(shortVerdict(uniqueIds, new Story('unique-ids').history())).toBe('unknown no-data');
  });
});

describe('echo', () => {
  test('answers that are what was asked are valid', () => {
    const story = new Story('echo').run('n1', 'echo', { input: { a: [1], b: 2 }, output: { b: 2, a: [1] } });
    expect(verdictOf(echo, story.history())).toMatchObject({
      validity: 'valid',
      summary: '1 answer, each what was asked',
    });
  });

  test('anything else is reported, also no answer in an answer', () => {
    const story = new Story('echo')
      .run('n1', 'echo', { input: 'hello', output: 'hallo' })
      .run('n2', 'echo', { input: 'hello' })
      .run('n3', 'echo', { input: 'hello', outcome: 'info' });
    expect(explanations(echo, story.history())).toEqual([
      'n1 (#0) was asked to echo "hello" and answered "hallo".',
      'n2 (#1) was asked to echo "hello" and answered nothing.',
    ]);
  });

  test('no answer at all is no pass', () => {
    expect(shortVerdict(echo, new Story('echo').run('n1', 'echo', { input: 1, outcome: 'info' }).history())).toBe(
      'unknown no-data',
    );
  });
});
