import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../src/base/assert.ts';
import { limit, until } from '../../src/generator/limits.ts';
import { eachNode, eachThread, reserve } from '../../src/generator/threads.ts';
import { generate, repeat, sequence } from '../../src/generator/values.ts';
import { groupBy, simulate, values } from './simulate.ts';

describe('reserve', () => {
  test('each part has its own threads, which it counts from 0', () => {
    const showing = (name: string) =>
      limit(
        4,
        repeat(({ thread, threads, busy }) => `${name} thread ${thread} of ${threads}, ${busy} busy`),
      );
    const generator = reserve(
      [
        { threads: 1, generator: showing('a') },
        { threads: 2, generator: showing('b') },
      ],
      showing('rest'),
    );
    const given = simulate(generator, { threads: 5, mostOperations: 5 });
    expect(given.map(({ value, thread }) => `${thread}: ${value}`)).toEqual([
      '0: a thread 0 of 1, 0 busy',
      '1: b thread 0 of 2, 0 busy',
      '2: b thread 1 of 2, 1 busy',
      '3: rest thread 0 of 2, 0 busy',
      '4: rest thread 1 of 2, 1 busy',
    ]);
  });

  test('each part is told of its own operations', () => {
    const heard: string[] = [];
    const part = (name: string) =>
      until<string>(
        completion => {
          heard.push(`${name} hears ${String(completion.value)}`);
          return false;
        },
        limit(5, repeat(name)),
      );
    const generator = reserve([{ threads: 1, generator: part('a') }], part('b'));
    values(generator, { outcome: value => ({ type: 'ok', value }) });
    expect(heard.toSorted()).toEqual([...Array(5).fill('a hears a'), ...Array(5).fill('b hears b')]);
  });

  test('within a part, each thread is told of its own operations', () => {
    const heard: string[] = [];
    const own = eachThread(thread =>
      until<string>(
        completion => {
          heard.push(`${thread} hears ${String(completion.value)}`);
          return false;
        },
        limit(3, repeat(`${thread}`)),
      ),
    );
    const generator = reserve([{ threads: 2, generator: sequence<string>([]) }], own);
    values(generator, { threads: 4, outcome: value => ({ type: 'ok', value }) });
    expect(heard.toSorted()).toEqual([...Array(3).fill('0 hears 0'), ...Array(3).fill('1 hears 1')]);
  });

  test('more reserved threads than there are is a mistake', () => {
    const generator = reserve([{ threads: 4, generator: repeat('a') }], repeat('b'));
    expect(() => values(generator, { threads: 3, mostOperations: 1 })).toThrow(AssertionError);
  });
});

describe('eachThread', () => {
  test('each thread has all of it to itself', () => {
    const given = simulate(
      eachThread(thread => sequence([`${thread}a`, `${thread}b`])),
      { threads: 2, latencyNanos: index => (index === 0 ? 9e6 : 1e6) },
    );
    expect(given.map(({ value, thread }) => [value, thread])).toEqual([
      ['0a', 0],
      ['1a', 1],
      ['1b', 1],
      ['0b', 0],
    ]);
  });

  test('what a thread does is the same for the same seed, whatever the others do', () => {
    const own = () =>
      eachThread(thread =>
        limit(
          50,
          generate(index => `${thread}-${index}`),
        ),
      );
    const byThread = (latencyNanos: (index: number) => number) =>
      groupBy(simulate(own(), { threads: 4, latencyNanos }), operation => operation.thread);
    const calm = byThread(() => 1e6);
    const wild = byThread(index => ((index * 17) % 11) * 1e5);
    for (const [thread, operations] of calm) {
      expect(wild.get(thread)?.map(({ value }) => value)).toEqual(operations.map(({ value }) => value));
    }
  });

  test('a thread keeps its generator when its process is replaced', () => {
    const own = eachThread(() => sequence(['a', 'b', 'c']));
    const given = simulate(own, { threads: 1, outcome: () => ({ type: 'info' }) });
    expect(given.map(({ value, process }) => [value, process])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ]);
  });
});

describe('eachNode', () => {
  test('the threads of a node share one, and every node has one', () => {
    const given = simulate(
      eachNode(node => sequence([`${node} first`, `${node} second`, `${node} third`])),
      { threads: 5, nodes: ['n1', 'n2'] },
    );
    expect(given.map(({ value, thread }) => `${thread}: ${value}`)).toEqual([
      '0: n1 first',
      '1: n2 first',
      '2: n1 second',
      '3: n2 second',
      '4: n1 third',
      '1: n2 third',
    ]);
  });
});
