import { describe, expect, test } from 'vitest';
import { limit, until, untilOk } from '../../src/generator/limits.ts';
import { generate, repeat, sequence } from '../../src/generator/values.ts';
import { simulate, values } from './simulate.ts';

describe('limit', () => {
  test('counts what was asked, however it ends', () => {
    expect(values(limit(4, repeat('x')), { outcome: () => ({ type: 'info' }) })).toHaveLength(4);
  });

  test('nothing at all when the limit is 0', () => {
    expect(values(limit(0, repeat('x')))).toEqual([]);
  });

  test('ends earlier when what is inside does', () => {
    expect(values(limit(10, sequence([1, 2])))).toEqual([1, 2]);
  });
});

describe('until', () => {
  test('ends with the completion that was waited for, and not with an invocation that looks like it', () => {
    const stop = until<number>(
      completion => completion.value === 3,
      generate(index => index),
    );
    const given = values(stop, { threads: 1, outcome: value => ({ type: 'ok', value }) });
    expect(given).toEqual([0, 1, 2, 3]);
  });

  test('what is in flight meanwhile ends as it ends', () => {
    const given = simulate(untilOk(generate(index => index)), {
      threads: 3,
      latencyNanos: index => (index === 0 ? 1e6 : 5e6),
    });
    expect(given.map(({ value, end }) => [value, end])).toEqual([
      [0, 1e6],
      [1, 5e6],
      [2, 5e6],
    ]);
  });

  test('untilOk goes on over failures', () => {
    const given = values(untilOk(generate(index => index)), {
      threads: 1,
      outcome: (_value, index) => ({ type: index < 4 ? (index % 2 ? 'fail' : 'info') : 'ok' }),
    });
    expect(given).toEqual([0, 1, 2, 3, 4]);
  });
});
