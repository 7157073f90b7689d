import { describe, expect, test } from 'vitest';
import { drawOverlap } from '../../../src/checker/drawing.ts';
import { cas, judged, read, refused, type Written, write, written } from './operations.ts';

/** Everything that a person is shown of the one anomaly. */
function shown(model: string, list: readonly Written[]): string {
  const operations = written(list);
  const result = judged(model, operations);
  if (result.validity !== 'invalid') return result.validity;
  const [anomaly] = result.anomalies;
  const cited = operations.filter(({ id }) => anomaly.operations.includes(id));
  return `\n${anomaly.signature}\n${anomaly.explanation}\n${drawOverlap(cited)}\n`;
}

const on = (node: string, one: Written): Written => ({ ...one, node });

describe('a value that was there no more', () => {
  test('is a stale read, with the write that had replaced it and the one it came from', () => {
    const list = [on('n1', write(5, 0, 1)), on('n1', write(6, 2, 3)), on('n2', read(6, 4, 5)), on('n2', read(5, 6, 7))];
    expect(shown('register', list)).toMatchInlineSnapshot(`
      "
      linearizable:register:stale-read
      Process 3 on n2: read -> 5 (#3, 0.060 s to 0.070 s). That is impossible: write 6 (#1, by process 1 on n1) had been acknowledged at 0.030 s, before this read began, and nothing wrote 5 again. The only one that did, write 5 (#0), had ended at 0.010 s, before write 6 (#1) began.
      process 0 on n1  ├ #0 write 5 ┤
      process 1 on n1                 ├ #1 write 6 ┤
      process 3 on n2                                ├ #3 read -> 5 ┤
      "
    `);
  });

  test('is a stale read also where only another read shows that it had been replaced', () => {
    const list = [write(1, 0), write(2, 1), read(1, 2, 3), read(2, 4, 5), read(1, 6, 7)];
    expect(shown('register', list)).toMatchInlineSnapshot(`
      "
      linearizable:register:stale-read
      Process 4: read -> 1 (#4, 0.060 s to 0.070 s). That is impossible: read -> 2 (#3, by process 3) had already been answered at 0.050 s, before this read began, and nothing wrote 1 again. The only write 1 (#0) had happened: read -> 1 (#2) had seen it before read -> 2 (#3) began.
      process 0  ├ #0 write 1 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
      process 2    ├ #2 read -> 1 ┤
      process 3                     ├ #3 read -> 2 ┤
      process 4                                      ├ #4 read -> 1 ┤
      "
    `);
  });

  test('may be what was there at first', () => {
    expect(shown('register', [on('n1', write(5, 0, 1)), on('n2', read(null, 2, 3))])).toMatchInlineSnapshot(`
      "
      linearizable:register:stale-read
      Process 1 on n2: read -> null (#1, 0.020 s to 0.030 s). That is impossible: write 5 (#0, by process 0 on n1) had been acknowledged at 0.010 s, before this read began, and nothing wrote null again. null is what was there at first.
      process 0 on n1  ├ #0 write 5 ┤
      process 1 on n2                 ├ #1 read -> null ┤
      "
    `);
  });

  test('is a lost write when nobody ever saw the newer one, on more than one node', () => {
    const list = [on('n1', write(5, 0, 1)), on('n1', write(6, 2, 3)), on('n2', read(5, 4, 5)), on('n3', read(5, 6, 7))];
    expect(shown('register', list)).toMatchInlineSnapshot(`
      "
      linearizable:register:lost-write
      Process 2 on n2: read -> 5 (#2, 0.040 s to 0.050 s). That is impossible: write 6 (#1, by process 1 on n1) had been acknowledged at 0.030 s, before this read began, and nothing wrote 5 again. The only one that did, write 5 (#0), had ended at 0.010 s, before write 6 (#1) began. Nobody ever saw 6, although it was acknowledged.
      process 0 on n1  ├ #0 write 5 ┤
      process 1 on n1                 ├ #1 write 6 ┤
      process 2 on n2                                ├ #2 read -> 5 ┤
      "
    `);
  });

  test('is a stale cas when a cas succeeded on it', () => {
    const list = [write(1, 0, 1), write(2, 2, 3), cas(1, 3, 4, 5)];
    expect(shown('cas-register', list)).toMatchInlineSnapshot(`
      "
      linearizable:cas-register:stale-cas
      Process 2: cas 1 to 3 (#2, 0.040 s to 0.050 s). That is impossible: write 2 (#1, by process 1) had been acknowledged at 0.030 s, before this cas began, and nothing wrote 1 again. The only one that did, write 1 (#0), had ended at 0.010 s, before write 2 (#1) began.
      process 0  ├ #0 write 1 ┤
      process 1                 ├ #1 write 2 ┤
      process 2                                ├ #2 cas [1,3] ┤
      "
    `);
  });

  test('is a lost update when two cas took it away', () => {
    const list = [write(1, 0, 1), cas(1, 2, 2, 5), cas(1, 3, 3, 4)];
    expect(shown('cas-register', list)).toMatchInlineSnapshot(`
      "
      linearizable:cas-register:lost-update
      Process 2: cas 1 to 3 (#2, 0.030 s to 0.040 s). Process 1: cas 1 to 2 (#1, 0.020 s to 0.050 s). Both succeeded, and that is impossible: the first of them took 1 away, and nothing wrote it again. One of the two updates is lost.
      process 0  ├ #0 write 1 ┤
      process 1                 ├ #1 cas [1,2] ────┤
      process 2                   ├ #2 cas [1,3] ┤
      "
    `);
  });
});

