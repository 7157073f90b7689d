import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DeadlineQueue } from '../../../src/runtime/stdio/deadline-queue.ts';

function drain(queue: DeadlineQueue<number>): number[] {
  const items: number[] = [];
  for (let due = queue.pop(); due; due = queue.pop()) items.push(due.item);
  return items;
}

describe('the queue by deadline', () => {
  test('gives the earliest first, and equal ones as they came', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 9 })), deadlines => {
        const queue = new DeadlineQueue<number>();
        deadlines.forEach((deadline, item) => queue.push(deadline, item));
        const expected = deadlines
          .map((deadline, item) => ({ deadline, item }))
          .toSorted((a, b) => a.deadline - b.deadline);
        expect(queue.size).toBe(deadlines.length);
        expect(drain(queue)).toEqual(expected.map(({ item }) => item));
        expect(queue.size).toBe(0);
      }),
    );
  });

  test('stays in order when some are taken out of the middle and others come later', () => {
    const deadline = fc.integer({ min: 0, max: 9 });
    fc.assert(
      fc.property(fc.array(deadline), fc.array(deadline), (before, after) => {
        const queue = new DeadlineQueue<number>();
        before.forEach((at, item) => queue.push(at, item));
        queue.removeIf(item => item % 3 === 0);
        after.forEach((at, index) => queue.push(at, before.length + index));
        const kept = [...before, ...after]
          .map((at, item) => ({ at, item }))
          .filter(({ item }) => item >= before.length || item % 3 !== 0)
          .toSorted((a, b) => a.at - b.at);
        expect(drain(queue)).toEqual(kept.map(({ item }) => item));
      }),
    );
  });
});
