import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../src/base/assert.ts';
import { Random } from '../../src/base/random.ts';
import { concurrentKeys, onKeys } from '../../src/generator/keys.ts';
import { limit, until } from '../../src/generator/limits.ts';
import { phases } from '../../src/generator/order.ts';
import { eachThread } from '../../src/generator/threads.ts';
import { generate, repeat, sequence } from '../../src/generator/values.ts';
import { groupBy, simulate, values } from './simulate.ts';

const random = Random.fromSeed('keys');
const numbered = (key: string | number) => generate(index => `${key}/${index}`);
const keyOf = (value: string) => Number(value.split('/')[0]);

describe('onKeys', () => {
  const five = (operationsPerKey: number) =>
    onKeys({ random, activeKeys: 5, operationsPerKey, keys: serial => serial, perKey: numbered });

  test('a fresh key begins when one is exhausted, and there are never more at a time than wanted', () => {
    const given = values(five(50), { threads: 8, mostOperations: 3000 });
    const lastSeen = new Map(given.map((value, index) => [keyOf(value), index]));
    const begun = new Set<number>();
    given.forEach((value, index) => {
      begun.add(keyOf(value));
      const alive = [...begun].filter(key => (lastSeen.get(key) as number) >= index);
      expect(alive.length).toBeLessThanOrEqual(5);
    });
    expect([...begun]).toEqual([...begun].map((_, serial) => serial));
  });

  test('the lives of keys differ, between 0.9 and 1 of the limit, so that they do not end together', () => {
    const given = values(five(100), { mostOperations: 5000 });
    const lengths = [...groupBy(given, keyOf)].slice(0, 40).map(([, operations]) => operations.length);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(90);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100);
    expect(new Set(lengths).size).toBeGreaterThan(6);
  });

  test('the n-th operation is the same for the same seed, whatever the timing', () => {
    const calm = values(five(20), { threads: 1, mostOperations: 1000 });
    const wild = values(five(20), {
      threads: 9,
      mostOperations: 1000,
      latencyNanos: index => ((index * 29) % 23) * 1e5,
      outcome: (_value, index) => ({ type: index % 5 ? 'ok' : 'info' }),
    });
    expect(wild).toEqual(calm);
  });

  test('ends when there are no more keys, having used all of every one', () => {
    const listed = onKeys({
      random,
      activeKeys: 2,
      keys: serial => (serial < 3 ? `k${serial}` : null),
      perKey: key => sequence([`${key}/a`, `${key}/b`]),
    });
    expect(values(listed).toSorted()).toEqual(['k0/a', 'k0/b', 'k1/a', 'k1/b', 'k2/a', 'k2/b']);
  });

  test('a key that has nothing just now does not hold up the others', () => {
    // Both wait for the answer to their first operation; that of key 0 never comes.
    const patient = (key: string | number) => phases(sequence([`${key}/first`]), sequence([`${key}/second`]));
    const generator = onKeys({
      random,
      activeKeys: 3,
      keys: serial => (serial < 6 ? serial : null),
      perKey: patient,
    });
    const given = values(generator, {
      threads: 1,
      latencyNanos: index => (index === 0 ? 1e9 : 1e6),
    });
    expect(given).toHaveLength(12);
  });

  test('a key is told of its own operations; what ends after the key was left is told to nobody', () => {
    const heard: string[] = [];
    const listening = (key: string | number) =>
      until<string>(
        completion => {
          heard.push(`${key} hears ${String(completion.value)}`);
          return false;
        },
        limit(3, repeat(`${key}`)),
      );
    const generator = onKeys({ random, activeKeys: 2, keys: serial => serial, perKey: listening });
    values(generator, {
      threads: 4,
      mostOperations: 60,
      latencyNanos: index => ((index * 7) % 5) * 1e6,
      outcome: value => ({ type: 'ok', value }),
    });
    expect(heard.length).toBeGreaterThan(20);
    for (const sentence of heard) expect(sentence).toMatch(/^(\d+) hears \1$/);
  });

  test('keys that never have anything to do are a mistake, not a run without end', () => {
    const hollow = onKeys({ random, activeKeys: 2, keys: serial => serial, perKey: () => sequence<string>([]) });
    expect(() => values(hollow)).toThrow(AssertionError);
  });
});

describe('concurrentKeys', () => {
  const grouped = concurrentKeys({
    random,
    threadsPerKey: 2,
    operationsPerKey: 10,
    keys: serial => serial,
    perKey: key => repeat(({ thread, threads }) => `${key}/${thread} of ${threads}`),
  });

  test('each key has a group of threads, and threads that are left over join the last group', () => {
    const given = simulate(grouped, { threads: 5, mostOperations: 5 });
    expect(given.map(({ thread, value }) => `${thread}: ${value}`)).toEqual([
      '0: 0/0 of 2',
      '1: 0/1 of 2',
      '2: 1/0 of 3',
      '3: 1/1 of 3',
      '4: 1/2 of 3',
    ]);
  });

  test('within a group, each thread is told of its own operations', () => {
    const heard: string[] = [];
    const listening = (key: string | number) =>
      eachThread(thread =>
        until<string>(
          completion => {
            heard.push(`${key}/${thread} hears ${String(completion.value)}`);
            return false;
          },
          repeat(`${key}/${thread}`),
        ),
      );
    const generator = concurrentKeys({
      random,
      threadsPerKey: 2,
      operationsPerKey: 6,
      keys: serial => serial,
      perKey: listening,
    });
    values(generator, { threads: 5, mostOperations: 60, outcome: value => ({ type: 'ok', value }) });
    expect(heard.length).toBeGreaterThan(40);
    for (const sentence of heard) expect(sentence).toMatch(/^(\d+\/\d) hears \1$/);
  });

  test('a key stays with the group that began it', () => {
    const given = simulate(grouped, {
      threads: 6,
      mostOperations: 600,
      latencyNanos: index => ((index * 11) % 7) * 1e6,
    });
    const groups = groupBy(given, ({ value }) => keyOf(value));
    expect(groups.size).toBeGreaterThan(55);
    for (const [, operations] of groups) {
      expect(new Set(operations.map(({ thread }) => Math.floor(thread / 2))).size).toBe(1);
    }
  });

  test('fewer threads than a key wants make one group', () => {
    const given = simulate(grouped, { threads: 1, mostOperations: 2 });
    expect(given.map(({ value }) => value)).toEqual(['0/0 of 1', '0/0 of 1']);
  });

  test('what a key gives follows from the key, whichever group has it', () => {
    const make = () =>
      concurrentKeys({ random, threadsPerKey: 2, operationsPerKey: 10, keys: serial => serial, perKey: numbered });
    const perKey = (latencyNanos: (index: number) => number) =>
      groupBy(values(make(), { threads: 4, mostOperations: 400, latencyNanos }), keyOf);
    const calm = perKey(() => 1e6);
    const wild = perKey(index => ((index * 37) % 19) * 1e5);
    for (let key = 0; key < 30; key++) expect(wild.get(key)).toEqual(calm.get(key));
  });
});
