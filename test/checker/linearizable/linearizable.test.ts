import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../../src/base/assert.ts';
import type { Clock } from '../../../src/base/time.ts';
import { type CheckResult, defaultBudget } from '../../../src/checker/checker.ts';
import { linearizable } from '../../../src/checker/linearizable.ts';
import { isRefuted } from '../../../src/checker/refute.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import type { History } from '../../../src/history/history.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { casRegister } from '../../../src/model/cas-register.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import type { Model } from '../../../src/model/model.ts';
import { register } from '../../../src/model/register.ts';
import { randomHistory } from '../monitor/random-histories.ts';
import { historyKinds } from './histories.ts';
import { cas, judged, read, refused, type Written, write, written } from './operations.ts';
import { witnessFault } from './replay.ts';

const verdictOf = (model: string, list: readonly Written[]) => judged(model, written(list)).validity;
const orderOf = (result: CheckResult) => (result.validity === 'valid' ? [...(result.witness?.[0]?.order ?? [])] : null);

/**
 * Seven values go in at the same time, each twice, so that no monitor can tell them apart; and one comes out thrice: each
 * order must be tried to see that none will do.
 */
const tooHard: readonly Written[] = [
  ...Array.from({ length: 14 }, (_, value): Written => ({ f: 'enqueue', input: value >> 1, at: [value, 100 + value] })),
  ...Array.from(
    { length: 14 },
    (_, turn): Written => ({ f: 'dequeue', output: (turn % 13) >> 1, at: [200 + 2 * turn, 201 + 2 * turn] }),
  ),
];

describe('what is linearizable', () => {
  test('an empty history', () => {
    expect(judged('register', [])).toMatchObject({ validity: 'valid', witness: [], stats: { operations: 0 } });
  });

  test('one operation, if a fresh object could do it', () => {
    expect(
      [read(null, 0, 1), read(1, 0, 1), write(1, 0), write(1, 0, 1)].map(one => verdictOf('register', [one])),
    ).toEqual(['valid', 'invalid', 'valid', 'valid']);
  });

  test('operations that overlap may have happened in either order', () => {
    const overlapping = written([write(1, 0, 5), write(2, 1, 4), read(1, 6, 7)]);
    expect(orderOf(judged('register', overlapping))).toEqual([1, 0, 2]);
    expect(verdictOf('register', [write(1, 0, 1), write(2, 2, 3), read(1, 6, 7)])).toBe('invalid');
  });

  test('operations that touch overlap', () => {
    expect(verdictOf('register', [write(1, 0, 1), write(2, 1, 2), read(1, 3, 4)])).toBe('valid');
  });

  test('what nobody knows to have ended may happen at any later time, or never', () => {
    expect(verdictOf('register', [write(1, 0), write(2, 1, 2), read(2, 3, 4), read(1, 5, 6)])).toBe('valid');
    expect(verdictOf('register', [write(1, 0), write(2, 1, 2), read(1, 3, 4), read(2, 5, 6)])).toBe('invalid');
    expect(verdictOf('register', [write(2, 1, 2), read(1, 3, 4), write(1, 5)])).toBe('invalid');
  });

  test('what failed did not happen', () => {
    const failed: Written = { f: 'write', input: 1, at: [0, 1], outcome: 'fail' };
    expect(verdictOf('register', [failed, read(null, 2, 3)])).toBe('valid');
    expect(verdictOf('register', [failed, read(1, 2, 3)])).toBe('invalid');
  });

  test('a refused cas says that another value was there, one that failed says nothing', () => {
    expect(verdictOf('cas-register', [write(1, 0, 1), refused(1, 2, 2, 3)])).toBe('invalid');
    expect(verdictOf('cas-register', [write(1, 0, 1), refused(2, 3, 2, 3)])).toBe('valid');
    const failed: Written = { f: 'cas', input: [1, 2], at: [2, 3], outcome: 'fail' };
    expect(verdictOf('cas-register', [write(1, 0, 1), failed, read(1, 4, 5)])).toBe('valid');
  });

  test('a cas from a value to itself only looks', () => {
    expect(verdictOf('cas-register', [write(1, 0, 1), cas(1, 1, 2, 3), read(1, 4, 5)])).toBe('valid');
    expect(verdictOf('cas-register', [write(1, 0, 1), cas(2, 2, 2, 3)])).toBe('invalid');
    expect(verdictOf('cas-register', [write(1, 0, 5), cas(2, 2, 1, 4), write(2, 2, 3), read(1, 6, 7)])).toBe('valid');
  });
});

