/**
 * The monitor of the semaphore against trying every order, and against the search.
 */
import { describe, expect, test } from 'vitest';
import { semaphoreMonitor } from '../../../src/checker/monitor/lock/semaphore.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { semaphore } from '../../../src/model/semaphore.ts';
import { type Written, written } from '../linearizable/operations.ts';
import { lockTests } from './locks.ts';

describe.each([1, 2, 3])('%i permits', permits => {
  lockTests({
    model: semaphore,
    monitor: semaphoreMonitor,
    hasTokens: false,
    permits,
    inputs: [permits],
    share: 1 / 3,
  });
});

const acquire = (process: number, input: number, ...at: readonly [number, number?]): Written => ({
  f: 'acquire',
  process,
  input,
  at,
});
const release = (process: number, ...at: readonly [number, number?]): Written => ({ f: 'release', process, at });
const said = (list: readonly Written[]): unknown => semaphoreMonitor.judge(subhistoryOf(semaphore, written(list)));

describe('what the monitor says', () => {
  test('a process may hold several permits', () => {
    const list = [acquire(1, 2, 0, 1), acquire(1, 2, 2, 3), acquire(2, 2, 4, 7), release(1, 5, 6)];
    expect(said(list)).toEqual({ validity: 'valid', order: Int32Array.from([0, 1, 3, 2]) });
  });

  test('one permit too many, with those that held the others', () => {
    const list = [
      acquire(1, 2, 0, 1),
      acquire(2, 2, 2, 3),
      release(1, 4, 5),
      acquire(1, 2, 6, 7),
      acquire(3, 2, 8, 9),
      release(1, 10, 11),
      release(3, 12),
    ];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [3, 1, 4, 5, 6], until: 9 });
  });

  test('a release of what is not held, with the hold before it', () => {
    const list = [acquire(1, 2, 0, 1), acquire(1, 2, 2, 3), release(1, 4, 5), release(1, 6, 7), release(1, 8, 9)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 3, 4], until: 9 });
  });

  test('acquires that disagree on the number of permits are not for it, unless they crashed', () => {
    expect(said([acquire(1, 2, 0, 1), acquire(2, 3, 2, 3)])).toEqual({
      validity: 'inapplicable',
      why: 'acquires disagree on the number of permits',
    });
    const order = Int32Array.from([0]);
    expect(said([acquire(1, 2, 0, 1), acquire(2, 3, 2)])).toEqual({ validity: 'valid', order });
  });
});
