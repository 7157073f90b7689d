/**
 * A lock that gives a token to whoever acquires it: `acquire -> token`, `release`. A token is a number, greater than each
 * before; so a resource that has seen a token can refuse whoever held the lock before. Otherwise it is a mutex. Each key
 * is a lock of its own.
 *
 * The token of an `info` acquire is not known. It is greater than the last one that is, and the next one is greater
 * still; between two numbers there is always another, so nothing more can be said, and nothing is remembered of it.
 *
 * How it can mislead: that tokens only need to grow allows gaps. They occur, where a store counts more than acquires.
 */
import type { ProcessId } from '../base/names.ts';
import type { Model } from './model.ts';
import { noticeableHolds } from './mutex.ts';
import { partitionByKey, showValue } from './value.ts';

interface Fenced {
  readonly holder: ProcessId | null;
  /** The last one that is known. */
  readonly token: number | null;
}

export const fencedMutex: Model<Fenced> = {
  name: 'fenced-mutex',
  summary: 'a lock whose tokens grow, free at first, held by a process: acquire -> token, release',
  functions: ['acquire', 'release'],
  initial: { holder: null, token: null },
  step(state, operation) {
    const { holder, token } = state;
    const { f, process, output, outcome } = operation;
    if (f === 'release') return holder === process ? [{ holder: null, token }] : [];
    if (holder !== null) return [];
    if (outcome === 'info') return [{ holder: process, token }];
    return isToken(output) && (token === null || output > token) ? [{ holder: process, token: output }] : [];
  },
  stateKey: ({ holder, token }) => `${holder ?? 'free'} ${token ?? 'none'}`,
  isRead: () => false,
  byProcess: true,
  partition: partitionByKey,
  /** As of a mutex: an `info` acquire leaves the token as it was. */
  noticeable: noticeableHolds,
  /** After no token everything is possible that is possible after some token. For -1 see the mutex. */
  representatives: operations =>
    [null, ...new Set(operations.map(({ process }) => process)), -1].map(holder => ({ holder, token: null })),
  describe: {
    operation: ({ f, output, outcome }) => (f === 'acquire' && outcome === 'ok' ? `${f} -> ${showValue(output)}` : f),
    state({ holder, token }) {
      const last = token === null ? '' : `, the last token is ${token}`;
      if (holder === null) return `the lock is free${last}`;
      return `the lock is held by ${holder === -1 ? 'somebody else' : `process ${holder}`}${last}`;
    },
  },
};

/** What an acquire may return. */
export function isToken(output: unknown): output is number {
  return typeof output === 'number' && Number.isFinite(output);
}
