/**
 * A lock, free at first: `acquire`, `release`. The process that acquired it holds it; only the holder can release it, and
 * nobody, the holder included, can acquire it while it is held. Each key is a lock of its own.
 *
 * How it can mislead: a lock with a lease is not linearizable by design. Judge its fence, not the lock.
 */
import type { ProcessId } from '../base/names.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from './model.ts';
import { partitionByKey } from './value.ts';

type Holder = ProcessId | null;

export const mutex: Model<Holder> = {
  name: 'mutex',
  summary: 'a lock, free at first, held by a process: acquire, release',
  functions: ['acquire', 'release'],
  initial: null,
  step(state, { f, process }) {
    if (f === 'acquire') return state === null ? [process] : [];
    return state === process ? [null] : [];
  },
  stateKey: state => state ?? 'free',
  isRead: () => false,
  byProcess: true,
  needs: ({ f, process }) => ({ state: f === 'acquire' ? null : process }),
  leaves: ({ f, process }) => ({ state: f === 'acquire' ? process : null }),
  partition: partitionByKey,
  noticeable: noticeableHolds,
  /** Held by a process that no operation is of, it stays held, so every such process is as good as another. */
  representatives: operations => [null, ...new Set(operations.map(({ process }) => process)), -1],
  describe: {
    operation: ({ f }) => f,
    state(state) {
      if (state === null) return 'the lock is free';
      return state === -1 ? 'the lock is held by somebody else' : `the lock is held by process ${state}`;
    },
  },
};

/**
 * An `info` acquire of process p can be left out when it comes after the last return of every completed release of p.
 *
 * Proof. From it on p holds the lock until an `info` release of p. In between nothing else can happen: no acquire, no
 * release by another, no completed release by p. Leave out both, and the lock is free in between, which nobody sees.
 */
export function noticeableHolds(operations: readonly Operation[]): ReadonlyMap<number, number> {
  const releasedUntil = new Map<ProcessId, number>();
  for (const { f, process, outcome, ...release } of operations) {
    if (f !== 'release' || outcome !== 'ok') continue;
    releasedUntil.set(process, Math.max(release.return, releasedUntil.get(process) ?? -Infinity));
  }
  const acquires = operations.filter(({ f, outcome }) => f === 'acquire' && outcome === 'info');
  return new Map(acquires.map(({ id, process }) => [id, releasedUntil.get(process) ?? -Infinity]));
}
