/**
 * The monitor of the mutex with tokens against trying every order, and against the search; and what its model says.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fencedMutexMonitor } from '../../../src/checker/monitor/lock/fenced-mutex.ts';
import { Search } from '../../../src/checker/search/search.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { fencedMutex } from '../../../src/model/fenced-mutex.ts';
import { historyKinds, samples } from '../linearizable/histories.ts';
import { type Written, written } from '../linearizable/operations.ts';
import { explainable } from '../linearizable/oracle.ts';
import { lockTests } from './locks.ts';

lockTests({ model: fencedMutex, monitor: fencedMutexMonitor, hasTokens: true, permits: 1 });

const acquire = (process: number, output: unknown, ...at: readonly [number, number]): Written => ({
  f: 'acquire',
  process,
  output,
  at,
});
const release = (process: number, ...at: readonly [number, number?]): Written => ({ f: 'release', process, at });
const said = (list: readonly Written[]): unknown => fencedMutexMonitor.judge(subhistoryOf(fencedMutex, written(list)));

describe('what the monitor says', () => {
  test('tokens that grow are right, whatever a crashed acquire got', () => {
    const list = [acquire(1, 3, 0, 1), release(1, 2, 3), { f: 'acquire', process: 2, at: [4] as const }];
    const order = Int32Array.from([0, 1, 3]);
    expect(said([...list, acquire(3, 3.5, 5, 6)])).toEqual({ validity: 'valid', order });
  });

  test('a token that does not grow, with the hold before it', () => {
    const list = [acquire(1, 3, 0, 1), release(1, 2, 5), acquire(2, 3, 3, 4), release(2, 6, 7)];
    expect(said(list)).toEqual({ validity: 'invalid', culprits: [0, 2, 1, 3], until: 4 });
  });

  test('what is no token', () => {
    for (const output of [undefined, null, '7', [7]]) {
      const list = [acquire(1, 3, 0, 1), release(1, 2, 3), acquire(2, output, 4, 5)];
      expect(said(list)).toEqual({ validity: 'invalid', culprits: [2], until: 5 });
    }
  });
});

test('a search from the states that stand for all finds what a search from every state finds', {
  timeout: 60_000,
}, () => {
  const kind = historyKinds.find(({ model }) => model === 'fenced-mutex')!;
  const holders = [null, ...Array.from({ length: 12 }, (_, process) => process), 99];
  const states = holders.flatMap(holder => [null, 0, 1, 2, 3, 4, 5].map(token => ({ holder, token })));
  const numRuns = 1_000;
  const found = { valid: 0, invalid: 0 };
  const property = fc.property(samples(kind, 8), ({ operations }) => {
    const part = operations.filter(({ key }) => key !== 'y');
    const subhistory = subhistoryOf(fencedMutex, part);
    const starts = fencedMutex.representatives?.(part) ?? [];
    const expected = explainable(fencedMutex, part, states) ? 'valid' : 'invalid';
    expect(new Search(fencedMutex, subhistory, { starts }).run(Infinity, () => false)).toBe(expected);
    found[expected]++;
  });
  fc.assert(property, { numRuns });
  expect(Math.min(found.valid, found.invalid)).toBeGreaterThan(numRuns / 150);
});
