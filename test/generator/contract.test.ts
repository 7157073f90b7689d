/**
 * Any combination of generators keeps the contract. `simulate` checks most of it: what was asked once answers the same
 * when it is asked again after everything else has happened, and a run never waits for what cannot come.
 */

import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { nanosPerMs } from '../../src/base/time.ts';
import { any, mix } from '../../src/generator/choice.ts';
import { folded } from '../../src/generator/folded.ts';
import type { Generator } from '../../src/generator/generator.ts';
import { concurrentKeys, onKeys } from '../../src/generator/keys.ts';
import { limit, until, untilOk } from '../../src/generator/limits.ts';
import { concat, phases } from '../../src/generator/order.ts';
import { eachNode, eachThread, reserve } from '../../src/generator/threads.ts';
import { delay, stagger, timeLimit } from '../../src/generator/timing.ts';
import { generate, map, repeat, sequence } from '../../src/generator/values.ts';
import type { Outcome } from '../../src/history/event.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { simulate } from './simulate.ts';

const numRuns = fuzzRuns(300);
const random = Random.fromSeed('contract');

/** A description of a generator, so that a failure can be read. Everything in it ends. */
type Tree =
  | { readonly leaf: 'sequence' | 'generate' | 'repeat' | 'folded'; readonly count: number }
  | { readonly one: string; readonly number: number; readonly inner: Tree }
  | { readonly many: 'concat' | 'phases' | 'mix' | 'any' | 'reserve'; readonly inner: readonly Tree[] };

const unary = [
  'limit',
  'until',
  'untilOk',
  'timeLimit',
  'stagger',
  'delay',
  'map',
  'eachThread',
  'onKeys',
  'concurrentKeys',
];

const { tree: anyTree } = fc.letrec<{ tree: Tree }>(tie => ({
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'max', withCrossShrink: true },
    {
      weight: 1,
      arbitrary: fc.record({
        leaf: fc.constantFrom('sequence' as const, 'generate' as const, 'repeat' as const, 'folded' as const),
        count: fc.nat(12),
      }),
    },
    { weight: 2, arbitrary: fc.record({ one: fc.constantFrom(...unary), number: fc.nat(12), inner: tie('tree') }) },
    {
      weight: 2,
      arbitrary: fc.record({
        many: fc.constantFrom('concat' as const, 'phases' as const, 'mix' as const, 'any' as const, 'reserve' as const),
        inner: fc.array(tie('tree'), { maxLength: 3 }),
      }),
    },
  ),
}));

function build(described: Tree): Generator<number> {
  if ('leaf' in described) return leaf(described);
  if ('one' in described) return wrapped(described.one, described.number, described.inner);
  const inner = described.inner.map(build);
  switch (described.many) {
    case 'concat':
      return concat(...inner);
    case 'phases':
      return phases(...inner);
    case 'mix':
      return mix(
        random,
        inner.map((generator, index) => ({ weight: index, generator })),
      );
    case 'any':
      return any(...inner);
    default: {
      const [first, ...others] = inner;
      return reserve(first ? [{ threads: 1, generator: first }] : [], concat(...others));
    }
  }
}

function leaf({ leaf: kind, count }: { readonly leaf: string; readonly count: number }): Generator<number> {
  switch (kind) {
    case 'sequence':
      return sequence(Array.from({ length: count }, (_, index) => index));
    case 'generate':
      return limit(
        count,
        generate(index => random.fork(index).integer(0, 9)),
      );
    case 'repeat':
      return limit(count, repeat(7));
    default:
      return limit(
        count,
        folded<number, number>({
          initial: 0,
          next: (state, index) => ({ value: state, state: state + index }),
          after: (state, { value }) => state + value,
        }),
      );
  }
}

function wrapped(kind: string, number: number, tree: Tree): Generator<number> {
  switch (kind) {
    case 'limit':
      return limit(number, build(tree));
    case 'until':
      return until(completion => completion.time > number * nanosPerMs, build(tree));
    case 'untilOk':
      return untilOk(build(tree));
    case 'timeLimit':
      return timeLimit(number * nanosPerMs, build(tree));
    case 'stagger':
      return stagger({ meanIntervalNanos: number * 1e5, random }, build(tree));
    case 'delay':
      return delay(number * 1e5, build(tree));
    case 'map':
      return map(value => value + number, build(tree));
    case 'eachThread':
      return eachThread(() => build(tree));
    case 'eachNode':
      return eachNode(() => build(tree));
    default: {
      const keys = { random, keys: (serial: number) => (serial < number ? serial : null), perKey: () => build(tree) };
      return kind === 'onKeys' ? onKeys({ ...keys, activeKeys: 2 }) : concurrentKeys({ ...keys, threadsPerKey: 2 });
    }
  }
}

const outcomes: readonly Outcome[] = ['ok', 'ok', 'fail', 'info'];

test('any combination of generators is pure, ends, and never waits for what cannot come', () => {
  fc.assert(
    fc.property(anyTree, fc.integer({ min: 1, max: 5 }), fc.string(), (described, threads, seed) => {
      const draw = Random.fromSeed(seed);
      const given = simulate(build(described), {
        threads,
        mostOperations: 300,
        latencyNanos: index => draw.fork('latency', index).integer(0, 5 * nanosPerMs),
        outcome: (value, index) => ({ type: draw.fork('outcome', index).pick(outcomes), value }),
      });
      // One operation at a time on a thread.
      const free = new Map<number, number>();
      for (const { thread, begin, end } of given) {
        expect(begin).toBeGreaterThanOrEqual(free.get(thread) ?? 0);
        free.set(thread, end);
      }
    }),
    { numRuns },
  );
});

test('a limit is kept, and used up by what does not end before, whatever is around and inside', () => {
  fc.assert(
    fc.property(anyTree, fc.nat(40), fc.integer({ min: 1, max: 5 }), (described, most, threads) => {
      const inner = build(described);
      const unlimited = simulate(inner, { threads, mostOperations: 300 });
      const limited = simulate(limit(most, inner), { threads, mostOperations: 300 });
      expect(limited).toEqual(unlimited.slice(0, most));
    }),
    { numRuns },
  );
});
