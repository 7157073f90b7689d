import { describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { nanosPerMs, nanosPerSecond } from '../../src/base/time.ts';
import { limit } from '../../src/generator/limits.ts';
import { concat } from '../../src/generator/order.ts';
import { delay, stagger, timeLimit } from '../../src/generator/timing.ts';
import { repeat, sequence } from '../../src/generator/values.ts';
import { simulate, values } from './simulate.ts';

const random = Random.fromSeed('timing');

describe('timeLimit', () => {
  test('ends after its time, on every thread', () => {
    const given = simulate(timeLimit(5 * nanosPerMs, repeat('x')), { threads: 2, latencyNanos: () => nanosPerMs });
    expect(given.map(operation => operation.begin / nanosPerMs)).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4]);
  });

  test('its time begins when it is first asked', () => {
    const late = concat(limit(2, delay(10 * nanosPerMs, repeat('before'))), timeLimit(3 * nanosPerMs, repeat('after')));
    const given = simulate(late, { threads: 1 }).map(({ value, begin }) => `${value} ${begin / nanosPerMs}`);
    expect(given).toEqual(['before 0', 'before 10', 'after 11', 'after 12', 'after 13']);
  });

  test('ends on time although what is inside waits for longer', () => {
    const slow = timeLimit(50 * nanosPerMs, delay(nanosPerSecond, repeat('x')));
    expect(values(slow)).toEqual(['x']);
    const step = slow.next({ time: 7, thread: 0, process: 0, node: null, busy: 0, threads: 1 });
    const next = step.kind === 'invoke' ? step.next : slow;
    expect(next.next({ time: 8, thread: 0, process: 0, node: null, busy: 0, threads: 1 })).toMatchObject({
      kind: 'pending',
      until: 7 + 50 * nanosPerMs,
    });
  });
});

describe('stagger', () => {
  const at1000 = () => stagger({ meanIntervalNanos: nanosPerMs, random }, repeat('x'));

  test('gives operations at its rate over all threads, however many there are', () => {
    for (const threads of [3, 30]) {
      const given = simulate(timeLimit(10 * nanosPerSecond, at1000()), { threads, mostOperations: 100_000 });
      expect(given.length).toBeGreaterThan(9_800);
      expect(given.length).toBeLessThan(10_200);
    }
  });

  test('gaps are spread over 0 to twice the mean', () => {
    const begins = simulate(limit(2000, at1000()), { threads: 10 }).map(operation => operation.begin);
    const gaps = begins.slice(1).map((begin, index) => begin - (begins[index] as number));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...gaps)).toBeLessThanOrEqual(2 * nanosPerMs);
    const tenths = Array.from({ length: 10 }, () => 0);
    for (const gap of gaps) tenths[Math.min(9, Math.floor(gap / (nanosPerMs / 5)))]! += 1;
    for (const count of tenths) expect(count).toBeGreaterThan(130);
  });

  test('when an operation is due follows from the seed, not from how quickly others were answered', () => {
    const begins = (latencyNanos: (index: number) => number) =>
      simulate(limit(300, at1000()), { threads: 50, latencyNanos }).map(operation => operation.begin);
    expect(begins(index => ((index * 31) % 17) * 1e5)).toEqual(begins(() => 1e5));
  });

  test('a system that stalls is not owed what it missed, only the last moments', () => {
    // All threads are stuck for a second: about 1000 operations are missed. Then they answer at once again.
    const given = simulate(timeLimit(3 * nanosPerSecond, at1000()), {
      threads: 5,
      latencyNanos: index => (index >= 500 && index < 505 ? nanosPerSecond : 1000),
    });
    const recovered = (given[505] as { begin: number }).begin;
    const burst = given.slice(505).filter(operation => operation.begin < recovered + 5 * nanosPerMs);
    expect(burst.length).toBeLessThan(100);
    expect(given.length).toBeGreaterThan(1900);
    expect(given.length).toBeLessThan(2100);
  });

  test('timers that are late by milliseconds do not lower the rate', () => {
    let generator = at1000();
    let given = 0;
    for (let tick = 0; tick < 1000; tick++) {
      const time = tick * 7 * nanosPerMs;
      for (;;) {
        const step = generator.next({ time, thread: 0, process: 0, node: null, busy: 0, threads: 1 });
        if (step.kind !== 'invoke') break;
        generator = step.next;
        given++;
      }
    }
    expect(given).toBeGreaterThan(6_800);
    expect(given).toBeLessThan(7_200);
  });

  test('an interval of 0 is as fast as the answers come', () => {
    const given = simulate(stagger({ meanIntervalNanos: 0, random }, sequence([1, 2, 3, 4])), { threads: 2 });
    expect(given.map(operation => operation.begin / nanosPerMs)).toEqual([0, 0, 1, 1]);
  });

  test('ends when what is inside ends', () => {
    expect(values(stagger({ meanIntervalNanos: nanosPerSecond, random }, sequence([1, 2])))).toEqual([1, 2]);
  });
});

test('delay keeps its interval, over all threads', () => {
  const given = simulate(limit(4, delay(10 * nanosPerMs, repeat('x'))), { threads: 4 });
  expect(given.map(operation => operation.begin / nanosPerMs)).toEqual([0, 10, 20, 30]);
});
