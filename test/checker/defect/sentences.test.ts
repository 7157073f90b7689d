/**
 * What is said of a defect: the sentence, and the ids of the operations that it rests on.
 */
import { describe, expect, test } from 'vitest';
import { judged, type Written, written } from '../linearizable/operations.ts';

function said(model: string, list: readonly Written[]): string {
  const result = judged(model, written(list));
  if (result.validity !== 'invalid') return result.validity;
  const [{ signature, explanation, operations }] = result.anomalies;
  const shape = signature.split(':').at(-1);
  return `\n${shape} [${operations.join(' ')}]\n${explanation}\n`;
}

const append = (input: unknown, output: unknown, ...at: readonly [number, number?]): Written => ({
  f: 'append',
  input,
  output: output ?? undefined,
  at,
});
const shows = (output: readonly unknown[], ...at: readonly [number, number]): Written => ({ f: 'read', output, at });

describe('a log', () => {
  test('that lost an entry', () => {
    expect(said('log', [append('a', 0, 0, 1), shows([], 2, 3)])).toMatchInlineSnapshot(`
      "
      lost-entry [0 1]
      Process 1: read -> [] (#1, 0.020 s to 0.030 s). That is impossible: append "a" -> 0 (#0, by process 0) had been acknowledged at 0.010 s, before this read began, and a log loses nothing.
      "
    `);
    const twice = [append('a', null, 0, 1), append('a', null, 2, 3), shows(['a'], 4, 5)];
    expect(said('log', twice)).toMatchInlineSnapshot(`
      "
      lost-entry [0 1 2]
      Process 2: read -> ["a"] (#2, 0.040 s to 0.050 s). That is impossible: "a" had been appended 2 times before this read began (append "a" (#0) and append "a" (#1)) and is shown 1 time.
      "
    `);
  });

  test('that shows what nobody appended, or more often', () => {
    expect(said('log', [append('a', 0, 0, 1), shows(['a', 'b'], 2, 3)])).toMatchInlineSnapshot(`
      "
      phantom-entry [1]
      Process 1: read -> ["a","b"] (#1, 0.020 s to 0.030 s). That is impossible: nobody had appended "b" by then.
      "
    `);
    const failed: Written = { f: 'append', input: 'b', at: [0, 1], outcome: 'fail' };
    expect(said('log', [failed, shows(['b'], 2, 3)])).toMatchInlineSnapshot(`
      "
      dirty-entry [0 1]
      Process 1: read -> ["b"] (#1, 0.020 s to 0.030 s). That is impossible: nobody had appended "b" by then; append "b" (#0, by process 0) failed.
      "
    `);
    expect(said('log', [append('a', null, 0), shows(['a', 'a'], 2, 3)])).toMatchInlineSnapshot(`
      "
      duplicate-entry [0 1]
      Process 1: read -> ["a","a"] (#1, 0.020 s to 0.030 s). That is impossible: "a" had been appended 1 time by then (append "a" (#0)) and is shown 2 times.
      "
    `);
  });

  test('of which two reads disagree, or one that goes back', () => {
    const both = [append('a', null, 0), append('b', null, 1)];
    expect(said('log', [...both, shows(['a'], 2, 5), shows(['b'], 3, 4)])).toMatchInlineSnapshot(`
      "
      split-log [2 3]
      Process 3: read -> ["b"] (#3, 0.030 s to 0.040 s). Process 2: read -> ["a"] (#2, 0.020 s to 0.050 s). Both cannot be: entry 0 is "b" in the one and "a" in the other, and an entry never changes.
      "
    `);
    expect(said('log', [...both, shows(['a', 'b'], 2, 3), shows(['a'], 4, 5)])).toMatchInlineSnapshot(`
      "
      stale-read [2 3]
      Process 3: read -> ["a"] (#3, 0.040 s to 0.050 s). That is impossible: read -> ["a","b"] (#2, by process 2) had already been answered at 0.030 s, before this read began; it shows 2 entries and this one 1, and a log never shrinks.
      "
    `);
  });

  test('that turned two entries round', () => {
    const both = [append('a', null, 0, 1), append('b', null, 2, 3)];
    expect(said('log', [...both, shows(['b', 'a'], 4, 5)])).toMatchInlineSnapshot(`
      "
      out-of-order [0 1 2]
      Process 2: read -> ["b","a"] (#2, 0.040 s to 0.050 s). That is impossible: append "a" (#0, by process 0) had been acknowledged at 0.010 s, before append "b" (#1, by process 1) began, but "b" is shown before "a".
      "
    `);
  });

  test('that told an append a place which cannot be', () => {
    expect(said('log', [append('a', 3, 0, 1), append('b', null, 2)])).toMatchInlineSnapshot(`
      "
      offset-too-high [0]
      Process 0: append "a" -> 3 (#0, 0.000 s to 0.010 s). That is impossible: no other append can have come before it.
      "
    `);
    expect(said('log', [append('a', null, 0, 1), append('b', 0, 2, 3)])).toMatchInlineSnapshot(`
      "
      offset-too-low [0 1]
      Process 1: append "b" -> 0 (#1, 0.020 s to 0.030 s). That is impossible: 1 append had been acknowledged before it began (append "a" (#0)), so it is at least entry 1.
      "
    `);
    expect(said('log', [append('a', 0, 0, 3), append('b', 0, 1, 2)])).toMatchInlineSnapshot(`
      "
      duplicate-offset [0 1]
      Process 0: append "a" -> 0 (#0, 0.000 s to 0.030 s). Process 1: append "b" -> 0 (#1, 0.010 s to 0.020 s). Both were told that they are entry 0, and only one of them can be.
      "
    `);
    expect(said('log', [append('a', -1, 0, 3)])).toMatchInlineSnapshot(`
      "
      wrong-offset [0]
      Process 0: append "a" -> -1 (#0, 0.000 s to 0.030 s). That is impossible: the place of an entry is a whole number, 0 or more.
      "
    `);
    const others = [append('x', null, 0, 9), append('y', null, 1, 8)];
    expect(said('log', [...others, append('a', 2, 2, 3), append('b', 1, 4, 5)])).toMatchInlineSnapshot(`
      "
      offset-went-back [2 3]
      Process 3: append "b" -> 1 (#3, 0.040 s to 0.050 s). That is impossible: append "a" -> 2 (#2, by process 2) had been acknowledged at 0.030 s, before this append began, and a log only grows.
      "
    `);
    const read = shows(['b', 'a'], 4, 5);
    expect(said('log', [append('a', 0, 0, 3), append('b', null, 1, 2), read])).toMatchInlineSnapshot(`
      "
      wrong-offset [0 2]
      Process 2: read -> ["b","a"] (#2, 0.040 s to 0.050 s). That is impossible: append "a" -> 0 (#0, by process 0) was told that it is entry 0, but entry 0 of this read is "b".
      "
    `);
  });
});

