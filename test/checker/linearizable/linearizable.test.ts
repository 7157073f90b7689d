import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../../src/base/assert.ts';
import type { Clock } from '../../../src/base/time.ts';
import { type CheckResult, defaultBudget } from '../../../src/checker/checker.ts';
import { linearizable } from '../../../src/checker/linearizable.ts';
import { isRefuted } from '../../../src/checker/refute.ts';
import { witnessFault } from '../../../src/checker/witness.ts';
import type { History } from '../../../src/history/history.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { casRegister } from '../../../src/model/cas-register.ts';
import type { Model } from '../../../src/model/model.ts';
import { register } from '../../../src/model/register.ts';
import { cas, judged, read, refused, type Written, write, written } from './operations.ts';

const verdictOf = (model: string, list: readonly Written[]) => judged(model, written(list)).validity;
const orderOf = (result: CheckResult) => (result.validity === 'valid' ? result.witness?.[0]?.order : null);

describe('what is linearizable', () => {
  test('an empty history', () => {
    expect(judged('register', [])).toMatchObject({ validity: 'valid', witness: [], stats: { operations: 0 } });
  });

  test('one operation, if a fresh object could do it', () => {
    expect([read(null, 0, 1), read(1, 0, 1), write(1, 0), write(1, 0, 1)].map(one => verdictOf('register', [one]))).toEqual(
      ['valid', 'invalid', 'valid', 'valid'],
    );
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
        { key: 'x', order: [0] },
        { key: 'y', order: [1, 2] },
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
    const hard = onKey('a', tooHard(14));
    const easy = onKey('z', [write(1, 900, 901), read(2, 902, 903)]);
    const result = judged('queue-and-register', [], defaultBudget, mixed, written([...hard, ...easy]));
    expect(result).toMatchObject({ validity: 'invalid', anomalies: [{ key: 'z' }] });
    const hardOnly = judged('queue-and-register', [], { timeMs: 60_000, states: 20_000 }, mixed, written(hard));
    expect(hardOnly).toMatchObject({ validity: 'unknown', reason: 'states' });
  });
});

describe('a budget', () => {
  test('of states that is spent is unknown, and says of which key and what to change', () => {
    const result = judged('queue', written(tooHard(14)), { timeMs: 60_000, states: 5_000 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'states' });
    expect(result.summary).toBe(
      'undecided within 5000 configurations: the whole history (28 operations, 0 of them with an unknown outcome); raise the budget, or run with more keys, fewer clients or fewer faults',
    );
  });

  test('of time that is spent is unknown', () => {
    let now = 0;
    const clock: Clock = { now: () => (now += 1e6), schedule: () => () => {} };
    const history = { operations: written(tooHard(14)) } as unknown as History;
    const result = linearizable(queueModel, clock).check(history, { timeMs: 20, states: 5_000_000 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'timeout' });
    expect(result.summary).toContain('undecided within 20 ms: the whole history (28 operations');
  });
});