describe('a value that cannot have been there', () => {
  test('is a phantom when nobody wrote it', () => {
    expect(shown('register', [write(5, 0, 1), on('n2', read(9, 2, 3))])).toMatchInlineSnapshot(`
      "
      linearizable:register:phantom-value
      Process 1 on n2: read -> 9 (#1, 0.020 s to 0.030 s). That is impossible: nothing had written 9 by then, nor ever after.
      process 1 on n2  ├ #1 read -> 9 ┤
      "
    `);
  });

  test('is from the future when it was written later', () => {
    expect(shown('register', [read(5, 0, 1), write(5, 2, 3)])).toMatchInlineSnapshot(`
      "
      linearizable:register:future-value
      Process 0: read -> 5 (#0, 0.000 s to 0.010 s). That is impossible: nothing had written 5 by then; write 5 (#1, by process 1) began only at 0.020 s.
      process 0  ├ #0 read -> 5 ┤
      process 1                   ├ #1 write 5 ┤
      "
    `);
  });

  test('is dirty when its write failed', () => {
    expect(shown('register', [{ ...write(5, 0, 1), outcome: 'fail' }, read(5, 2, 3)])).toMatchInlineSnapshot(`
      "
      linearizable:register:dirty-read
      Process 1: read -> 5 (#1, 0.020 s to 0.030 s). That is impossible: nothing had written 5 by then; write 5 (#0, by process 0) failed, so nobody may ever see what it would have written.
      process 0  ├ #0 write 5 -> failed ┤
      process 1                           ├ #1 read -> 5 ┤
      "
    `);
  });

  test('is a wrong refusal when a cas was refused although its value was there', () => {
    expect(shown('cas-register', [write(1, 0, 1), refused(1, 3, 4, 5)])).toMatchInlineSnapshot(`
      "
      linearizable:cas-register:wrong-refusal
      Process 1: cas 1 to 3 -> refused (#1, 0.040 s to 0.050 s), although 1 was there all the time. write 1 (#0, by process 0) shows it, and nothing else was written from then on until this was refused.
      process 0  ├ #0 write 1 ┤
      process 1                 ├ #1 cas [1,3] -> refused ┤
      "
    `);
  });
});

