import { expect, test } from 'vitest';
import { folded } from '../../src/generator/folded.ts';
import { limit } from '../../src/generator/limits.ts';
import { simulate, values } from './simulate.ts';

interface Told {
  readonly sum: number;
  readonly told: readonly string[];
}

test('what it gives may depend on how its operations ended, each told with its own value and thread', () => {
  const generator = folded<Told, { asked: number; knows: readonly string[] }>({
    initial: { sum: 0, told: [] },
    next: (state, index) => ({
      value: { asked: index, knows: state.told },
      state: { ...state, sum: state.sum + index },
    }),
    after: (state, { value, completion, thread }) => ({
      ...state,
      told: [...state.told, `${value.asked} ${completion.type} on ${thread}`],
    }),
  });
  const given = values(generator, {
    threads: 2,
    mostOperations: 5,
    latencyNanos: index => (index === 0 ? 10e6 : 1e6),
    outcome: (_value, index) => ({ type: index === 1 ? 'fail' : 'ok' }),
  });
  expect(given).toEqual([
    { asked: 0, knows: [] },
    { asked: 1, knows: [] },
    { asked: 2, knows: ['1 fail on 1'] },
    { asked: 3, knows: ['1 fail on 1', '2 ok on 1'] },
    { asked: 4, knows: ['1 fail on 1', '2 ok on 1', '3 ok on 1'] },
  ]);
});

test('the state that `next` made is there for the next one', () => {
  const doubling = folded<number, number>({
    initial: 1,
    next: state => ({ value: state, state: state * 2 }),
    after: state => state,
  });
  expect(simulate(limit(5, doubling)).map(operation => operation.value)).toEqual([1, 2, 4, 8, 16]);
});
