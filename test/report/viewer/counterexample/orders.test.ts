/**
 * Which of the partial orders is shown first, and how one walks through its steps.
 */
import { describe, expect, test } from 'vitest';
import type { Evidence, PartialLinearization } from '../../../../src/checker/evidence/evidence.ts';
import { clamped, ordersOf, startOf, stepOf, walked } from '../../../../src/report/viewer/run/counterexample/orders.ts';

function order(explained: number, idle: number, steps: number): PartialLinearization {
  return {
    start: null,
    earlierSteps: 0,
    steps: Array.from({ length: steps }, (_, operation) => ({ operation, state: `state ${operation}` })),
    explained,
    next: Array.from({ length: idle }, (_, operation) => ({ operation, refused: null })),
  };
}

function evidence(partials: readonly PartialLinearization[]): Evidence {
  return {
    operations: [],
    starts: [],
    anyStart: false,
    blocked: [],
    partials,
    farthest: 1,
    complete: true,
    leftOut: { operations: 0, starts: 0, blocked: 0, partials: 0 },
  };
}

test('what explains most comes first, then what leaves least that does not help, then the shortest', () => {
  const [few, idle, long, best] = [order(1, 0, 1), order(2, 3, 2), order(2, 0, 9), order(2, 0, 4)];
  expect(ordersOf(evidence([few, idle, long, best]))).toEqual([best, long, idle, few]);
});

describe('walking', () => {
  const two = order(2, 0, 2);

  test('goes from all back to the start, and on to all again', () => {
    const back = [walked(null, -1, two), walked(1, -1, two), walked(0, -1, two)];
    const on = [walked(0, 1, two), walked(1, 1, two), walked(null, 1, two)];
    expect([back, on]).toEqual([
      [1, 0, 0],
      [1, null, null],
    ]);
  });

  test('takes what a link says for what comes next to it', () => {
    expect([stepOf(7, two), stepOf(1.7, two), clamped(9, 3), clamped(-1, 3), clamped(1.5, 3)]).toEqual([
      null,
      1,
      2,
      0,
      1,
    ]);
  });
});

test('a start that is one of many is only supposed', () => {
  const started = { ...order(0, 0, 0), start: 'the lock is free' };
  expect([
    startOf({ anyStart: true }, order(0, 0, 0)),
    startOf({ anyStart: true }, started),
    startOf({ anyStart: false }, started),
  ]).toEqual(['whatever was there before', 'if the lock is free', 'the lock is free']);
});