describe('other objects', () => {
  test('a lock that two processes held', () => {
    const list: Written[] = [
      { f: 'acquire', at: [0, 1], node: 'n1' },
      { f: 'acquire', at: [2, 3], node: 'n2' },
      { f: 'release', at: [4, 5], process: 0, node: 'n1' },
    ];
    expect(shown('mutex', list)).toMatchInlineSnapshot(`
      "
      linearizable:mutex:two-holders
      Process 1 on n2: acquire (#1, 0.020 s to 0.030 s). That is impossible: process 0 on n1 held it, by acquire (#0) at 0.010 s, and did not ask to release it before 0.040 s (release (#2)).
      process 0 on n1  ├ #0 acquire ┤                ├ #2 release ┤
      process 1 on n2                 ├ #1 acquire ┤
      "
    `);
  });

  test('an item that came out twice', () => {
    const list: Written[] = [
      { f: 'enqueue', input: 7, at: [0, 1] },
      { f: 'dequeue', output: 7, at: [2, 3] },
      { f: 'dequeue', output: 7, at: [4, 5] },
    ];
    expect(shown('queue', list)).toMatchInlineSnapshot(`
      "
      linearizable:queue:duplicate-item
      Process 2: dequeue -> 7 (#2, 0.040 s to 0.050 s). That is impossible: 7 went in 1 time (enqueue 7 (#0)) and came out 2 times: also by dequeue -> 7 (#1, by process 1).
      process 0  ├ #0 enqueue 7 ┤
      process 1                   ├ #1 dequeue -> 7 ┤
      process 2                                       ├ #2 dequeue -> 7 ┤
      "
    `);
  });

  test('an element that was lost, and one that came back', () => {
    const add: Written = { f: 'add', input: 1, at: [0, 1] };
    expect(shown('set', [add, { f: 'read', output: [], at: [4, 5] }])).toMatchInlineSnapshot(`
      "
      linearizable:set:lost-element
      Process 1: read -> [] (#1, 0.040 s to 0.050 s). That is impossible: add 1 (#0, by process 0) had been acknowledged at 0.010 s, before this read began, and nobody had asked to remove 1.
      process 0  ├ #0 add 1 ┤
      process 1               ├ #1 read -> [] ┤
      "
    `);
    const remove: Written = { f: 'remove', input: 1, at: [2, 3] };
    expect(shown('set', [add, remove, { f: 'read', output: [1], at: [4, 5] }])).toMatchInlineSnapshot(`
      "
      linearizable:set:resurrected-element
      Process 2: read -> [1] (#2, 0.040 s to 0.050 s). That is impossible: remove 1 (#1, by process 1) had been acknowledged at 0.030 s, before this read began, and nobody added 1 again: the last addition, add 1 (#0), had ended at 0.010 s.
      process 0  ├ #0 add 1 ┤
      process 1               ├ #1 remove 1 ┤
      process 2                               ├ #2 read -> [1] ┤
      "
    `);
  });

  test('a counter that is too high', () => {
    const list: Written[] = [
      { f: 'add', input: 1, at: [0, 1] },
      { f: 'add', input: 2, at: [2, 9] },
      { f: 'read', output: 4, at: [4, 5] },
    ];
    expect(shown('counter', list)).toMatchInlineSnapshot(`
      "
      linearizable:counter:excess-amount
      Process 2: read -> 4 (#2, 0.040 s to 0.050 s). That is impossible: 1 change, together 1, had been acknowledged before, and 1 other may have happened by then; so the counter was at least 1 and at most 3.
      process 2  ├ #2 read -> 4 ┤
      "
    `);
  });

  test('an append that was lost', () => {
    const list: Written[] = [
      { f: 'append', input: 'a', at: [0, 1] },
      { f: 'append', input: 'b', at: [2, 3] },
      { f: 'get', output: 'b', at: [4, 5] },
    ];
    expect(shown('kv', list)).toMatchInlineSnapshot(`
      "
      linearizable:kv:lost-append
      Process 2: get -> "b" (#2, 0.040 s to 0.050 s). That is impossible: append "a" (#0, by process 0) had been acknowledged at 0.010 s, before this get began, and nothing was put since.
      process 0  ├ #0 append "a" ┤
      process 2                    ├ #2 get -> "b" ┤
      "
    `);
  });
});

