/**
 * The priority queue: its monitor against trying every order and against the search, the search against trying every order,
 * and what the model says of its operations.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Random } from '../../../src/base/random.ts';
import { numberOrder } from '../../../src/checker/monitor/items/number-order.ts';
import { priorityQueueMonitor } from '../../../src/checker/monitor/items/priority-queue.ts';
import { Search } from '../../../src/checker/search/search.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { priorityQueue } from '../../../src/model/priority-queue.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';
import { judged, type Written, written } from '../linearizable/operations.ts';
import { explainable } from '../linearizable/oracle.ts';
import { agrees, emptyTally } from './against-oracle.ts';
import { randomHistory, type Shape } from './random-histories.ts';
import { type Strewn, scatteredItems } from './scattered-items.ts';

const runs = fuzzRuns(2_000);
const hours = 3_600_000;

interface Mix {
  /** Of 10 operations. */
  readonly inserts: number;
  readonly value: (tape: Tape, unique: number) => unknown;
}

/** Of several values of the lowest priority the one that came last comes out. */
function priorityQueueKind({ inserts, value }: Mix): Kind {
  return {
    model: 'priority-queue',
    ask: (tape, unique) =>
      tape.below(10) < inserts ? { f: 'insert', input: value(tape, unique) } : { f: 'remove-min', input: null },
    create() {
      let values: readonly unknown[] = [];
      return ({ f, input }) => {
        if (f === 'insert') {
          values = [input, ...values];
          return { outcome: 'ok' };
        }
        const least = Math.min(...values.map(priorityOf));
        const found = values.findIndex(one => priorityOf(one) === least);
        if (found === -1) return { outcome: 'ok', output: null };
        const output = values[found];
        values = values.toSpliced(found, 1);
        return { outcome: 'ok', output };
      };
    },
    wrong: (tape, { f }) => (f === 'remove-min' ? (tape.below(2) === 0 ? null : tape.below(5)) : undefined),
  };
}

function priorityOf(value: unknown): number {
  return Array.isArray(value) ? Number(value[0]) : Number(value);
}

const different = (tape: Tape, unique: number) => tape.below(50) + unique / 1e6;
const alike = (tape: Tape, unique: number) => [tape.below(3), unique];

const kinds = [
  ['numbers', priorityQueueKind({ inserts: 5, value: different })],
  ['few priorities', priorityQueueKind({ inserts: 5, value: alike })],
  ['few priorities, seldom empty', priorityQueueKind({ inserts: 7, value: alike })],
  ['with values that repeat', priorityQueueKind({ inserts: 5, value: tape => tape.below(9) })],
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
      agrees({ model: priorityQueue, monitor: priorityQueueMonitor, tally }, randomHistory(kind, shape)),
    );
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 45);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 24);
    expect(tally.inapplicable).toBeLessThan(numRuns / 3);
  });

  test('items strewn about', { timeout: 3 * hours }, () => {
    const tally = emptyTally();
    const numRuns = runs * 3;
    const property = fc.property(strewn(5), one =>
      agrees({ model: priorityQueue, monitor: priorityQueueMonitor, tally }, scatteredItems(words, one)),
    );
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 15);
    expect(tally.invalid).toBeGreaterThan(numRuns / 15);
    expect(tally.inapplicable).toBeLessThan(numRuns / 5);
  });
});

const words = {
  insert: 'insert',
  remove: 'remove-min',
  value: (item: number, random: Random) => [random.integer(0, 3), item],
};

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
      const verdict = priorityQueueMonitor.judge(subhistoryOf(priorityQueue, operations));
      tally[verdict.validity]++;
      if (verdict.validity === 'inapplicable') return;
      const found = new Search(priorityQueue, subhistoryOf(priorityQueue, operations)).run(20_000, () => false);
      if (found === 'paused') tally.unfinished++;
      else expect(verdict.validity).toBe(found);
      if (verdict.validity === 'valid') expect(replayed(operations)).toBe(null);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 30);
    expect(tally.invalid).toBeGreaterThan(numRuns / 150);
    expect(tally.unfinished).toBeLessThan(numRuns / 3);
  });

  test('items strewn about', { timeout: 3 * hours }, () => {
    const tally = emptyTally();
    const property = fc.property(strewn(12), one => {
      const subhistory = subhistoryOf(priorityQueue, scatteredItems(words, one));
      const verdict = priorityQueueMonitor.judge(subhistory);
      tally[verdict.validity]++;
      if (verdict.validity === 'inapplicable') return;
      const found = new Search(priorityQueue, subhistory).run(20_000, () => false);
      if (found === 'paused') tally.unfinished++;
      else expect(verdict.validity).toBe(found);
      if (verdict.validity === 'valid') expect(orderFault(priorityQueue, subhistory, verdict.order)).toBe(null);
    });
    fc.assert(property, { numRuns: runs / 2 });
    expect(tally.valid).toBeGreaterThan(runs / 60);
    expect(tally.invalid).toBeGreaterThan(runs / 30);
    expect(tally.unfinished).toBeLessThan(runs / 10);
  });
});

