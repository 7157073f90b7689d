/** Broadcast: a message told to one node must reach all. */
import type { Workload } from '../workload.ts';
import { growing, readAll } from './growing.ts';

export const broadcast: Workload = {
  name: 'broadcast',
  summary: 'messages told to one node; all nodes must come to know all of them',
  functions: ['broadcast', 'read'],
  model: null,
  checkers: ['set', 'convergence'],
  main: ({ random }) => growing({ f: 'broadcast', random }),
  finalReads: () => [readAll],
};
