/**
 * The monitor of the log against trying every order, and against the search.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { logMonitor } from '../../../src/checker/monitor/log/log.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { log } from '../../../src/model/log.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import type { Tape } from '../linearizable/histories.ts';
import { read, type Written, written } from '../linearizable/operations.ts';
import { agrees, agreesWithSearch, emptyTally, type Judge, type Tally } from './against-oracle.ts';
import { namesTheFirst } from './first-impossible.ts';
import { type Asked, randomHistory, shapes } from './random-histories.ts';

const hours = 3_600_000;

interface LogShape {
  /** Whether an append tells its offset. */
  readonly tells: (process: number) => boolean;
  /** In 10 operations. */
  readonly reads: number;
  readonly repeats: boolean;
}

function logKind({ tells, reads, repeats }: LogShape): Asked {
  const value = (tape: Tape, unique: number) => (repeats && tape.below(2) === 0 ? tape.below(2) : unique + 10);
  return {
    model: 'log',
    ask: (tape, unique) =>
      tape.below(10) < reads ? { f: 'read', input: null } : { f: 'append', input: value(tape, unique) },
    create() {
      const entries: unknown[] = [];
      return ({ f, input }, process) => {
        if (f === 'read') return { outcome: 'ok', output: [...entries] };
        const offset = entries.push(input) - 1;
        return { outcome: 'ok', output: tells(process) ? offset : undefined };
      };
    },
    wrong(tape, { f, output }) {
      if (f === 'append') return [null, undefined, 0, 1, 2, 3, 0.5][tape.below(7)];
      const list = Array.isArray(output) ? [...output] : [];
      if (tape.below(2) === 0) return list.slice(0, tape.below(list.length + 1));
      return tape.below(4) === 0 ? tape.below(2) : [...list, tape.below(3)];
    },
  };
}

const always = () => true;
const never = () => false;
const sometimes = (process: number) => process % 2 === 0;

const kinds = [
  ['with offsets', logKind({ tells: always, reads: 3, repeats: false })],
  ['without offsets', logKind({ tells: never, reads: 4, repeats: false })],
  ['with some offsets', logKind({ tells: sometimes, reads: 2, repeats: false })],
  ['without offsets, of values that repeat', logKind({ tells: never, reads: 3, repeats: true })],
  ['with some offsets, of values that repeat', logKind({ tells: sometimes, reads: 2, repeats: true })],
] as const;

const judge = (tally: Tally): Judge => ({ model: log, monitor: logMonitor, tally });

describe('the monitor agrees with trying every order', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (_, kind) => {
    const tally = emptyTally();
    const numRuns = fuzzRuns(5_000);
    const sizes = shapes({ operations: [3, 8], clients: [1, 4] });
    const property = fc.property(sizes, shape => {
      const history = randomHistory(kind, shape);
      agrees(judge(tally), history);
      namesTheFirst(log, logMonitor, history);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 24);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 12);
    expect(tally.inapplicable).toBe(0);
  });
});

test('the monitor agrees with the search on longer histories', { timeout: hours }, () => {
  const tally = emptyTally();
  let decided = 0;
  const numRuns = fuzzRuns(50);
  const sizes = shapes({ operations: [30, 150], clients: [3, 8] });
  for (const [, kind] of kinds) {
    const property = fc.property(sizes, shape => {
      if (agreesWithSearch(judge(tally), randomHistory(kind, { ...shape, crashes: shape.crashes / 8 }))) decided++;
    });
    fc.assert(property, { numRuns });
  }
  expect(decided).toBeGreaterThan(numRuns);
  expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 6);
});

