/**
 * A semaphore: a number of permits, which processes hold: `acquire n` takes one of n permits, `release` gives one back. A
 * process may hold several, and can release only what it holds. Each key is a semaphore of its own.
 *
 * How many permits there are is not a matter of the model, so each acquire says it: its value is the number of *all*
 * permits, and it is possible while fewer are held. A default could only be wrong: too low, it would find fault with
 * what is right, too high, it would pass what is wrong.
 *
 * How it can mislead: a permit with a lease is not linearizable by design, as a lock with one.
 */
import type { ProcessId } from '../base/names.ts';
import type { Model } from './model.ts';
import { noticeableHolds } from './mutex.ts';
import { partitionByKey } from './value.ts';

/** A process for each permit that it holds, in order. */
type Holders = readonly ProcessId[];

export const semaphore: Model<Holders> = {
  name: 'semaphore',
  summary: 'permits, all free at first, held by processes: acquire (its value is the number of all permits), release',
  functions: ['acquire', 'release'],
  initial: [],
  step(state, { f, process, input }) {
    if (f === 'acquire') {
      return state.length < Number(input) ? [[...state, process].toSorted((one, other) => one - other)] : [];
    }
    const index = state.indexOf(process);
    return index === -1 ? [] : [state.toSpliced(index, 1)];
  },
  stateKey: state => state.join(' '),
  isRead: () => false,
  byProcess: true,
  malformed: ({ f, input }) =>
    f === 'acquire' && !(Number.isSafeInteger(input) && Number(input) > 0)
      ? 'the value of acquire is the number of permits that the semaphore has'
      : null,
  partition: partitionByKey,
  /**
   * As of a mutex: without an `info` acquire that no completed release needs, and the next `info` release of that process,
   * its process holds one permit less in between, and gives none back. Nobody else can have less for it.
   */
  noticeable: noticeableHolds,
  describe: {
    operation: ({ f, input }) => (f === 'acquire' ? `${f} one of ${Number(input)}` : f),
    state(state) {
      if (state.length === 0) return 'all permits are free';
      if (state.length === 1) return `a permit is held by process ${state[0]}`;
      return `permits are held by the processes ${state.join(', ')}`;
    },
  },
};