function replayed(operations: Parameters<typeof subhistoryOf>[1]): string | null {
  const subhistory = subhistoryOf(priorityQueue, operations);
  const verdict = priorityQueueMonitor.judge(subhistory);
  return verdict.validity === 'valid' ? orderFault(priorityQueue, subhistory, verdict.order) : verdict.validity;
}

const insert = (input: unknown, ...at: readonly [number, number?]): Written => ({ f: 'insert', input, at });
const remove = (output: unknown, ...at: readonly [number, number]): Written => ({ f: 'remove-min', output, at });
const crashedRemove = (call: number): Written => ({ f: 'remove-min', at: [call] });
const verdictOn = (list: readonly Written[]) => {
  const verdict = priorityQueueMonitor.judge(subhistoryOf(priorityQueue, written(list)));
  return verdict.validity === 'valid' ? { ...verdict, order: [...verdict.order] } : verdict;
};

describe('what is told of a priority queue', () => {
  test('an order, the best first', () => {
    const list = [insert(5, 0, 1), insert(3, 2, 3), remove(5, 4, 8), remove(3, 5, 7), remove(null, 6, 9)];
    expect(verdictOn(list)).toEqual({ validity: 'valid', order: [0, 1, 3, 2, 4] });
    expect(verdictOn([insert([1, 'a'], 0, 1), insert([1, 'b'], 2, 3), remove([1, 'b'], 4, 5)])).toEqual({
      validity: 'valid',
      order: [0, 1, 2],
    });
    expect(verdictOn([])).toEqual({ validity: 'valid', order: [] });
  });

  test('a better value that was there all the time', () => {
    const list = [insert(5, 0, 1), insert(3, 2, 3), insert(4, 4, 5), remove(5, 6, 7), remove(3, 8, 9)];
    expect(verdictOn(list)).toMatchObject({ validity: 'invalid', culprits: [0, 2, 3], until: 7 });
  });

  test('what was inside while it was said to be empty', () => {
    const list = [insert(1, 0, 1), remove(null, 2, 7), insert(2, 3, 4), remove(1, 5, 6)];
    expect(verdictOn(list)).toEqual({ validity: 'invalid', culprits: [0, 1, 2, 3], until: 7 });
  });

  test('a value from nowhere, or of no priority', () => {
    expect(verdictOn([remove('x', 0, 1)])).toEqual({ validity: 'invalid', culprits: [0], until: 1 });
    expect(verdictOn([remove(1, 0, 1), insert(1, 2, 3)])).toEqual({ validity: 'invalid', culprits: [1, 0], until: 1 });
  });

  test('a removal of unknown result is no excuse where it came too late', () => {
    const late = [insert(1, 0, 1), insert(2, 2, 3), remove(2, 4, 5), crashedRemove(6)];
    expect(verdictOn(late)).toEqual({ validity: 'invalid', culprits: [0, 1, 2], until: 5 });
    const early = [insert(1, 0, 1), crashedRemove(2), insert(2, 3, 4), remove(2, 5, 6)];
    expect(verdictOn(early)).toMatchObject({ validity: 'inapplicable' });
  });
});

describe('a history of 200,000 operations', () => {
  test('has an order', { timeout: 3 * hours }, () => {
    const kind = priorityQueueKind({ inserts: 5, value: different });
    expect(replayed(randomHistory(kind, { seed: 1, operations: 200_000, clients: 20, crashes: 0 }))).toBe(null);
  });
});

