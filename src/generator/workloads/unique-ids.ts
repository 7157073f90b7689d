/** Unique identifiers: every node makes them, and no two may be the same. */
import { repeat } from '../values.ts';
import type { Workload } from '../workload.ts';

export const uniqueIds: Workload = {
  name: 'unique-ids',
  summary: 'identifiers made by every node; no two may be equal',
  functions: ['generate'],
  model: null,
  checkers: ['unique-ids'],
  main: () => repeat({ f: 'generate', key: null, value: null }),
  finalReads: () => [],
};
