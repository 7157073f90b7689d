/**
 * A set behind a lock: whoever adds takes the lock, reads the whole list, waits a moment, and writes the list with its
 * element. So each addition undoes what others have added meanwhile, unless the lock keeps them out.
 *
 * A lock with a lease protects nothing by itself: its holder may be stopped, lose the lease, wake up, and write. Then the
 * elements of whoever held the lock between are gone, although they were acknowledged.
 */
import type { Workload } from '../workload.ts';
import { growing, readAll } from './growing.ts';

export const lockedSet: Workload = {
  name: 'locked-set',
  summary: 'a list that is only changed under a lock; whatever two holders at a time would lose is missed',
  functions: ['add', 'read'],
  model: null,
  checkers: ['set', 'convergence'],
  main: ({ random }) => growing({ f: 'add', random }),
  finalReads: () => [readAll],
};