test('numbers are sorted as by comparing them, whatever their sign and size', () => {
  const some = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.constantFrom(0, -0, 1, -1),
  );
  const property = fc.property(fc.array(some, { minLength: 1 }), list => {
    // Long ones are sorted in another way than short ones.
    for (const times of [1, Math.ceil(5_000 / list.length)]) {
      const numbers = Float64Array.from({ length: list.length * times }, (_, index) => list[index % list.length]!);
      const expected = [...numbers.keys()].toSorted((one, other) => numbers[one]! - numbers[other]! || one - other);
      expect([...numberOrder(numbers)]).toEqual(expected);
    }
  });
  fc.assert(property, { numRuns: Math.max(50, runs / 40) });
});

/** Small priorities that collide, so that equal values and equal priorities occur. */
const collidingKind = priorityQueueKind({
  inserts: 5,
  value: (tape, unique) => [tape.below(3), [tape.below(2), tape.below(2)], [1, unique]][tape.below(3)],
});

describe('the model', () => {
  test('is judged by the search as by trying every order', { timeout: 3 * hours }, () => {
    const tally = emptyTally();
    const property = fc.property(shapes(8, 4, [0, 0.1, 0.3]), shape => {
      const operations = randomHistory(collidingKind, shape);
      const expected = explainable(priorityQueue, operations) ? 'valid' : 'invalid';
      tally[expected]++;
      if (operations.some(({ outcome }) => outcome === 'info')) tally.unfinished++;
      expect(judged('priority-queue', operations).validity).toBe(expected);
    });
    fc.assert(property, { numRuns: runs });
    expect(tally.valid).toBeGreaterThan(runs / 12);
    expect(tally.invalid).toBeGreaterThan(runs / 45);
    expect(tally.unfinished).toBeGreaterThan(runs / 24);
  });

  test('gives back what is least, of equal priorities any', () => {
    const [first] = written([insert([1, 'a'], 0, 1)]);
    const after = (state: readonly unknown[], one: Written) => priorityQueue.step(state, written([one])[0]!);
    expect(priorityQueue.malformed?.(first!)).toBe(null);
    for (const input of [null, 'a', [], [1], [1, 2, 3], ['a', 1], { priority: 1 }, Number.NaN]) {
      expect(priorityQueue.malformed?.(written([insert(input, 0, 1)])[0]!)).toMatch(/^the value of insert is a number/);
    }
    const full = [[1, 'a'], [1, 'b'], 1, 0.5].reduce<readonly unknown[]>(
      (state, v) => after(state, insert(v, 0, 1))[0]!,
      [],
    );
    expect(full).toEqual([0.5, 1, [1, 'a'], [1, 'b']]);
    expect(after(full, remove(1, 0, 1))).toEqual([]);
    expect(after(full, remove(null, 0, 1))).toEqual([]);
    expect(after(full, remove('x', 0, 1))).toEqual([]);
    expect(after(full, remove(0.5, 0, 1))).toEqual([full.slice(1)]);
    expect(after(full.slice(1), remove([1, 'b'], 0, 1))).toEqual([[1, [1, 'a']]]);
    expect(after([1, 1, [1, 'a'], 2], crashedRemove(0))).toEqual([
      [1, [1, 'a'], 2],
      [1, 1, 2],
    ]);
    expect(after([], crashedRemove(0))).toEqual([[]]);
    expect(after([], remove(null, 0, 1))).toEqual([[]]);
    expect(after([], remove(1, 0, 1))).toEqual([]);
  });

  test('keeps what it says of operations that yield', { timeout: 3 * hours }, () => {
    let yielding = 0;
    let possible = 0;
    const keys = (states: readonly (readonly unknown[])[]) => states.map(state => priorityQueue.stateKey(state));
    const property = fc.property(shapes(8, 4, [0, 0.3]), shape => {
      const operations = randomHistory(collidingKind, shape);
      const states: (readonly unknown[])[] = [[]];
      for (const one of operations) states.push(priorityQueue.step(states.at(-1)!, one)[0] ?? states.at(-1)!);
      for (const first of operations) {
        for (const second of operations.filter(one => one !== first && priorityQueue.yields?.(first, one))) {
          yielding++;
          for (const state of states) {
            const before = priorityQueue.step(state, first).flatMap(between => priorityQueue.step(between, second));
            const after = priorityQueue.step(state, second).flatMap(between => priorityQueue.step(between, first));
            if (before.length > 0) possible++;
            expect(keys(after)).toEqual(expect.arrayContaining(keys(before)));
          }
        }
      }
    });
    fc.assert(property, { numRuns: runs / 4 });
    expect(yielding).toBeGreaterThan(runs);
    expect(possible).toBeGreaterThan(runs);
  });
});
