/**
 * A map in which the last writer wins, by the clocks of its nodes.
 *
 * A node that has seen a value and then changes it must not show the old one again: whoever read `w`, wrote over it and
 * reads `w` once more has been overruled by a clock. So a thread, which stays at one node, stays on one key for a while:
 * get, change, get, change, ... Few keys, so that every node's values reach the others between.
 */
import { assert } from '../../base/assert.ts';
import type { Random } from '../../base/random.ts';
import type { Invocation } from '../../history/event.ts';
import type { Generator } from '../generator.ts';
import { eachThread } from '../threads.ts';
import { generate } from '../values.ts';
import type { Workload } from '../workload.ts';

const keys = ['k1', 'k2', 'k3', 'k4', 'k5'];
/** Operations on one key before a thread draws another. Even, so that half of all operations are gets. */
const stay = 6;
const removeShare = 1 / 3;

export const lwwMap: Workload = {
  name: 'lww-map',
  summary: 'a map in which the last writer wins; what a node has overwritten must not come back',
  functions: ['put', 'remove', 'get'],
  model: null,
  checkers: ['overwritten', 'convergence'],
  main: ({ random, concurrency }) =>
    eachThread(thread => {
      assert(thread < concurrency, 'values are told apart by thread, of which there are more than planned');
      return changes({ random: random.fork('thread', thread), thread, concurrency });
    }),
  finalReads: used => used.map(key => ({ f: 'get', key, value: null })),
};

interface ThreadOptions {
  readonly random: Random;
  readonly thread: number;
  readonly concurrency: number;
}

function changes({ random, thread, concurrency }: ThreadOptions): Generator<Invocation> {
  return generate(index => {
    const key = random.fork('key', Math.floor(index / stay)).pick(keys);
    if (index % 2 === 0) return { f: 'get', key, value: null };
    if (random.fork('change', index).chance(removeShare)) return { f: 'remove', key, value: null };
    return { f: 'put', key, value: index * concurrency + thread };
  });
}
