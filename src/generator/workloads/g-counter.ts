/** A counter that only grows: every acknowledged delta must be in the sum in the end, and once only. */
import { generate } from '../values.ts';
import type { Workload } from '../workload.ts';
import { readAll } from './growing.ts';

/** Differing deltas, so that a wrong sum tells which of them may be missing. */
const deltas = { low: 1, high: 5 };

export const gCounter: Workload = {
  name: 'g-counter',
  summary: 'a counter that only grows; every acknowledged delta must count, once',
  functions: ['add', 'read'],
  model: null,
  checkers: ['counter', 'convergence'],
  main: ({ random }) =>
    generate(index => {
      const draw = random.fork(index);
      return draw.chance(0.5) ? readAll : { f: 'add', key: null, value: draw.integer(deltas.low, deltas.high) };
    }),
  finalReads: () => [readAll],
};
