import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { addRule, type LinkLatency, LinkState } from '../../../src/runtime/stdio/link-state.ts';

const link = { from: 'n1', to: 'n2' };

function draw(latency: LinkLatency, count: number): number[] {
  const state = new LinkState(link, Random.fromSeed('seed'));
  return Array.from({ length: count }, () => state.latencyMs(latency, 'message'));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

describe('the latency of a link', () => {
  test('constant is constant', () => {
    expect(new Set(draw({ distribution: 'constant', meanMs: 7.5 }, 100))).toEqual(new Set([7.5]));
  });

  test('uniform is even over [0, 2 * mean]', () => {
    const values = draw({ distribution: 'uniform', meanMs: 10 }, 20_000);
    expect(Math.abs(mean(values) - 10)).toBeLessThan(0.2);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...values)).toBeLessThanOrEqual(20);
    expect(Math.abs(values.filter(value => value < 5).length - 5_000)).toBeLessThan(300);
  });

  test('exponential has its mean, and the tail that belongs to it', () => {
    const values = draw({ distribution: 'exponential', meanMs: 10 }, 20_000);
    expect(Math.abs(mean(values) - 10)).toBeLessThan(0.3);
    expect(Math.abs(values.filter(value => value > 30).length - 20_000 * Math.exp(-3))).toBeLessThan(150);
  });

  test('a mean of zero is no latency, whatever the distribution', () => {
    for (const distribution of ['constant', 'uniform', 'exponential'] as const) {
      expect(draw({ distribution, meanMs: 0 }, 3)).toEqual([0, 0, 0]);
    }
  });
});

describe('the rules of a link, added up', () => {
  test('delays add, chances combine, the longest holding back counts', () => {
    const rules = [
      { ...link, delayMs: 10, loss: 0.5, reorder: 0.5 },
      { ...link, delayMs: 5, jitterMs: 3, loss: 0.5, duplicate: 0.1, reorder: 0.5, reorderMs: 20 },
    ];
    expect(rules.reduce(addRule, null)).toEqual({
      cut: false,
      loss: 0.75,
      duplicate: expect.closeTo(0.1),
      delayMs: 15,
      jitterMs: 3,
      reorder: 0.75,
      reorderMs: 50,
    });
  });

  test('a cut stays a cut, whatever is added to it', () => {
    expect(
      [
        { ...link, cut: true as const },
        { ...link, delayMs: 1 },
      ].reduce(addRule, null),
    ).toMatchObject({ cut: true });
  });
});
