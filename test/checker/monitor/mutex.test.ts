/**
 * The monitor of the mutex against trying every order, and against the search.
 */
import { describe, expect, test } from 'vitest';
import { mutexMonitor } from '../../../src/checker/monitor/lock/mutex.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { mutex } from '../../../src/model/mutex.ts';
import { type Written, written } from '../linearizable/operations.ts';
import { lockTests } from './locks.ts';

lockTests({ model: mutex, monitor: mutexMonitor, hasTokens: false, permits: 1 });

const acquire = (process: number, ...at: readonly [number, number?]): Written => ({ f: 'acquire', process, at });
const release = (process: number, ...at: readonly [number, number?]): Written => ({ f: 'release', process, at });
const said = (list: readonly Written[]): unknown => mutexMonitor.judge(subhistoryOf(mutex, written(list)));

describe('what the monitor says', () => {
  test('who holds a lock until it is released keeps others out', () => {
    const list = [acquire(1, 0, 1), acquire(2, 2, 5), release(1, 3, 6), release(2, 7)];
    expect(said(list)).toEqual({ validity: 'valid', order: Int32Array.from([0, 2, 1, 3]) });
  });

  test('two that hold it at a time, with their releases', () => {
    const list = [acquire(1, 0, 1), acquire(2, 2, 3), release(1, 4, 6), release(2, 5, 7)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 1, 2, 3], until: 3 });
  });

  test('a release of what is not held: it never was, or it was released before', () => {
    expect(said([acquire(1, 0, 1), release(2, 2, 3)])).toEqual({ validity: 'invalid', culprits: [1], until: 3 });
    const list = [acquire(1, 0, 1), release(1, 2, 3), release(1, 4, 5)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 1, 2], until: 5 });
  });

  test('crashed operations help nobody: an acquire is left out, and so is a release of what is not held', () => {
    const list = [acquire(1, 0), release(2, 1), acquire(3, 2, 3)];
    expect(said(list)).toEqual({ validity: 'valid', order: Int32Array.from([2]) });
  });

  test('a process that does two things at a time, or goes on after a crash, is not for it', () => {
    expect(said([acquire(1, 0, 2), release(1, 1, 3)])).toEqual({
      validity: 'inapplicable',
      why: 'process 1 had two operations open at a time',
    });
    expect(said([acquire(1, 0), release(1, 1, 3)])).toEqual({
      validity: 'inapplicable',
      why: 'process 1 went on after an operation of unknown outcome',
    });
  });
});
