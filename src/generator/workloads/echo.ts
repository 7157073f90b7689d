/**
 * Echo: the smallest workload. Every answer must be what was said; texts differ, so that an answer given to the wrong
 * question is seen.
 */
import { generate } from '../values.ts';
import type { Workload } from '../workload.ts';

export const echo: Workload = {
  name: 'echo',
  summary: 'says something and wants to hear it again',
  functions: ['echo'],
  model: null,
  checkers: ['echo'],
  main: () => generate(index => ({ f: 'echo', key: null, value: `Please echo ${index}` })),
  finalReads: () => [],
};