describe('a queue and a stack', () => {
  const puts = (f: string, input: unknown, ...at: readonly [number, number]): Written => ({ f, input, at });
  const takes = (f: string, output: unknown, ...at: readonly [number, number]): Written => ({ f, output, at });

  test('that were empty and cannot have been', () => {
    expect(said('queue', [puts('enqueue', 7, 0, 1), takes('dequeue', null, 2, 3)])).toMatchInlineSnapshot(`
      "
      false-empty [0 1]
      Process 1: dequeue -> null (#1, 0.020 s to 0.030 s). That is impossible: enqueue 7 (#0, by process 0) had been acknowledged at 0.010 s, before this dequeue began, and nothing had been taken out.
      "
    `);
    const two = [puts('push', 7, 0, 1), puts('push', 8, 2, 3), takes('pop', 8, 4, 5), takes('pop', null, 6, 7)];
    expect(said('stack', two)).toMatchInlineSnapshot(`
      "
      false-empty [0 3]
      Process 3: pop -> null (#3, 0.060 s to 0.070 s). That is impossible: 2 items had gone in before this pop began, and at most 1 came out by its end; nobody took out what push 7 (#0) had put in.
      "
    `);
  });

  test('of which an item came out before its turn', () => {
    const enqueued = [puts('enqueue', 7, 0, 1), puts('enqueue', 8, 2, 3)];
    expect(said('queue', [...enqueued, takes('dequeue', 8, 4, 5)])).toMatchInlineSnapshot(`
      "
      out-of-order [0 1 2]
      Process 2: dequeue -> 8 (#2, 0.040 s to 0.050 s). That is impossible: enqueue 7 (#0, by process 0) had been acknowledged at 0.010 s, before enqueue 8 (#1, by process 1) began; so 7 had to come out first, and nobody had taken it out by then.
      "
    `);
    const pushed = [puts('push', 7, 0, 1), puts('push', 8, 2, 3)];
    expect(said('stack', [...pushed, takes('pop', 7, 4, 5)])).toMatchInlineSnapshot(`
      "
      out-of-order [0 1 2]
      Process 2: pop -> 7 (#2, 0.040 s to 0.050 s). That is impossible: push 8 (#1, by process 1) began after push 7 (#0, by process 0) had ended, and had been acknowledged at 0.030 s, before this pop began; so 8 had to come out first, and nobody had taken it out by then.
      "
    `);
  });
});

