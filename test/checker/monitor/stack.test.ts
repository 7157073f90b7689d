/**
 * The monitor of the stack against trying every order, and against the search.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stackMonitor } from '../../../src/checker/monitor/items/stack.ts';
import { Search } from '../../../src/checker/search/search.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { stack } from '../../../src/model/stack.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';
import { type Written, written } from '../linearizable/operations.ts';
import { agrees, emptyTally } from './against-oracle.ts';
import { randomHistory, type Shape } from './random-histories.ts';
import { type Strewn, scatteredItems } from './scattered-items.ts';

const runs = fuzzRuns(2_000);
const hours = 3_600_000;

/** `pushes`: of 10 operations. `repeats`: now and then a value that may have been pushed before. */
function stackKind({ pushes, repeats }: { readonly pushes: number; readonly repeats: boolean }): Kind {
  const repeated = (tape: Tape): boolean => repeats && tape.below(12) === 0;
  return {
    model: 'stack',
    ask: (tape, unique) =>
      tape.below(10) < pushes
        ? { f: 'push', input: repeated(tape) ? tape.below(2) : unique }
        : { f: 'pop', input: null },
    create() {
      const items: unknown[] = [];
      return ({ f, input }) => {
        if (f === 'pop') return { outcome: 'ok', output: items.pop() ?? null };
        items.push(input);
        return { outcome: 'ok' };
      };
    },
    wrong: (tape, { f }) => (f === 'pop' ? (tape.below(2) === 0 ? null : tape.below(9)) : undefined),
  };
}

const kinds = [
  ['as many in as out', stackKind({ pushes: 5, repeats: false })],
  ['often empty', stackKind({ pushes: 3, repeats: false })],
  ['seldom empty', stackKind({ pushes: 7, repeats: false })],
  ['with values that repeat', stackKind({ pushes: 5, repeats: true })],
] as const;

const crashRates = [0, 0.1, 0.3];

function shapes(mostOperations: number, mostClients: number, crashes: readonly number[]): fc.Arbitrary<Shape> {
  const shape = fc.record({
    seed: fc.nat(),
    operations: fc.integer({ min: Math.ceil(mostOperations / 3), max: mostOperations }),
    clients: fc.integer({ min: 1, max: mostClients }),
    crashes: fc.constantFrom(...crashes),
    spoilt: fc.constantFrom(0, 1, 2, 4),
  });
  return fc.noBias(shape);
}

describe('the monitor agrees with trying every order', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (_, kind) => {
    const tally = emptyTally();
    const numRuns = runs * 3;
    const property = fc.property(shapes(9, 4, crashRates), shape =>
      agrees({ model: stack, monitor: stackMonitor, tally }, randomHistory(kind, shape)),
    );
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 45);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 24);
    expect(tally.inapplicable).toBeLessThan(numRuns / 6);
  });

  test('items strewn about', { timeout: 3 * hours }, () => {
    const tally = emptyTally();
    const numRuns = runs * 3;
    const property = fc.property(strewn(5), one =>
      agrees({ model: stack, monitor: stackMonitor, tally }, scatteredItems(words, one)),
    );
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 15);
    expect(tally.invalid).toBeGreaterThan(numRuns / 15);
    expect(tally.inapplicable).toBeLessThan(numRuns / 5);
  });
});

const words = { insert: 'push', remove: 'pop', value: (item: number) => item };

function strewn(mostItems: number): fc.Arbitrary<Strewn> {
  const one = fc.record({
    seed: fc.nat(),
    items: fc.integer({ min: 1, max: mostItems }),
    empties: fc.integer({ min: 0, max: 1 }),
    unknown: fc.constantFrom(0, 0, 1),
    width: fc.constantFrom(50, 200, 500, 1_000),
  });
  return fc.noBias(one);
}