describe('what no sentence fits', () => {
  test('is told as how far the orders come', () => {
    const list: Written[] = [
      { f: 'enqueue', input: 7, at: [0, 1] },
      { f: 'enqueue', input: 8, at: [2, 3] },
      { f: 'dequeue', at: [4] },
      { f: 'dequeue', output: 8, at: [5, 6] },
      { f: 'dequeue', output: 7, at: [7, 8] },
    ];
    expect(shown('queue', list)).toMatchInlineSnapshot(`
      "
      linearizable:queue:impossible-dequeue
      No order of these 4 operations that respects who finished before whom explains every answer:
        #0 process 0: enqueue 7, 0.000 s to 0.010 s
        #1 process 1: enqueue 8, at any time from 0.020 s or never
        #3 process 3: dequeue -> 8, 0.050 s to 0.060 s
        #4 process 4: dequeue -> 7, at any time from 0.070 s or never
      Orders come no farther than these:
        After enqueue 7 (#0) the queue holds [7], where dequeue -> 8 (#3) cannot come next.
        After enqueue 7 (#0), enqueue 8 (#1) the queue holds [7,8], where dequeue -> 8 (#3) cannot come next.
      process 0  ├ #0 enqueue 7 ┤
      process 1                   ├ #1 enqueue 8 ┤
      process 3                                    ├ #3 dequeue -> 8 ┤
      process 4                                                        ├ #4 dequeue -> 7 ┤
      "
    `);
  });

  test('is told whatever went before, where that does not matter', () => {
    const before = [write(4, 0, 1), write(3, 2, 3), write(4, 4, 5)];
    const list = [
      ...before,
      cas(4, 3, 10),
      write(4, 11, 12),
      read(3, 13, 14),
      write(4, 15, 18),
      write(4, 16),
      read(3, 19, 20),
    ];
    expect(shown('cas-register', list)).toMatchInlineSnapshot(`
      "
      linearizable:cas-register:impossible-read
      No order of these 6 operations that respects who finished before whom explains every answer, whatever was before:
        #3 process 3: cas 4 to 3, at any time or never
        #4 process 4: write 4, 0.110 s to 0.120 s
        #5 process 5: read -> 3, 0.130 s to 0.140 s
        #6 process 6: write 4, 0.150 s to 0.180 s
        #7 process 7: write 4, at any time or never
        #8 process 8: read -> 3, 0.190 s to 0.200 s
      An order comes no farther than this:
        After write 4 (#4), cas 4 to 3 (#3), read -> 3 (#5), write 4 (#6) the value is 4, where read -> 3 (#8) cannot come next.
      process 3  ├ #3 cas [4,3] ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
      process 4    ├ #4 write 4 ┤
      process 5                   ├ #5 read -> 3 ┤
      process 6                                    ├ #6 write 4 ┤
      process 7                                      ├ #7 write 4 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
      process 8                                                   ├ #8 read -> 3 ┤
      "
    `);
  });

  test('needs few operations, however long the history is', () => {
    const quiet = Array.from({ length: 2_000 }, (_, turn) =>
      turn % 2 === 0 ? write(turn % 7, 2 * turn, 2 * turn + 1) : read((turn - 1) % 7, 2 * turn, 2 * turn + 1),
    );
    const wrong = quiet.map((one, turn) => (turn === 1_001 ? { ...one, output: 3 } : one));
    expect(shown('register', wrong)).toMatchInlineSnapshot(`
      "
      linearizable:register:stale-read
      Process 1001: read -> 3 (#1001, 20.020 s to 20.030 s). That is impossible: write 6 (#1000, by process 1000) had been acknowledged at 20.010 s, before this read began, and nothing wrote 3 again. The last of those that did, write 3 (#990), had ended at 19.810 s, before write 6 (#1000) began.
      process 990   ├ #990 write 3 ┤
      process 1000                   ├ #1000 write 6 ┤
      process 1001                                     ├ #1001 read -> 3 ┤
      "
    `);
  });

  test('is refuted whatever came after', () => {
    const list = [write(1, 0, 1), read(2, 2, 3), write(3, 4, 5), read(1, 6, 7), read(3, 8, 9), read(3, 10, 11)];
    expect(shown('register', list)).toMatchInlineSnapshot(`
      "
      linearizable:register:phantom-value
      Process 1: read -> 2 (#1, 0.020 s to 0.030 s). That is impossible: nothing had written 2 by then, nor ever after.
      process 1  ├ #1 read -> 2 ┤
      "
    `);
  });
});

