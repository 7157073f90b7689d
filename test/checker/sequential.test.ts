import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/base/time.ts';
import { checkerByName } from '../../src/checker/catalogue.ts';
import { type Budget, type CheckResult, defaultBudget } from '../../src/checker/checker.ts';
import { sequentialFault } from '../../src/checker/sequential/witness.ts';
import { sequential } from '../../src/checker/sequential.ts';
import type { History } from '../../src/history/history.ts';
import type { Operation } from '../../src/history/operation.ts';
import { casRegister } from '../../src/model/cas-register.ts';
import { modelByName } from '../../src/model/catalogue.ts';
import { history } from '../history/build.ts';
import {
  cas,
  judged as judgedAsLinearizable,
  read,
  refused,
  type Written,
  write,
  written,
} from './linearizable/operations.ts';
import { Story } from './story.ts';
import { verdictOf } from './verdicts.ts';

/** `by(1, write(...))`: process 1 does it. */
const by = (process: number, operation: Written): Written => ({ ...operation, process, node: `n${process}` });
const check = (list: readonly Written[], budget: Budget = defaultBudget, model = 'cas-register'): CheckResult =>
  sequential(modelByName(model)).check({ operations: written(list) } as unknown as History, budget);
const validityOf = (...list: readonly Written[]) => check(list).validity;
const orderOf = (result: CheckResult) => (result.validity === 'valid' ? [...(result.witness?.[0]?.order ?? [])] : null);
const textOf = (result: CheckResult) =>
  result.validity === 'invalid'
    ? `${result.anomalies[0].signature}\n${result.anomalies[0].explanation}`
    : result.summary;

describe('what is sequentially consistent', () => {
  test('a stale read is, as long as its process does not go back', () => {
    const stale = [by(1, write(1, 0, 1)), by(1, write(2, 2, 3)), by(2, read(1, 4, 5)), by(2, read(2, 6, 7))];
    expect(judgedAsLinearizable('cas-register', written(stale)).validity).toBe('invalid');
    expect(orderOf(check(stale))).toEqual([0, 2, 1, 3]);
    const back = [by(1, write(1, 0, 1)), by(1, write(2, 2, 3)), by(2, read(2, 4, 5)), by(2, read(1, 6, 7))];
    expect(check(back).validity).toBe('invalid');
  });

  test('a process sees what it wrote itself', () => {
    expect(validityOf(by(1, write(1, 0, 1)), by(1, read(null, 2, 3)))).toBe('invalid');
    expect(validityOf(by(1, write(1, 0, 1)), by(2, read(null, 2, 3)))).toBe('valid');
  });

  test('a read may even come before the write that it saw was called', () => {
    expect(validityOf(by(1, read(1, 0, 1)), by(2, write(1, 2, 3)))).toBe('valid');
  });

  test('two processes may not see two writes in two orders', () => {
    const writes = [by(1, write(1, 0, 1)), by(2, write(2, 0, 1))];
    expect(validityOf(...writes, by(3, read(1, 2, 3)), by(3, read(2, 4, 5)), by(4, read(2, 2, 3)))).toBe('valid');
    const both = [by(3, read(1, 2, 3)), by(3, read(2, 4, 5)), by(4, read(2, 2, 3)), by(4, read(1, 4, 5))];
    expect(validityOf(...writes, ...both)).toBe('invalid');
  });

  test('what nobody knows to have ended may come at any time after its process was there, or never', () => {
    expect(validityOf(by(1, write(1, 0)), by(2, read(null, 1, 2)), by(2, read(1, 3, 4)))).toBe('valid');
    expect(validityOf(by(1, write(1, 0)), by(2, read(null, 1, 2)))).toBe('valid');
    const after = [by(1, read(2, 0, 1)), by(1, write(1, 2)), by(2, read(1, 3, 4)), by(2, write(2, 5, 6))];
    expect(validityOf(...after)).toBe('invalid');
  });

  test('a cas comes directly after what it found', () => {
    const list = [by(1, write(1, 0, 1)), by(2, write(2, 0, 1)), by(3, cas(1, 3, 2, 3)), by(4, read(1, 0, 1))];
    expect(validityOf(...list, by(4, read(2, 4, 5)), by(4, read(3, 6, 7)))).toBe('invalid');
    expect(validityOf(...list, by(4, read(3, 4, 5)), by(4, read(2, 6, 7)))).toBe('valid');
  });

  test('a refused cas saw another value, wherever in the order of its process that may be', () => {
    const list = [by(1, write(1, 0, 1)), by(2, read(1, 2, 3)), by(2, refused(1, 9, 4, 5))];
    expect(validityOf(...list)).toBe('invalid');
    expect(validityOf(...list, by(1, write(2, 6, 7)))).toBe('valid');
    expect(validityOf(...list, by(1, write(2, 6, 7)), by(2, read(1, 8, 9)))).toBe('invalid');
    // Only in between: what comes after the refusal cannot have been the reason.
    expect(validityOf(...list, by(2, write(3, 8, 9)))).toBe('invalid');
    expect(validityOf(...list, by(2, write(3, 8, 9)), by(3, write(4, 0, 1)))).toBe('valid');
  });

  test('a write that may have happened explains a refused cas, also one that nobody saw', () => {
    const list = [by(1, write(1, 0, 1)), by(2, read(1, 2, 3)), by(2, refused(1, 9, 4, 5))];
    expect(validityOf(...list, by(3, write(5, 0)))).toBe('valid');
    expect(validityOf(...list, by(3, cas(1, 5, 0)))).toBe('valid');
    expect(validityOf(...list, by(3, cas(7, 5, 0)))).toBe('invalid');
  });

  test('values that were written twice are tried both ways', () => {
    const list = [by(1, write(1, 0, 1)), by(1, write(2, 2, 3)), by(2, write(1, 4, 5)), by(3, read(2, 6, 7))];
    expect(validityOf(...list, by(3, read(1, 8, 9)))).toBe('valid');
    expect(validityOf(...list, by(3, read(1, 8, 9)), by(3, read(2, 10, 11)))).toBe('invalid');
  });

  test('other models are judged as well', () => {
    const queue = (second: unknown) =>
      check(
        [
          by(1, { f: 'enqueue', input: 1, at: [0, 1] }),
          by(1, { f: 'enqueue', input: 2, at: [2, 3] }),
          by(2, { f: 'dequeue', output: second, at: [4, 5] }),
        ],
        defaultBudget,
        'queue',
      ).validity;
    expect([queue(null), queue(1), queue(2)]).toEqual(['valid', 'valid', 'invalid']);
  });
});

