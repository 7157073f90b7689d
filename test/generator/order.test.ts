import { describe, expect, test } from 'vitest';
import { nanosPerMs } from '../../src/base/time.ts';
import { limit } from '../../src/generator/limits.ts';
import { concat, phases } from '../../src/generator/order.ts';
import { eachThread, reserve } from '../../src/generator/threads.ts';
import { delay } from '../../src/generator/timing.ts';
import { once, repeat, sequence } from '../../src/generator/values.ts';
import { simulate, values } from './simulate.ts';

describe('concat', () => {
  test('a thread goes on as soon as the one before has nothing more for it, and waits for nobody', () => {
    const given = simulate(concat(sequence(['a', 'b']), sequence(['c', 'd', 'e'])), {
      threads: 2,
      latencyNanos: index => (index === 0 ? 100 : 1) * nanosPerMs,
    });
    expect(given.map(({ value, begin }) => [value, begin / nanosPerMs])).toEqual([
      ['a', 0],
      ['b', 0],
      ['c', 1],
      ['d', 2],
      ['e', 3],
    ]);
  });

  test('each thread at its own pace', () => {
    const own = concat(
      eachThread(thread => limit(thread, repeat(`own ${thread}`))),
      sequence(['x', 'y', 'z']),
    );
    expect(values(own, { threads: 3 })).toEqual(['x', 'own 1', 'own 2', 'y', 'z', 'own 2']);
  });

  test('nothing after nothing is done', () => {
    expect(values(concat())).toEqual([]);
    expect(values(concat(sequence([]), once('a'), sequence([])))).toEqual(['a']);
  });
});

describe('phases', () => {
  test('the next begins when all of the one before has ended, also what was slow', () => {
    const given = simulate(phases(sequence(['a1', 'a2', 'a3']), sequence(['b1', 'b2', 'b3'])), {
      threads: 3,
      latencyNanos: index => (index === 1 ? 50 : 1) * nanosPerMs,
      outcome: (_value, index) => ({ type: index === 1 ? 'info' : 'ok' }),
    });
    expect(given.map(({ value, begin }) => [value, begin / nanosPerMs])).toEqual([
      ['a1', 0],
      ['a2', 0],
      ['a3', 0],
      ['b1', 50],
      ['b2', 50],
      ['b3', 50],
    ]);
  });

  test('empty phases are passed, also at the end', () => {
    const nothing = sequence<string>([]);
    expect(values(phases(nothing, nothing, once('a'), nothing, once('b'), nothing))).toEqual(['a', 'b']);
    expect(values(phases(nothing, nothing))).toEqual([]);
    expect(values(phases<string>())).toEqual([]);
  });

  test('the time of a phase begins with the phase', () => {
    const paced = (name: string) => limit(2, delay(10 * nanosPerMs, repeat(name)));
    const given = simulate(phases(paced('a'), paced('b')), { threads: 2 });
    expect(given.map(({ value, begin }) => [value, begin / nanosPerMs])).toEqual([
      ['a', 0],
      ['a', 10],
      ['b', 11],
      ['b', 21],
    ]);
  });

  test('a phase whose part of one thread waits is begun for the others at once', () => {
    const second = reserve([{ threads: 2, generator: sequence(['x', 'y']) }], delay(20 * nanosPerMs, sequence(['z'])));
    const given = simulate(phases(once('a'), phases(once('b'), second)), { threads: 3 });
    expect(given.map(({ value }) => value)).toEqual(['a', 'b', 'x', 'y', 'z']);
  });

  test('within a part of the threads, only that part waits for itself', () => {
    const part = phases(sequence(['p1', 'p2']), sequence(['q1', 'q2']));
    const given = simulate(reserve([{ threads: 2, generator: part }], limit(2, repeat('rest'))), {
      threads: 3,
      latencyNanos: index => (index === 2 ? 100 : 1) * nanosPerMs,
    });
    expect(given.map(({ value, begin }) => [value, begin / nanosPerMs])).toEqual([
      ['p1', 0],
      ['p2', 0],
      ['rest', 0],
      ['q1', 1],
      ['q2', 1],
      ['rest', 100],
    ]);
  });
});