describe('what is refused', () => {
  test('an operation that the model does not know is an error, never a pass', () => {
    expect(() => judged('register', written([write(1, 0, 1), cas(1, 2, 2, 3)]))).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_OPERATION',
        message: 'the model register does not know the operation "cas" (#1)',
        hint: 'it knows read and write; choose another one with --model (ordeal list models)',
      }),
    );
  });

  test('an argument of the wrong shape is an error, a strange answer is a finding', () => {
    expect(() => judged('counter', written([{ f: 'add', input: 'x', at: [0, 1] }]))).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED_OPERATION',
        message: 'the operation #0 (add) is malformed: the value of add is the number that is added',
      }),
    );
    expect(verdictOf('counter', [{ f: 'read', output: 'x', at: [0, 1] }])).toBe('invalid');
  });
});

describe('keys', () => {
  const onKey = (key: string, list: readonly Written[]) => list.map(one => ({ ...one, key }));

  test('are judged apart, and each has its own order', () => {
    const history = written([...onKey('x', [write(1, 0, 1)]), ...onKey('y', [read(null, 2, 3), write(1, 4, 5)])]);
    const result = judged('register', history);
    expect(result.summary).toBe('an order explains every answer of 3 operations on 2 keys');
    expect(result).toMatchObject({
      witness: [
        { key: 'x', order: Int32Array.of(0) },
        { key: 'y', order: Int32Array.of(1, 2) },
      ],
    });
  });

  test('one that cannot be explained makes the whole invalid, and is named', () => {
    const history = written([...onKey('x', [write(1, 0, 1)]), ...onKey('y', [write(1, 2, 3), read(2, 4, 5)])]);
    const result = judged('register', history);
    expect(result.summary).toBe('the answers on key y fit no order (phantom-value; shown by 1 operation)');
    expect(result).toMatchObject({ anomalies: [{ key: 'y', signature: 'linearizable:register:phantom-value' }] });
  });

  test('one that is easily refuted is found although another is too hard', () => {
    const easy = onKey('z', [{ f: 'dequeue', output: 7, at: [900, 901] }]);
    const result = judged('queue', written([...onKey('a', tooHard), ...easy]));
    expect(result).toMatchObject({ validity: 'invalid', anomalies: [{ key: 'z' }] });
  });

  test('one that is too hard makes the whole unknown, if no other is refuted', () => {
    const easy = onKey('z', [{ f: 'dequeue', output: null, at: [900, 901] }]);
    const result = judged('queue', written([...onKey('a', tooHard), ...easy]), { timeMs: 60_000, states: 5_000 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'states' });
    expect(result.summary).toContain('key a (28 operations');
    expect(result.summary).not.toContain('key z');
  });
});

describe('a budget', () => {
  test('of states that is spent is unknown, and says of which key and what to change', () => {
    const result = judged('queue', written(tooHard), { timeMs: 60_000, states: 5_000 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'states' });
    expect(result.summary).toBe(
      'undecided within 5000 configurations: the whole history (28 operations, 0 of them with an unknown outcome); raise the budget, or run with more keys, fewer clients or fewer faults',
    );
  });

  test('of time that is spent is unknown', () => {
    let now = 0;
    const clock: Clock = { now: () => (now += 1e6), schedule: () => () => {} };
    const history = { operations: written(tooHard) } as unknown as History;
    const result = linearizable(modelByName('queue'), { clock }).check(history, { timeMs: 20, states: 5_000_000 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'timeout' });
    expect(result.summary).toContain('undecided within 20 ms: the whole history (28 operations');
  });
});

