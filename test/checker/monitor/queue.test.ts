/**
 * The monitor of the queue against trying every order, and against the search.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { queueMonitor } from '../../../src/checker/monitor/queue/queue.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { queue } from '../../../src/model/queue.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';
import { type Written, written } from '../linearizable/operations.ts';
import { agrees, agreesWithSearch, emptyTally, type Judge, type Tally } from './against-oracle.ts';
import { randomHistory, shapes } from './random-histories.ts';

const runs = fuzzRuns(2_000);
const hours = 3_600_000;

/** `repeats`: now and then a value that was enqueued before. */
function queueKind({ enqueues, repeats }: { readonly enqueues: number; readonly repeats: boolean }): Kind {
  const repeated = (tape: Tape): boolean => repeats && tape.below(12) === 0;
  return {
    model: 'queue',
    ask: (tape, unique) =>
      tape.below(10) < enqueues
        ? { f: 'enqueue', input: repeated(tape) ? tape.below(2) : unique }
        : { f: 'dequeue', input: null },
    create() {
      const items: unknown[] = [];
      return ({ f, input }) => {
        if (f === 'dequeue') return { outcome: 'ok', output: items.shift() ?? null };
        items.push(input);
        return { outcome: 'ok' };
      };
    },
    wrong: (tape, { f }) => (f === 'dequeue' ? (tape.below(2) === 0 ? null : tape.below(9)) : undefined),
  };
}

const kinds = [
  ['as many in as out', queueKind({ enqueues: 5, repeats: false })],
  ['often empty', queueKind({ enqueues: 3, repeats: false })],
  ['seldom empty', queueKind({ enqueues: 7, repeats: false })],
  ['with values that repeat', queueKind({ enqueues: 5, repeats: true })],
] as const;

const judge = (tally: Tally): Judge => ({ model: queue, monitor: queueMonitor, tally });

describe('the monitor agrees with trying every order', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (name, kind) => {
    const tally = emptyTally();
    const numRuns = runs * 3;
    const sizes = shapes({ operations: [3, 9], clients: [1, 4] });
    const property = fc.property(sizes, shape => agrees(judge(tally), randomHistory(kind, shape)));
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 24);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 12);
    expect(tally.inapplicable > 0).toBe(name === 'with values that repeat');
  });
});

test('the monitor agrees with the search on longer histories', { timeout: hours }, () => {
  const tally = emptyTally();
  let decided = 0;
  const numRuns = runs / 20;
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
  const history = randomHistory(queueKind({ enqueues: 4, repeats: false }), {
    seed: 1,
    operations: 200_000,
    clients: 20,
    crashes: 0.01,
  });
  const subhistory = subhistoryOf(queue, history);
  const verdict = queueMonitor.judge(subhistory);
  expect(verdict.validity === 'valid' ? orderFault(queue, subhistory, verdict.order) : verdict).toBe(null);
});

/** What the monitor says, with ids for positions. */
function said(list: readonly Written[]): unknown {
  return queueMonitor.judge(subhistoryOf(queue, written(list)));
}

const enqueue = (input: unknown, ...at: readonly [number, number?]): Written => ({ f: 'enqueue', input, at });
const dequeue = (output: unknown, ...at: readonly [number, number]): Written => ({ f: 'dequeue', output, at });
const crashedDequeue = (call: number): Written => ({ f: 'dequeue', at: [call] });

describe('what the monitor says', () => {
  test('a value from nowhere, whatever else is repeated', () => {
    const list = [enqueue(1, 0, 1), enqueue(1, 2, 3), dequeue(2, 4, 5), dequeue(1, 6, 7)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [2], until: 5 });
  });

  test('a value that is dequeued twice', () => {
    const list = [enqueue(1, 0), dequeue(1, 1, 2), dequeue(1, 3, 4)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 1, 2], until: 4 });
  });

  test('a value that is dequeued before it is enqueued', () => {
    const list = [enqueue(2, 0, 1), dequeue(1, 2, 3), enqueue(1, 4, 5)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [2, 1], until: 3 });
  });

  test('a value that overtakes another', () => {
    const list = [enqueue(1, 0, 1), enqueue(2, 2, 3), dequeue(2, 4, 5), dequeue(1, 6, 7)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 3, 1, 2], until: 5 });
  });

  test('a value that is lost, unless a crashed dequeue may have it', () => {
    const list = [enqueue(1, 0, 1), enqueue(2, 2, 3), dequeue(2, 4, 5)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 1, 2], until: 5 });
    const order = Int32Array.from([0, 2, 1, 3]);
    expect(said([list[0]!, crashedDequeue(1.5), ...list.slice(1)])).toEqual({ validity: 'valid', order });
  });

  test('two values are lost, and one crashed dequeue cannot have both', () => {
    const list = [enqueue(1, 0, 1), crashedDequeue(2), enqueue(2, 3, 4), enqueue(3, 5, 6), dequeue(3, 7, 8)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 2, 1, 3, 4], until: 8 });
  });

  test('a queue that is found empty while there was always something in it', () => {
    const list = [enqueue(1, 0, 1), dequeue(null, 2, 8), enqueue(2, 3, 4), dequeue(1, 5, 6), dequeue(2, 9, 10)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [1, 0, 2, 3, 4], until: 7 });
  });

  test('a value that is enqueued and dequeued twice is not for it', () => {
    const list = [enqueue('a', 0, 1), enqueue('a', 2, 3), dequeue('a', 4, 5)];
    expect(said(list)).toEqual({ validity: 'inapplicable', why: 'the value "a" is enqueued twice' });
  });

  test('values that nobody dequeues may repeat', () => {
    const list = [enqueue('a', 0, 1), enqueue('a', 2, 3), enqueue('a', 4)];
    expect(said(list)).toEqual({ validity: 'valid', order: Int32Array.from([0, 1]) });
  });
});
