import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { limit } from '../../src/generator/limits.ts';
import { generate, map, once, repeat, sequence } from '../../src/generator/values.ts';
import { simulate, values } from './simulate.ts';

describe('sequence', () => {
  test('gives each value once, in order, to whoever asks first', () => {
    expect(simulate(sequence(['a', 'b', 'c', 'd', 'e']), { threads: 2 })).toEqual([
      { value: 'a', thread: 0, process: 0, begin: 0, end: 1e6 },
      { value: 'b', thread: 1, process: 1, begin: 0, end: 1e6 },
      { value: 'c', thread: 0, process: 0, begin: 1e6, end: 2e6 },
      { value: 'd', thread: 1, process: 1, begin: 1e6, end: 2e6 },
      { value: 'e', thread: 0, process: 0, begin: 2e6, end: 3e6 },
    ]);
  });

  test('an empty list is done at once', () => {
    expect(values(sequence([]))).toEqual([]);
  });

  test('an operation that failed is not given again', () => {
    expect(values(sequence([1, 2, 3]), { outcome: () => ({ type: 'fail' }) })).toEqual([1, 2, 3]);
  });
});

test('once gives one value to one thread', () => {
  expect(values(once('x'))).toEqual(['x']);
});

describe('repeat', () => {
  test('gives the same value without end', () => {
    expect(values(repeat('x'), { mostOperations: 4 })).toEqual(['x', 'x', 'x', 'x']);
  });

  test('asks a function each time, which knows who asks', () => {
    const generator = repeat(({ thread, process, node, time, threads, busy }) => ({
      f: 'read',
      key: null,
      value: [thread, process, node, time, threads, busy],
    }));
    const given = values(generator, {
      threads: 2,
      mostOperations: 4,
      outcome: (_read, index) => ({ type: index === 1 ? 'info' : 'ok' }),
    });
    expect(given.map(read => read.value)).toEqual([
      [0, 0, 'n1', 0, 2, 0],
      [1, 1, 'n2', 0, 2, 1],
      [0, 0, 'n1', 1e6, 2, 0],
      [1, 3, 'n2', 1e6, 2, 1],
    ]);
  });
});

describe('generate', () => {
  test('numbers what it gives from 0 over all threads', () => {
    expect(
      values(
        generate(index => index),
        { mostOperations: 5 },
      ),
    ).toEqual([0, 1, 2, 3, 4]);
  });

  test('the same seed gives the same values, whatever the number of threads, the latency and the outcomes', () => {
    const drawn = () =>
      limit(
        200,
        generate(index => Random.fromSeed('s').fork(index).integer(0, 1e6)),
      );
    const calm = values(drawn(), { threads: 1 });
    const busy = values(drawn(), {
      threads: 7,
      latencyNanos: index => ((index * 7919) % 13) * 1e5,
      outcome: (_value, index) => ({ type: index % 3 === 0 ? 'info' : 'fail' }),
    });
    expect(busy).toEqual(calm);
    expect(new Set(calm).size).toBeGreaterThan(190);
  });
});

test('map changes values on their way out, and knows who asks', () => {
  const generator = map((value, context) => `${value}@${context.thread}`, sequence(['a', 'b', 'c']));
  expect(values(generator, { threads: 2 })).toEqual(['a@0', 'b@1', 'c@0']);
});