describe('size', () => {
  test('one wrong answer among twenty thousand operations is shown by a few', () => {
    const kind = historyKinds.find(({ model }) => model === 'register')!;
    const operations = randomHistory(
      {
        ...kind,
        ask: (tape, unique) => (unique % 2 === 0 ? { f: 'read', input: null } : { f: 'write', input: tape.below(5) }),
      },
      { seed: 1, operations: 20_000, clients: 8, crashes: 0 },
    );
    const right = judged('register', operations);
    expect(right.validity).toBe('valid');
    const open = (value: unknown, { call, return: end }: Operation) =>
      operations.some(one => one.f === 'write' && one.input === value && one.call < end && one.return > call - 40);
    const changed = operations.find(
      one => one.id > 10_000 && one.f === 'read' && [0, 1, 2, 3, 4].some(value => !open(value, one)),
    )!;
    const wrong = [0, 1, 2, 3, 4].find(value => !open(value, changed));
    const result = judged(
      'register',
      operations.map(one => (one === changed ? { ...one, output: wrong } : one)),
    );
    expect(result.validity).toBe('invalid');
    expect(result.stats).toMatchObject({ minimal: 'yes', confirmed: 'every order of the core was tried' });
    expect(result.stats['core']).toBeLessThan(8);
  });

  test('forty operations that are open at the same time are no difficulty', () => {
    const writes = Array.from({ length: 40 }, (_, value) => write(value, value, 1_000 + value));
    const reads = Array.from({ length: 40 }, (_, turn) => read(39 - turn, 100 + 2 * turn, 101 + 2 * turn));
    expect(verdictOf('register', [...writes, ...reads])).toBe('valid');
    expect(verdictOf('register', [...writes, ...reads, read(39, 200, 201)])).toBe('invalid');
    expect(verdictOf('register', [...writes, read(3, 2_000, 2_001), read(3, 2_002, 2_003)])).toBe('valid');
    expect(verdictOf('register', [...writes, read(3, 2_000, 2_001), read(4, 2_002, 2_003)])).toBe('invalid');
  });

  test('a hundred thousand operations in a row are no difficulty', () => {
    const list = Array.from({ length: 100_000 }, (_, turn) =>
      turn % 2 === 0 ? write(turn, 2 * turn, 2 * turn + 1) : read(turn - 1, 2 * turn, 2 * turn + 1),
    );
    expect(verdictOf('register', list)).toBe('valid');
    const late = [...list, read(99_000, 200_000, 200_001)];
    expect(judged('register', written(late))).toMatchObject({
      validity: 'invalid',
      anomalies: [{ signature: 'linearizable:register:stale-read', operations: [99_000, 99_998, 100_000] }],
    });
  });

  test('hundreds of crashed writes are no difficulty, and the one that was seen counts once', () => {
    const crashed = Array.from({ length: 300 }, (_, turn) => write(turn % 5, 10 * turn));
    const turns = Array.from({ length: 300 }, (_, turn) => write(100 + turn, 10 * turn + 1, 10 * turn + 2));
    const seen = Array.from({ length: 60 }, (_, turn) => read(3, 50 * turn + 33, 50 * turn + 34));
    const list = [...crashed, ...turns, ...seen].toSorted((one, other) => one.at[0] - other.at[0]);
    expect(verdictOf('register', list)).toBe('valid');
    const once = [write(3, 0), write(7, 1, 2), read(3, 3, 4), write(8, 5, 6), read(3, 7, 8)];
    expect(verdictOf('register', once)).toBe('invalid');
    expect(verdictOf('register', [write(3, 0), ...once])).toBe('valid');
  });
});