describe('what it says', () => {
  test('of a valid history, that keys were judged one by one', () => {
    const keys = ['x', 'y'].map(key => ({ ...by(1, write(1, 0, 1)), key }));
    expect(check(keys).summary).toBe(
      'an order that keeps that of each process explains every answer of 2 operations on 2 keys, each key by itself (all keys together are not judged)',
    );
    // Each key has an order, and both together have none: this is what the sentence warns of.
    const together = history(`
      p0 invoke write x 1
      p0 ok
      p0 invoke read y
      p0 ok null
      p1 invoke write y 1
      p1 ok
      p1 invoke read x
      p1 ok null
    `);
    expect(sequential(casRegister).check(together, defaultBudget).validity).toBe('valid');
  });

  test('of a process that went back, what it saw', () => {
    const story = new Story('lin-kv', ['n1', 'n2'], 'cas-register')
      .run('n1', 'write', { key: 0, input: 1, process: 0 })
      .run('n1', 'write', { key: 0, input: 2, process: 0 })
      .run('n2', 'read', { key: 0, output: 2, process: 1 })
      .run('n2', 'read', { key: 0, output: null, process: 1 });
    const result = verdictOf(checkerByName('sequential'), story.history());
    expect(result.summary).toBe(
      'the answers on key 0 fit no order that keeps that of each process (went-back; shown by 3 operations)',
    );
    expect(textOf(result)).toMatchInlineSnapshot(`
      "sequential:cas-register:went-back
      Key 0: No order of these 3 operations that keeps the order of each process explains every answer:
        process 1 on n2: read -> 2 (#2, 0.400 s to 0.500 s), then read -> null (#3, 0.600 s to 0.700 s)
        process 0 on n1, at any time or never: write 2 (#1, 0.200 s to 0.300 s)
      Process 1 found 2 by read -> 2 (#2), and then found null by read -> null (#3); but null is what was there at first, and nothing writes it again."
    `);
  });

  test('of a process that missed its own write, which one', () => {
    expect(textOf(check([by(1, write(1, 0, 1)), by(1, read(null, 2, 3))]))).toMatchInlineSnapshot(`
      "sequential:cas-register:own-write-missed
      No order of these 2 operations that keeps the order of each process explains every answer:
        process 1 on n1: write 1 (#0, 0.000 s to 0.010 s), then read -> null (#1, 0.020 s to 0.030 s)
      Process 1 left 1 by write 1 (#0), and then found null by read -> null (#1); but null is what was there at first, and nothing writes it again."
    `);
  });

  test('of processes that do not agree, in which order each saw what', () => {
    const list = [
      by(1, write(1, 0, 1)),
      by(2, write(2, 0, 1)),
      by(3, read(1, 2, 3)),
      by(3, read(2, 4, 5)),
      by(4, read(2, 2, 3)),
      by(4, read(1, 4, 5)),
    ];
    expect(textOf(check(list))).toMatchInlineSnapshot(`
      "sequential:cas-register:orders-disagree
      No order of these 6 operations that keeps the order of each process explains every answer:
        process 3 on n3: read -> 1 (#2, 0.020 s to 0.030 s), then read -> 2 (#3, 0.040 s to 0.050 s)
        process 4 on n4: read -> 2 (#4, 0.020 s to 0.030 s), then read -> 1 (#5, 0.040 s to 0.050 s)
        process 1 on n1, at any time or never: write 1 (#0, 0.000 s to 0.010 s)
        process 2 on n2, at any time or never: write 2 (#1, 0.000 s to 0.010 s)
      Process 3 has 1 before 2 and process 4 has 2 before 1. Each value was written only once, so they cannot all be right."
    `);
  });

  test('of a value from nowhere, whether somebody failed to write it', () => {
    expect(textOf(check([by(1, read(7, 0, 1))]))).toMatchInlineSnapshot(`
      "sequential:cas-register:phantom-value
      No order of this operation that keeps the order of each process explains every answer:
        process 1 on n1: read -> 7 (#0, 0.000 s to 0.010 s)
      Nobody ever wrote 7, which read -> 7 (#0) found."
    `);
    const failed: Written = { ...write(7, 0, 1), outcome: 'fail' };
    expect(textOf(check([by(1, failed), by(2, read(7, 2, 3))]))).toMatchInlineSnapshot(`
      "sequential:cas-register:dirty-read
      No order of this operation that keeps the order of each process explains every answer:
        process 2 on n2: read -> 7 (#1, 0.020 s to 0.030 s)
      read -> 7 (#1) found what only write 7 (#0) would have written, and that failed."
    `);
  });

  test('of two cas that took the same value, that one update is lost', () => {
    const list = [by(1, write(1, 0, 1)), by(2, cas(1, 2, 2, 3)), by(3, cas(1, 3, 2, 3))];
    expect(textOf(check(list))).toMatchInlineSnapshot(`
      "sequential:cas-register:lost-update
      No order of these 3 operations that keeps the order of each process explains every answer:
        process 2 on n2: cas 1 to 2 (#1, 0.020 s to 0.030 s)
        process 3 on n3: cas 1 to 3 (#2, 0.020 s to 0.030 s)
        process 1 on n1, at any time or never: write 1 (#0, 0.000 s to 0.010 s)
      cas 1 to 2 (#1) and cas 1 to 3 (#2) both found 1, but the one that came first took it away, and nothing wrote it again. One of the two updates is lost."
    `);
  });

  test('where it is no matter of versions, how far the orders come', () => {
    const list = [by(1, write(1, 0, 1)), by(2, read(1, 2, 3)), by(2, refused(1, 9, 4, 5)), by(2, read(1, 6, 7))];
    expect(textOf(check(list))).toMatchInlineSnapshot(`
      "sequential:cas-register:impossible-cas
      No order of these 3 operations that keeps the order of each process explains every answer:
        process 2 on n2: read -> 1 (#1, 0.020 s to 0.030 s), then cas 1 to 9 -> refused (#2, 0.040 s to 0.050 s)
        process 1 on n1, at any time or never: write 1 (#0, 0.000 s to 0.010 s)
      An order comes no farther than this:
        After write 1 (#0), read -> 1 (#1) the value is 1, where cas 1 to 9 -> refused (#2) of process 2 cannot come next."
    `);
  });
});

