import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counter } from '../../src/checker/counter.ts';
import { subsetSums } from '../../src/checker/subset-sums.ts';
import { Story } from './story.ts';
import { explanations, shortVerdict, verdictOf } from './verdicts.ts';

function added(acknowledged: readonly number[], unknown: readonly number[] = []): Story {
  const story = new Story('pn-counter').phase('main');
  for (const input of acknowledged) story.run('n1', 'add', { input });
  for (const input of unknown) story.run('n2', 'add', { input, outcome: 'info' });
  return story;
}

const ending = (story: Story, output: unknown) => story.phase('final-reads').run('n1', 'read', { output }).history();

describe('final reads', () => {
  test('the sum of what was acknowledged is valid, and says how much was looked at', () => {
    expect(verdictOf(counter, ending(added([3, -5, 4]), 2))).toEqual({
      checker: 'counter',
      validity: 'valid',
      summary: '3 acknowledged additions, accounted for in 1 final read',
      stats: { additions: 3, unknown: 0, reads: 1, 'final reads': 1 },
    });
  });

  test('a lost addition is explained by the sums', () => {
    expect(verdictOf(counter, ending(added([3, 4]), 3))).toMatchObject({
      summary: '1 impossible total',
      anomalies: [
        {
          kind: 'impossible-total',
          signature: 'counter:impossible-total:below',
          explanation:
            'The final read of n1 (#2) is 3. That cannot be: what was acknowledged (2 additions) comes to 7, and no other can have happened.',
          operations: [2, 0, 1],
        },
      ],
    });
  });

  test('additions of unknown outcome may count or not, each by itself', () => {
    for (const value of [1, 4, 5, 8]) expect(shortVerdict(counter, ending(added([1], [3, 4]), value))).toBe('valid');
    expect(explanations(counter, ending(added([1], [3, 4]), 6))).toEqual([
      'The final read of n1 (#3) is 6. That cannot be: what was acknowledged (1 addition) comes to 1, ' +
        'and what is of unknown outcome (2 additions) can only add any selection of 3 and 4.',
    ]);
    expect(explanations(counter, ending(added([1], [3]), 0))).toEqual([
      'The final read of n1 (#2) is 0. That cannot be: what was acknowledged (1 addition) comes to 1, ' +
        'and what is of unknown outcome (1 addition) can only add 0 or 3.',
    ]);
    expect(explanations(counter, ending(added([1], [3, 3, 3, 3, 3, 3]), 20)).at(0)).toContain(
      'what is of unknown outcome (6 additions) can only add something from 0 to 18.',
    );
  });

  test('members that have converged to something wrong are one finding', () => {
    const story = added([1]).phase('final-reads');
    story.run('n1', 'read', { output: 9 }).run('n2', 'read', { output: 9 }).run('n3', 'read', { output: 8 });
    const totals = explanations(counter, story.history()).slice(0, 2);
    expect(totals.map(text => text.split('.')[0])).toEqual([
      'The final read of n1 (#1) and n2 (#2) is 9',
      'The final read of n3 (#3) is 8',
    ]);
  });

  test('an addition that failed must not count', () => {
    const story = added([1]).run('n1', 'add', { input: 2, outcome: 'fail' });
    expect(verdictOf(counter, ending(story, 3))).toMatchObject({
      stats: { 'impossible-read': 1, 'impossible-total': 1 },
    });
  });

  test('an addition that was acknowledged after the final read was asked may count or not', () => {
    for (const output of [1, 3]) {
      const story = added([1]);
      const late = story.begin('n1', 'add', { input: 2 });
      const read = story.phase('final-reads').begin('n2', 'read');
      expect(shortVerdict(counter, story.end(late).end(read, { output }).history())).toBe('valid');
    }
  });

  test('each node is judged by its last final read', () => {
    const story = added([1]).phase('final-reads').run('n1', 'read', { output: 0 }).run('n2', 'read', { output: 0 });
    expect(shortVerdict(counter, story.run('n1', 'read', { output: 1 }).history())).toBe('impossible-total');
    expect(shortVerdict(counter, story.run('n2', 'read', { output: 1 }).history())).toBe('valid');
  });

  test('with more additions than anybody adds up by hand only the read is cited', () => {
    const result = verdictOf(counter, ending(added(Array.from({ length: 21 }, () => 1)), 22));
    expect(result.validity === 'invalid' && result.anomalies.map(({ operations }) => operations)).toEqual([[21], [21]]);
  });

  test('without a final read nothing is known of losses', () => {
    expect(explanations(counter, added([1]).history())).toEqual([
      'no final read was answered, so nobody knows whether additions were lost',
    ]);
  });
});