test('an order is found for as many operations as there are', () => {
  const seldomRead = logKind({ tells: sometimes, reads: 0, repeats: true });
  const history = randomHistory(seldomRead, { seed: 1, operations: 200_000, clients: 20, crashes: 0.01 });
  const subhistory = subhistoryOf(log, history);
  const verdict = logMonitor.judge(subhistory);
  if (verdict.validity !== 'valid') throw new Error(JSON.stringify(verdict));
  // To replay it all would take long, for the model copies the log.
  let latestCall = -1;
  const wrong = verdict.order.find((position, index) => {
    const { f, output } = subhistory.operation(position);
    const isLate = subhistory.return[position]! < latestCall;
    latestCall = Math.max(latestCall, subhistory.call[position]!);
    return isLate || (f === 'append' && output !== undefined && output !== index);
  });
  expect(wrong).toBe(undefined);
  expect(new Set(verdict.order).size).toBe(verdict.order.length);
});

test('an order is found for long reads', () => {
  const kind = logKind({ tells: sometimes, reads: 1, repeats: false });
  const history = randomHistory(kind, { seed: 1, operations: 2_000, clients: 10, crashes: 0.01 });
  const subhistory = subhistoryOf(log, history);
  const verdict = logMonitor.judge(subhistory);
  expect(verdict.validity === 'valid' ? orderFault(log, subhistory, verdict.order) : verdict).toBe(null);
});

/** What the monitor says, with ids for positions. */
function said(...list: readonly Written[]): unknown {
  return logMonitor.judge(subhistoryOf(log, written(list)));
}

function append(input: unknown, at: readonly [number, number?], output?: unknown): Written {
  return { f: 'append', input, at, output };
}
const valid = (...order: readonly number[]) => ({ validity: 'valid', order: Int32Array.from(order) });
const invalid = (until: number) => ({ validity: 'invalid', culprits: null, until });

describe('what the monitor says', () => {
  test('of nothing', () => {
    expect(said()).toEqual(valid());
    expect(said(read([], 0, 1))).toEqual(valid(0));
  });

  test('the offset says who was first', () => {
    expect(said(append('a', [0, 3], 1), append('b', [1, 2], 0))).toEqual(valid(1, 0));
  });

  test('a read says who was first', () => {
    const list = [append('a', [0, 2]), append('b', [1, 3]), read(['b', 'a'], 4, 5)];
    expect(said(...list)).toEqual(valid(1, 0, 2));
  });

  test('a crashed append fills the place before one that was told', () => {
    expect(said(append('a', [0]), append('b', [1, 2], 1))).toEqual(valid(0, 1));
    expect(said(append('b', [1, 2], 1))).toEqual(invalid(1));
  });

  test('of equal values, the one that returns first is written first', () => {
    expect(said(append(1, [0, 9]), append(1, [1, 2]), read([1], 3, 4), read([1, 1], 5, 6))).toEqual(valid(1, 2, 0, 3));
  });

  test('two that were told one offset', () => {
    expect(said(append('a', [0, 1], 0), append('b', [2, 3], 0))).toEqual(invalid(3));
  });

  test('reads that disagree, from the second one on', () => {
    const list = [append('a', [0, 9]), append('b', [1, 8]), read(['a', 'b'], 2, 3), read(['b'], 4, 5)];
    expect(said(...list)).toEqual(invalid(5));
  });

  test('a read that misses what was there', () => {
    expect(said(append('a', [0, 1]), read([], 2, 3), read(['a'], 4, 5))).toEqual(invalid(3));
  });

  test('a read of what nobody appends, or of no list', () => {
    expect(said(append('a', [0, 1]), read(['b'], 2, 3))).toEqual(invalid(3));
    expect(said(append('a', [0, 1]), read('a', 2, 3))).toEqual(invalid(3));
    expect(said(append('a', [0, 1], 'x'))).toEqual(invalid(1));
    expect(said(append('a', [0, 1], 2 ** 40))).toEqual(invalid(1));
  });

  test('1 is not "1", and an object is itself whatever the order of its members', () => {
    expect(said(append(1, [0, 1]), read(['1'], 2, 3))).toEqual(invalid(3));
    expect(said(append({ a: 1, b: 2 }, [0, 1]), read([{ b: 2, a: 1 }], 2, 3))).toEqual(valid(0, 1));
  });
});
