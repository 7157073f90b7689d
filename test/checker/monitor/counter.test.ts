/**
 * The monitor of the counter against trying every order, and against the search.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { counterMonitor } from '../../../src/checker/monitor/counter.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { counter } from '../../../src/model/counter.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';
import { read, type Written, written } from '../linearizable/operations.ts';
import { agrees, agreesWithSearch, emptyTally, type Judge, type Tally } from './against-oracle.ts';
import { namesTheFirst } from './first-impossible.ts';
import { randomHistory, shapes } from './random-histories.ts';

const hours = 3_600_000;

type Ask = ReturnType<Kind['ask']>;

/** `asks`: what is asked, each as often as it is listed. */
function counterKind(asks: readonly Ask[], wrong: (tape: Tape) => unknown): Kind {
  return {
    model: 'counter',
    ask: tape => asks[tape.below(asks.length)]!,
    create() {
      let count = 0;
      return ({ f, input }) => {
        if (f === 'add') count += input as number;
        if (f === 'increment') count++;
        if (f === 'decrement') count--;
        return { outcome: 'ok', output: f === 'read' ? count : undefined };
      };
    },
    wrong: (tape, { f }) => (f === 'read' ? wrong(tape) : undefined),
  };
}

const ask = (f: string, input: unknown = null): Ask => ({ f, input });
const up = [ask('increment'), ask('increment'), ask('add', 1), ask('add', 0), ask('read'), ask('read'), ask('read')];
const small = (tape: Tape) => [0, 1, 2, 3, 4, -1, 0.5, 'x', null][tape.below(tape.below(4) === 0 ? 9 : 4)];

const kinds = [
  ['up by one', counterKind(up, small)],
  ['down by one', counterKind([ask('decrement'), ask('add', -1), ask('read')], tape => -tape.below(4))],
  ['up by five', counterKind([ask('add', 5), ask('read')], tape => [0, 5, 10, 15, 7][tape.below(5)])],
  ['up, and now and then down', counterKind([...up, ...up, ask('decrement')], small)],
] as const;

const judge = (tally: Tally): Judge => ({ model: counter, monitor: counterMonitor, tally });

describe('the monitor agrees with trying every order', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (name, kind) => {
    const tally = emptyTally();
    const numRuns = fuzzRuns(6_000);
    const sizes = shapes({ operations: [3, 9], clients: [1, 4] });
    const property = fc.property(sizes, shape => {
      const history = randomHistory(kind, shape);
      agrees(judge(tally), history);
      namesTheFirst(counter, counterMonitor, history);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 18);
    expect(tally.invalid).toBeGreaterThan(numRuns / 24);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 15);
    expect(tally.inapplicable > 0).toBe(name === 'up, and now and then down');
  });
});

test('the monitor agrees with the search on longer histories', { timeout: hours }, () => {
  const tally = emptyTally();
  let decided = 0;
  const numRuns = fuzzRuns(200);
  const sizes = shapes({ operations: [30, 150], clients: [3, 8] });
  for (const [, kind] of kinds.slice(0, 3)) {
    const property = fc.property(sizes, shape => {
      if (agreesWithSearch(judge(tally), randomHistory(kind, { ...shape, crashes: shape.crashes / 8 }))) decided++;
    });
    fc.assert(property, { numRuns });
  }
  expect(decided).toBeGreaterThan(numRuns);
  expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 6);
});

test('an order is found for as many operations as there are', () => {
  const history = randomHistory(kinds[0][1], { seed: 1, operations: 200_000, clients: 20, crashes: 0.01 });
  const subhistory = subhistoryOf(counter, history);
  const verdict = counterMonitor.judge(subhistory);
  expect(verdict.validity === 'valid' ? orderFault(counter, subhistory, verdict.order) : verdict).toBe(null);
});

/** What the monitor says, with ids for positions. */
function said(...list: readonly Written[]): unknown {
  return counterMonitor.judge(subhistoryOf(counter, written(list)));
}

const add = (input: unknown, ...at: readonly [number, number?]): Written => ({ f: 'add', input, at });
const decrement = (...at: readonly [number, number?]): Written => ({ f: 'decrement', at });
const valid = (...order: readonly number[]) => ({ validity: 'valid', order: Int32Array.from(order) });
const invalid = (until: number) => ({ validity: 'invalid', culprits: null, until });
const inapplicable = (why: string) => ({ validity: 'inapplicable', why });

describe('what the monitor says', () => {
  test('of nothing', () => {
    expect(said()).toEqual(valid());
  });

  test('a change waits until it is seen, and the one that returns first is seen first', () => {
    expect(said(add(1, 0, 9), add(1, 1, 5), read(0, 2, 3), read(1, 4, 6))).toEqual(valid(2, 1, 3, 0));
  });

  test('a crashed change happens if it is needed, and only then', () => {
    expect(said(add(1, 0), add(1, 1), read(1, 2, 3))).toEqual(valid(0, 2));
  });

  test('to add nothing is possible at any time', () => {
    expect(said(add(1, 0, 1), add(0, 2, 3), read(1, 4, 5))).toEqual(valid(0, 1, 2));
  });

  test('a read of less than there is, from its return on', () => {
    expect(said(add(1, 0, 1), read(0, 2, 3), add(1, 4, 5))).toEqual(invalid(3));
  });

  test('a read of more than there can be', () => {
    expect(said(add(1, 0, 1), read(2, 2, 3), add(1, 4, 5))).toEqual(invalid(3));
  });

  test('a read of what no counter shows', () => {
    expect(said(read('x', 0, 1))).toEqual(invalid(1));
    expect(said(add(2, 0, 1), read(1, 2, 3))).toEqual(invalid(3));
    expect(said(add(1, 0, 1), read(1e300, 2, 3))).toEqual(invalid(3));
  });

  test('changes in both directions, by several amounts or by fractions are not for it', () => {
    expect(said(add(1, 0, 1), decrement(2, 3))).toEqual(inapplicable('it changes by 1 and by -1'));
    expect(said(add(2, 0, 1), add(3, 2, 3))).toEqual(inapplicable('it changes by 2 and by 3'));
    expect(said(add(0.1, 0, 1))).toEqual(inapplicable('it changes by 0.1'));
  });
});
