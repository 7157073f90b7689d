/** A grow-only set: what was added stays, and is seen everywhere in the end. */
import type { Workload } from '../workload.ts';
import { growing, readAll } from './growing.ts';

export const gSet: Workload = {
  name: 'g-set',
  summary: 'a set that only grows; no element that was acknowledged may be lost',
  functions: ['add', 'read'],
  model: null,
  checkers: ['set', 'convergence'],
  main: ({ random }) => growing({ f: 'add', random }),
  finalReads: () => [readAll],
};