describe('what it refuses and where it gives up', () => {
  test('an operation that the model does not know is an error, never a pass', () => {
    expect(() => check([by(1, cas(1, 2, 0, 1))], defaultBudget, 'register')).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_OPERATION' }),
    );
  });

  test('a history that names no model is refused', () => {
    const nameless = new Story('other').run('n1', 'write', { input: 1 }).history();
    expect(() => checkerByName('sequential').check(nameless, defaultBudget)).toThrow(
      'the history does not say which model it should be judged against',
    );
    expect(checkerByName('sequential', { model: 'register' }).check(nameless, defaultBudget).validity).toBe('valid');
  });

  // Nothing tells the writes apart until the end, where one process saw what no order has.
  const hard = [
    ...Array.from({ length: 12 }, (_, process) => [
      by(process, write(process % 3, 3 * process, 3 * process + 1)),
      by(process, write((process + 1) % 3, 3 * process + 1, 3 * process + 2)),
      by(process, read(process % 3, 3 * process + 2, 3 * process + 3)),
    ]).flat(),
    by(12, read(0, 90, 91)),
    by(12, write(7, 91, 92)),
    by(12, read(7, 92, 93)),
    by(12, read(8, 93, 94)),
    by(13, write(8, 0, 1)),
    by(13, read(7, 1, 2)),
    by(13, write(8, 2, 3)),
  ];

  test('what is too hard is unknown, with what was hard', () => {
    const result = check(hard, { timeMs: 60_000, states: 50 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'states' });
    expect(result.summary).toBe(
      'undecided within 50 configurations: the whole history (43 operations, processes: 14); raise the budget, write each value once, or run with more keys or fewer clients',
    );
  });

  test('time that has run out is unknown as well', () => {
    let time = 0;
    const hasty: Clock = { now: () => (time += 1e9), schedule: () => () => undefined };
    const budget = { timeMs: 1, states: 1e9 };
    const result = sequential(casRegister, hasty).check({ operations: written(hard) } as unknown as History, budget);
    expect(result).toMatchObject({ validity: 'unknown', reason: 'timeout' });
  });
});