describe('a lock', () => {
  const lock = (f: string, process: number, ...at: readonly [number, number?]): Written => ({ f, process, at });

  test('that somebody released who did not hold it', () => {
    expect(said('mutex', [lock('acquire', 0, 0, 1), lock('release', 1, 2, 3)])).toMatchInlineSnapshot(`
      "
      released-unheld [1]
      Process 1: release (#1, 0.020 s to 0.030 s). That is impossible: process 1 did not hold it; it had not asked for it by then.
      "
    `);
    const twice = [lock('acquire', 0, 0, 1), lock('release', 0, 2, 3), lock('release', 0, 4, 5)];
    expect(said('mutex', twice)).toMatchInlineSnapshot(`
      "
      released-unheld [0 1 2]
      Process 0: release (#2, 0.040 s to 0.050 s). That is impossible: process 0 did not hold it; it had released it by release (#1), and had not asked for it since acquire (#0).
      "
    `);
  });
});

describe('a text', () => {
  const text = (f: string, input: string, ...at: readonly [number, number?]): Written => ({ f, input, at });
  const get = (output: string, ...at: readonly [number, number]): Written => ({ f: 'get', output, at });

  test('that had been replaced', () => {
    const puts = [text('put', 'a', 0, 1), text('put', 'b', 2, 3), text('put', 'c', 4)];
    expect(said('kv', [...puts, get('a', 6, 7)])).toMatchInlineSnapshot(`
      "
      stale-text [1 2 3]
      Process 3: get -> "a" (#3, 0.060 s to 0.070 s). That is impossible: put "b" (#1, by process 1) had been acknowledged at 0.030 s, before this get began, and from then on every text begins with "b" or "c".
      "
    `);
  });

  test('that nobody can have written', () => {
    expect(said('kv', [text('append', 'a', 0), get('aa', 2, 3)])).toMatchInlineSnapshot(`
      "
      phantom-text [0 1]
      Process 1: get -> "aa" (#1, 0.020 s to 0.030 s). That is impossible: "a" is in it 2 times, and only 1 time in all that had been put or appended by then.
      "
    `);
    expect(said('kv', [text('append', 'a', 0), get('x', 2, 3)])).toMatchInlineSnapshot(`
      "
      phantom-text [1]
      Process 1: get -> "x" (#1, 0.020 s to 0.030 s). That is impossible: "x" is in it, and in nothing that had been put or appended by then.
      "
    `);
  });
});