describe('the drawing', () => {
  const draw = (list: readonly Written[]) => `\n${drawOverlap(written(list))}\n`;

  test('has a line for each process, and keeps the order of what began and ended', () => {
    const list: Written[] = [
      { ...write(1, 0, 4), process: 0, node: 'n1' },
      { ...cas(1, 2, 1), process: 1, node: 'n2' },
      { ...read(null, 2, 3), process: 2 },
      { ...refused(3, 4, 5, 6), process: 0, node: 'n1' },
      { ...write({ text: 'a long value that is cut' }, 7, 8), process: 2 },
    ];
    expect(draw(list)).toMatchInlineSnapshot(`
      "
      process 0 on n1  ├ #0 write 1 ───────────┤ ├ #3 cas [3,4] -> refused ┤
      process 1 on n2    ├ #1 cas [1,2] ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
      process 2            ├ #2 read -> null ┤                               ├ #4 write {"text":"a lon… ┤
      "
    `);
  });

  test('never is wider than a hundred columns: words are cut first, then left out', () => {
    const row = (count: number, width: number) =>
      Array.from({ length: count }, (_, turn) => write('x'.repeat(width), 2 * turn, 2 * turn + 1)).map((one, turn) => ({
        ...one,
        process: turn % 3,
      }));
    expect(draw(row(6, 20))).toMatchInlineSnapshot(`
      "
      process 0  ├ write "xx… ┤                               ├ write "xx… ┤
      process 1                 ├ write "xx… ┤                               ├ write "xx… ┤
      process 2                                ├ write "xx… ┤                               ├ write "xx… ┤
      "
    `);
    expect(draw(row(9, 4))).toMatchInlineSnapshot(`
      "
      process 0  ├ wri… ┤                   ├ wri… ┤                   ├ wri… ┤
      process 1           ├ wri… ┤                   ├ wri… ┤                   ├ wri… ┤
      process 2                    ├ wri… ┤                   ├ wri… ┤                   ├ wri… ┤
      "
    `);
    expect(draw(row(36, 4))).toMatchInlineSnapshot(`
      "
      process 0  ├┤     ├┤     ├┤      ├┤     ├┤     ├┤      ├┤     ├┤     ├┤      ├┤     ├┤     ├┤
      process 1    ├┤     ├─┤     ├┤     ├┤     ├─┤     ├┤     ├┤     ├─┤     ├┤     ├┤     ├─┤     ├┤
      process 2      ├─┤     ├┤     ├┤     ├─┤     ├┤     ├┤     ├─┤     ├┤     ├┤     ├─┤     ├┤     ├┤
      "
    `);
    for (const count of [1, 6, 12, 25, 80, 400]) {
      for (const line of drawOverlap(written(row(count, 12))).split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    }
  });

  test('of nothing is nothing', () => {
    expect(drawOverlap([])).toBe('');
  });
});