describe('the replay of an order', () => {
  const operations: readonly Operation[] = written([
    by(1, write(1, 0, 1)),
    by(1, read(1, 2, 3)),
    by(2, write(2, 4)),
    by(3, { ...write(3, 0, 1), outcome: 'fail' }),
  ]);
  const faultOf = (...order: readonly number[]) => sequentialFault(casRegister, operations, order);

  test('accepts an order that is right, with and without what may have happened', () => {
    expect([faultOf(0, 1), faultOf(0, 1, 2), faultOf(2, 0, 1)]).toEqual([null, null, null]);
  });

  test('says what is wrong with any other', () => {
    expect([faultOf(1, 0), faultOf(0), faultOf(0, 2, 1), faultOf(0, 0, 1), faultOf(3, 0, 1)]).toEqual([
      '#1 cannot happen where the order has it',
      '#1 is not in the order',
      '#1 cannot happen where the order has it',
      '#0 is in the order twice, or is not one of the operations',
      '#3 is in the order, but it failed',
    ]);
    const swapped = written([by(1, write(1, 0, 1)), by(1, write(2, 2, 3)), by(1, write(3, 4))]);
    expect(sequentialFault(casRegister, swapped, [1, 0])).toBe('#0 comes after #1, which the same process did later');
    expect(sequentialFault(casRegister, swapped, [0, 2, 1])).toBe(
      '#2 comes before #1, which the same process did earlier',
    );
  });
});

test('a hundred operations on each of fifty keys, with reads that lag behind, need no search', () => {
  const keys = Array.from({ length: 50 }, (_, key) => key);
  const list = keys.flatMap(key => {
    const seen = new Map<number, number>();
    let latest = 0;
    return Array.from({ length: 120 }, (_, step): Written => {
      const process = (step * 7 + key) % 10;
      const before = seen.get(process) ?? 0;
      const reads = (step * 13 + key) % 5 < 3;
      const value = reads ? Math.max(before, latest - ((step * 31) % 6)) : ++latest;
      seen.set(process, value);
      const operation = reads
        ? read(value === 0 ? null : value, 2 * step, 2 * step + 1)
        : write(value, 2 * step, 2 * step + 1);
      return { ...operation, process, key: `${key}` };
    });
  });
  const result = check(list);
  expect(result.validity).toBe('valid');
  expect(result.stats).toEqual({ operations: 6_000, judged: 6_000, parts: 50, states: 50 });
});