describe('a bug of ours', () => {
  const history = { operations: written([write(1, 0, 1), read(2, 2, 3)]) } as unknown as History;

  test('a model that lies about its reads is found out', () => {
    const liar: Model = { ...register, isRead: () => true };
    expect(() => linearizable(liar).check(history, defaultBudget)).toThrow(AssertionError);
  });

  test('a search that accepts too much is found out by the replay of its order', () => {
    const lenient: Model = { ...register, simplify: list => list.filter(({ f }) => f === 'write') };
    expect(() => linearizable(lenient).check(history, defaultBudget)).toThrow(
      'a wrong order was found by search: #1 cannot happen where the order has it',
    );
  });

  test('a search that refuses too much is found out by trying every order', () => {
    const strict: Model = { ...register, simplify: list => list.map(one => ({ ...one, f: 'read', output: 9 })) };
    const right = { operations: written([write(1, 0, 1), read(1, 2, 3)]) } as unknown as History;
    expect(() => linearizable(strict).check(right, defaultBudget)).toThrow(
      'the search refuses operations that an order explains',
    );
  });
});

describe('the replay of a witness', () => {
  const operations = written([write(1, 0, 5), write(2, 1, 2), read(1, 6, 7), write(3, 3), refused(9, 1, 3, 4)]);
  const failed: Operation = { ...(operations[0] as Operation), id: 5, outcome: 'fail' };
  const fault = (order: readonly number[]) => witnessFault(casRegister, [...operations, failed], order);
  const judgedOnes = subhistoryOf(casRegister, operations);
  const faultInColumns = (order: readonly number[]) =>
    orderFault(
      casRegister,
      judgedOnes,
      Int32Array.from(order, id => judgedOnes.id.indexOf(id)),
    );

  test('accepts a right order, with or without what may have happened', () => {
    for (const order of [
      [1, 4, 0, 2],
      [1, 4, 3, 0, 2],
    ]) {
      expect([fault(order), faultInColumns(order)]).toEqual([null, null]);
    }
  });

  test('says what is wrong with any other', () => {
    const orders = [
      [1, 4, 0],
      [1, 0, 2],
      [1, 1, 4, 0, 2],
      [0, 1, 4, 2],
      [1, 4, 2, 0],
      [4, 1, 0, 3, 2],
    ];
    const faults = [
      '#2 is not in the order',
      '#4 is not in the order',
      '#1 is in the order twice, or is not one of the operations',
      '#2 cannot happen where the order has it',
      '#2 cannot happen where the order has it',
      '#1 had returned before one that comes earlier in the order was called',
    ];
    expect(orders.map(fault)).toEqual(faults);
    expect(orders.map(faultInColumns)).toEqual(faults);
    expect(fault([1, 4, 0, 7, 2])).toBe('#7 is in the order twice, or is not one of the operations');
    expect(fault([1, 4, 5, 0, 2])).toBe('#5 is in the order, but it failed');
    expect(faultInColumns([1, 4, 0, 7, 2])).toContain('is not one of the operations');
  });
});

describe('trying every order', () => {
  const refutes = (list: readonly Written[], starts: readonly unknown[] = [null]) =>
    isRefuted(register, written(list), starts);

  test('refutes what has none, from every first state that is given', () => {
    expect(refutes([write(1, 0, 1), read(2, 2, 3)])).toBe(true);
    expect(refutes([read(1, 0, 3), write(1, 1, 2)])).toBe(false);
    expect(refutes([read(1, 0, 3)], [null, 2])).toBe(true);
    expect(refutes([read(1, 0, 3)], [null, 1])).toBe(false);
  });

  test('gives up, rather than guess, when there are too many', () => {
    const many = Array.from({ length: 30 }, (_, value) => write(value, 0, 100 + value));
    expect(refutes([...many, read(99, 200, 201)])).toBe(null);
    expect(refutes([...many, ...many, ...many, read(99, 200, 201)])).toBe(null);
  });
});