describe('the monitor agrees with the search', () => {
  test.each(kinds.slice(0, 3))('%s', { timeout: 3 * hours }, (_, kind) => {
    const tally = emptyTally();
    const numRuns = Math.ceil(runs / 20);
    const property = fc.property(shapes(150, 8, [0, 0.02]), shape => {
      const operations = randomHistory(kind, shape);
      const verdict = stackMonitor.judge(subhistoryOf(stack, operations));
      tally[verdict.validity]++;
      if (verdict.validity === 'inapplicable') return;
      const found = new Search(stack, subhistoryOf(stack, operations)).run(20_000, () => false);
      if (found === 'paused') tally.unfinished++;
      else expect(verdict.validity).toBe(found);
      if (verdict.validity === 'valid') expect(replayed(operations)).toBe(null);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 30);
    expect(tally.invalid).toBeGreaterThan(numRuns / 150);
    expect(tally.unfinished).toBeLessThan(numRuns / 2);
  });

  test('items strewn about', { timeout: 3 * hours }, () => {
    const tally = emptyTally();
    const property = fc.property(strewn(12), one => {
      const subhistory = subhistoryOf(stack, scatteredItems(words, one));
      const verdict = stackMonitor.judge(subhistory);
      tally[verdict.validity]++;
      if (verdict.validity === 'inapplicable') return;
      const found = new Search(stack, subhistory).run(20_000, () => false);
      if (found === 'paused') tally.unfinished++;
      else expect(verdict.validity).toBe(found);
      if (verdict.validity === 'valid') expect(orderFault(stack, subhistory, verdict.order)).toBe(null);
    });
    fc.assert(property, { numRuns: runs / 2 });
    expect(tally.valid).toBeGreaterThan(runs / 60);
    expect(tally.invalid).toBeGreaterThan(runs / 30);
    expect(tally.unfinished).toBeLessThan(runs / 10);
  });
});

function replayed(operations: Parameters<typeof subhistoryOf>[1]): string | null {
  const subhistory = subhistoryOf(stack, operations);
  const verdict = stackMonitor.judge(subhistory);
  return verdict.validity === 'valid' ? orderFault(stack, subhistory, verdict.order) : verdict.validity;
}

const push = (input: unknown, ...at: readonly [number, number?]): Written => ({ f: 'push', input, at });
const pop = (output: unknown, ...at: readonly [number, number]): Written => ({ f: 'pop', output, at });
const crashedPop = (call: number): Written => ({ f: 'pop', at: [call] });
const verdictOn = (list: readonly Written[]) => {
  const verdict = stackMonitor.judge(subhistoryOf(stack, written(list)));
  return verdict.validity === 'valid' ? { ...verdict, order: [...verdict.order] } : verdict;
};

describe('what is told of a stack', () => {
  test('what is stuck, also when most others come and go in one breath', () => {
    const breath = Array.from({ length: 9 }, (_, item) => [push(item, 4, 8), pop(item, 5, 9)]).flat();
    const verdict = verdictOn(
      [...breath, push(10, 0, 1), push(11, 2, 3), pop(10, 10, 11)].toSorted((a, b) => a.at[0] - b.at[0]),
    );
    expect(verdict).toMatchObject({ validity: 'invalid', culprits: expect.arrayContaining([0, 1]) });
  });

  test('an order, with what overlaps pushed and popped in one breath', () => {
    expect(verdictOn([push(1, 0, 1), push(2, 2, 5), pop(2, 3, 6), pop(null, 4, 10), pop(1, 7, 8)])).toEqual({
      validity: 'valid',
      order: [0, 1, 2, 4, 3],
    });
    expect(verdictOn([])).toEqual({ validity: 'valid', order: [] });
  });

  test('what came out twice, too early, or was never pushed', () => {
    const twice = [push(1, 0, 1), pop(1, 2, 3), pop(1, 4, 5), push(2, 6, 7)];
    expect(verdictOn(twice)).toEqual({ validity: 'invalid', culprits: [0, 1, 2], until: 5 });
    expect(verdictOn([pop(1, 0, 1), push(1, 2, 3)])).toEqual({ validity: 'invalid', culprits: [1, 0], until: 1 });
    expect(verdictOn([push(1, 0, 1), pop('x', 2, 3)])).toEqual({ validity: 'invalid', culprits: [1], until: 3 });
  });

  test('the items that cross, and no others', () => {
    const list = [
      push(0, 0, 1),
      push(1, 2, 3),
      push(2, 4, 5),
      push(3, 6, 7),
      pop(1, 8, 9),
      pop(3, 10, 11),
      pop(2, 12, 13),
    ];
    expect(verdictOn(list)).toEqual({ validity: 'invalid', culprits: [1, 2, 4, 6], until: 9 });
  });

  test('what was inside while it was said to be empty, as soon as that is certain', () => {
    const list = [push(1, 0, 1), push(2, 2, 3), pop(null, 4, 5), pop(2, 6, 7), pop(1, 8, 9)];
    expect(verdictOn(list)).toEqual({ validity: 'invalid', culprits: [0, 2, 4], until: 5 });
  });

  test('a pop of unknown result is no excuse where it came too late, or where nothing is left to it', () => {
    const empty = [push(1, 0, 1), pop(null, 3, 4), crashedPop(5)];
    expect(verdictOn(empty)).toEqual({ validity: 'invalid', culprits: [0, 1], until: 3 });
    const early = [push(1, 0, 1), crashedPop(2), pop(null, 3, 4)];
    expect(verdictOn(early)).toMatchObject({ validity: 'inapplicable' });
    const crossing = [crashedPop(0), push(1, 1, 2), push(2, 3, 4), pop(1, 5, 6), pop(2, 7, 8)];
    expect(verdictOn(crossing)).toEqual({ validity: 'invalid', culprits: [1, 2, 3, 4], until: 8 });
  });

  test('a value that was pushed twice is not for the monitor if it came out', () => {
    expect(verdictOn([push(1, 0, 1), push(1, 2, 3)])).toEqual({ validity: 'valid', order: [0, 1] });
    expect(verdictOn([push(1, 0, 1), push(1, 2, 3), pop(1, 4, 5)])).toEqual({
      validity: 'inapplicable',
      why: 'push 1 happens more than once, and 1 comes out',
    });
  });
});

describe('a history of 200,000 operations', () => {
  test.each([3, 40])('of %d clients has an order', { timeout: 3 * hours }, clients => {
    const kind = stackKind({ pushes: 5, repeats: false });
    expect(replayed(randomHistory(kind, { seed: 1, operations: 200_000, clients, crashes: 0 }))).toBe(null);
  });

  test('of which one answer is wrong has few culprits', { timeout: 3 * hours }, () => {
    const nested = Array.from({ length: 100_000 }, (_, item) => push(item, 2 * item, 2 * item + 1));
    const taken = nested.map((_, index) => {
      const item = index === 50_000 ? 49_998 : index === 50_001 ? 49_999 : 99_999 - index;
      return pop(item, 200_000 + 2 * index, 200_000 + 2 * index + 1);
    });
    const verdict = verdictOn([...nested, ...taken]);
    expect(verdict).toEqual({ validity: 'invalid', culprits: [49_998, 49_999, 150_000, 150_001], until: 300_001 });
  });
});
