import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { nanosPerMs } from '../../src/base/time.ts';
import { any, mix } from '../../src/generator/choice.ts';
import { limit, until } from '../../src/generator/limits.ts';
import { delay } from '../../src/generator/timing.ts';
import { generate, once, repeat, sequence } from '../../src/generator/values.ts';
import { simulate, values } from './simulate.ts';

const random = Random.fromSeed('choice');
const plain = <T>(generator: T) => ({ weight: 1, generator });

function count<T>(items: readonly T[], item: T): number {
  return items.filter(other => other === item).length;
}

describe('mix', () => {
  test('draws in proportion to the weights', () => {
    const given = values(
      mix(random, [
        { weight: 5, generator: repeat('read') },
        { weight: 3, generator: repeat('write') },
        { weight: 2, generator: repeat('cas') },
        { weight: 0, generator: repeat('never') },
      ]),
      { mostOperations: 5000 },
    );
    expect(count(given, 'read') / 5000).toBeCloseTo(0.5, 1);
    expect(count(given, 'write') / 5000).toBeCloseTo(0.3, 1);
    expect(count(given, 'cas') / 5000).toBeCloseTo(0.2, 1);
    expect(count(given, 'never')).toBe(0);
  });

  test('the n-th operation is the same for the same seed, whatever the timing', () => {
    const mixed = () => limit(300, mix(random, [plain(generate(i => `a${i}`)), plain(generate(i => `b${i}`))]));
    const calm = values(mixed(), { threads: 1 });
    expect(values(mixed(), { threads: 8, latencyNanos: index => ((index * 13) % 7) * 1e6 })).toEqual(calm);
  });

  test('one that has nothing just now does not hold up the others', () => {
    const rare = delay(100 * nanosPerMs, repeat('rare'));
    const given = values(mix(random, [{ weight: 1000, generator: rare }, plain(repeat('often'))]), {
      threads: 1,
      mostOperations: 250,
    });
    expect(count(given, 'rare')).toBe(3);
    expect(count(given, 'often')).toBe(247);
  });

  test('when none has anything it waits for the first that will', () => {
    const soon = delay(10 * nanosPerMs, repeat('soon'));
    const late = delay(40 * nanosPerMs, repeat('late'));
    const given = simulate(limit(6, mix(random, [plain(late), plain(soon)])), { threads: 2 });
    expect(given.map(operation => operation.begin / nanosPerMs)).toEqual([0, 0, 10, 20, 30, 40]);
  });

  test('one that ends leaves the rest to the others, and all must end for it to end', () => {
    const given = values(mix(random, [plain(sequence(['a', 'b'])), plain(sequence(['x', 'y', 'z']))]));
    expect(given.toSorted()).toEqual(['a', 'b', 'x', 'y', 'z']);
  });

  test('nothing to choose from is done', () => {
    expect(values(mix<string>(random, []))).toEqual([]);
  });

  test('each is told of its own operations and of no others', () => {
    const heard: string[] = [];
    const child = (name: string) =>
      until<string>(
        completion => {
          heard.push(`${name} hears ${String(completion.value)}`);
          return false;
        },
        limit(20, repeat(name)),
      );
    values(mix(random, [plain(child('a')), plain(child('b'))]), { outcome: value => ({ type: 'ok', value }) });
    expect(new Set(heard)).toEqual(new Set(['a hears a', 'b hears b']));
    expect(heard).toHaveLength(40);
  });
});

describe('any', () => {
  test('prefers the earlier, and takes the later while that has nothing', () => {
    const given = simulate(any(delay(3 * nanosPerMs, repeat('first')), repeat('second')), {
      threads: 1,
      mostOperations: 7,
    });
    expect(given.map(operation => operation.value)).toEqual([
      'first',
      'second',
      'second',
      'first',
      'second',
      'second',
      'first',
    ]);
  });

  test('ends when all have ended', () => {
    expect(values(any(once('a'), sequence(['b', 'c'])))).toEqual(['a', 'b', 'c']);
  });
});
