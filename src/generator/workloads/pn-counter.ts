/** A counter that goes up and down: every acknowledged delta must be in the sum in the end, and once only. */
import { generate } from '../values.ts';
import type { Workload } from '../workload.ts';
import { readAll } from './growing.ts';

const largestDelta = 5;

export const pnCounter: Workload = {
  name: 'pn-counter',
  summary: 'a counter that goes up and down; every acknowledged delta must count, once',
  functions: ['add', 'read'],
  model: null,
  checkers: ['counter', 'convergence'],
  main: ({ random }) =>
    generate(index => {
      const draw = random.fork(index);
      if (draw.chance(0.5)) return readAll;
      const size = draw.integer(1, largestDelta);
      return { f: 'add', key: null, value: draw.chance(0.5) ? size : -size };
    }),
  finalReads: () => [readAll],
};