describe('earlier reads', () => {
  test('may lag behind, and may show additions that are not acknowledged yet', () => {
    const story = added([2, 3]).run('n2', 'read', { output: 0 });
    const open = story.begin('n1', 'add', { input: 7 });
    story.run('n3', 'read', { output: 12 }).end(open);
    expect(shortVerdict(counter, ending(story, 12))).toBe('valid');
  });

  test('are never above everything that was asked for by then, nor below', () => {
    const early = new Story('g-counter').run('n1', 'read', { output: 3 }).run('n1', 'add', { input: 3 });
    expect(explanations(counter, ending(early, 3))).toEqual([
      'n1 (#0) answered a read with 3, but nothing had been added by then.',
    ]);
    expect(shortVerdict(counter, ending(added([1]).run('n2', 'read', { output: -1 }), 1))).toBe('impossible-read');
  });

  test('are a multiple of what all additions are multiples of', () => {
    expect(explanations(counter, ending(added([4, 6]).run('n2', 'read', { output: 7 }), 10))).toEqual([
      'n2 (#2) answered a read with 7, but no selection of what had been asked for by then (2 additions) comes to that.',
    ]);
  });

  test('an answer that is no number is reported', () => {
    expect(explanations(counter, ending(added([1]).run('n2', 'read', { output: [1] }), 1))).toEqual([
      'n2 (#1) answered a read with [1], which is no number.',
    ]);
  });

  test('fractions are judged with the slack that adding them in another order needs', () => {
    expect(shortVerdict(counter, ending(added([0.1, 0.2, 0.3]), 0.3 + 0.2 + 0.1))).toBe('valid');
    expect(shortVerdict(counter, ending(added([0.1, 0.2, 0.3]), 0.5))).toBe('impossible-total');
  });

  test('a history of something else is refused in words', () => {
    const story = new Story('g-set').run('n1', 'add', { input: 'x' });
    expect(() => shortVerdict(counter, story.history())).toThrow(
      'the counter was asked to add "x" (#0), which is no number',
    );
  });
});

describe('sums of selections', () => {
  const numbers = fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 9 });

  test('are those that brute force finds', () => {
    fc.assert(
      fc.property(numbers, fc.integer({ min: -250, max: 250 }), (given, total) => {
        let sums = new Set([0]);
        for (const number of given) sums = new Set([...sums, ...[...sums].map(sum => sum + number)]);
        const found = subsetSums(given, 1e6);
        expect(found.exact).toBe(true);
        expect([found.least, found.greatest]).toEqual([Math.min(...sums), Math.max(...sums)]);
        expect(found.has(total)).toBe(sums.has(total));
        for (const sum of sums)
          expect(subsetSums(given, 0).has(sum), 'without effort nothing possible is refused').toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('many equal numbers cost little, and too many different ones are only bounded', () => {
    const equal = subsetSums(
      Array.from({ length: 100_000 }, () => 3),
      1e6,
    );
    expect([equal.exact, equal.has(299_997), equal.has(299_998), equal.has(300_003)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    const different = subsetSums(
      Array.from({ length: 5000 }, (_, index) => 2 * index),
      1e6,
    );
    expect([different.exact, different.has(4), different.has(5)]).toEqual([false, true, false]);
  });
});
