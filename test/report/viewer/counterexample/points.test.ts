/**
 * Moments for the steps of an order.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pointsOf, type Span } from '../../../../src/report/viewer/run/counterexample/points.ts';

const span = (from: number, until: number, liked: Span['liked'] = null): Span => ({ from, until, liked });

describe('moments', () => {
  test('are in the middle of operations that do not overlap', () => {
    expect(pointsOf([span(0, 10), span(20, 30)])).toEqual([5, 25]);
  });

  test('are spread where steps share a stretch', () => {
    expect(pointsOf([span(0, 40), span(0, 40), span(0, 40)])).toEqual([10, 20, 30]);
  });

  test('leave room for a step that must come soon', () => {
    const [first = 0, second = 0] = pointsOf([span(0, 100), span(0, 10)]);
    expect(first).toBeLessThanOrEqual(second);
    expect(second).toBeLessThanOrEqual(10);
  });

  test('stay where an operation ran as long as that is possible, although it may be anywhere', () => {
    expect(pointsOf([span(0, 100, { from: 40, until: 60 }), span(70, 80)])).toEqual([50, 75]);
    expect(pointsOf([span(70, 80), span(0, 100, { from: 40, until: 60 })])[1]).toBeGreaterThan(70);
  });

  test('are within their spans and never go back, whenever that is possible', () => {
    const moment = fc.integer({ min: 0, max: 1000 });
    // Around moments that are in order, there is always a choice.
    const steps = fc.array(fc.tuple(moment, moment, moment, fc.boolean()), { maxLength: 30 });
    fc.assert(
      fc.property(steps, list => {
        const middles = list.map(([middle]) => middle).toSorted((one, other) => one - other);
        const spans = list.map(([, before, after, isLoose], at) => {
          const [from, until] = [(middles[at] ?? 0) - before, (middles[at] ?? 0) + after];
          return isLoose ? span(from - 500, until + 500, { from, until }) : span(from, until);
        });
        const points = pointsOf(spans);
        points.forEach((point, at) => {
          expect(point).toBeGreaterThanOrEqual((spans[at]?.from ?? 0) - 1e-9);
          expect(point).toBeLessThanOrEqual((spans[at]?.until ?? 0) + 1e-9);
          expect(point).toBeGreaterThanOrEqual(points[at - 1] ?? -Infinity);
        });
      }),
    );
  });
});
