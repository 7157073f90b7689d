/**
 * The table of error replies of Redis: which say that the command certainly did not happen, and never will.
 *
 * Redis checks before it executes, and executes a command whole or not at all. So nearly every error is definite. What
 * is not in the table promises nothing: a new version may know an error that comes after the deed.
 *
 * How it can mislead: it holds for one command, or a script with one write as its last step. An error that answers
 * `WAIT` says nothing of the write before it, which has happened.
 *
 * Sources: src/server.c, src/cluster.c and src/sentinel.c of Redis 7.0; those without "known" were provoked.
 */

export interface RedisError {
  /** The first word of the reply. */
  readonly code: string;
  readonly meaning: string;
  /** The command did not happen and never will. */
  readonly definite: boolean;
}

export const redisErrors: readonly RedisError[] = [
  { code: 'ERR', meaning: 'the command is not understood, or its script stopped before its write', definite: true },
  { code: 'READONLY', meaning: 'this node is a replica', definite: true },
  { code: 'LOADING', meaning: 'the node reads its data from disk', definite: true },
  { code: 'MASTERDOWN', meaning: 'a replica without its primary, told not to answer from old data', definite: true },
  { code: 'NOREPLICAS', meaning: 'fewer replicas are connected than min-replicas-to-write asks for', definite: true },
  { code: 'MISCONF', meaning: 'the data cannot be saved, so writes are refused', definite: true },
  { code: 'OOM', meaning: 'the memory limit is reached', definite: true },
  { code: 'BUSY', meaning: 'a script keeps the node busy', definite: true },
  { code: 'WRONGTYPE', meaning: 'the key holds another type', definite: true },
  { code: 'EXECABORT', meaning: 'the transaction was given up before it began', definite: true },
  { code: 'CLUSTERDOWN', meaning: 'the cluster does not serve this slot', definite: true },
  { code: 'MOVED', meaning: 'another node serves this slot', definite: true },
  { code: 'ASK', meaning: 'the slot is on its way to another node (known)', definite: true },
  { code: 'TRYAGAIN', meaning: 'the keys are on their way to another node (known)', definite: true },
  { code: 'CROSSSLOT', meaning: 'the keys are of different slots (known)', definite: true },
  { code: 'NOSCRIPT', meaning: 'the script is not known (known)', definite: true },
  { code: 'NOAUTH', meaning: 'a password is asked for (known)', definite: true },
  { code: 'WRONGPASS', meaning: 'the password is wrong (known)', definite: true },
  { code: 'NOPERM', meaning: 'the user may not do this (known)', definite: true },
  { code: 'DENIED', meaning: 'protected mode lets nobody in from outside (known)', definite: true },
  { code: 'UNBLOCKED', meaning: 'the node became a replica while a command waited (known)', definite: false },
  { code: 'IOERR', meaning: 'the other side of a migration did not answer (known)', definite: false },
];

const byCode = new Map(redisErrors.map(error => [error.code, error]));

/** What an error reply means, by its first word. One that is not in the table is indefinite, whatever its text says. */
export function redisError(reply: string): RedisError {
  const code = /^[A-Z]+(?= |$)/.exec(reply)?.[0] ?? '';
  return byCode.get(code) ?? { code, meaning: 'an error that is not in the table', definite: false };
}
