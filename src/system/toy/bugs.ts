/**
 * The bugs that can be switched on in the toy store, and where to look for each.
 *
 * Every bug is one `if` at the spot where a real implementer would go wrong; search the sources for its name. They are
 * here so that the harness can be tested: a checker that does not catch these catches nothing. `workload` and `nemesis`
 * are the combination under which the bug shows in nearly every run of 15 seconds; under another it may hide.
 */

export type StoreName = 'raft' | 'gossip';

interface BugShape {
  readonly name: string;
  readonly store: StoreName;
  readonly workload: string;
  /** Names of fault programmes. */
  readonly nemesis: readonly string[];
  /** What is wrong in the store. */
  readonly summary: string;
  /** What a client sees of it. */
  readonly shows: string;
}

const table = [
  {
    name: 'stale-read',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['partition-random-halves'],
    summary: 'every node answers reads from what it has applied itself',
    shows: 'a read returns a value that was overwritten before the read began',
  },
  {
    name: 'lost-write',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['partition-primary'],
    summary: 'the leader acknowledges a write before any other node has it',
    shows: 'an acknowledged write is gone: later reads return what was there before it',
  },
  {
    name: 'dirty-read',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['partition-primary'],
    summary: 'the leader answers reads from its log before the entries are committed',
    shows: 'a deposed leader returns values that were overwritten on the other side, or that no later read ever sees',
  },
  {
    name: 'split-brain',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['partition-halves'],
    summary: 'two of five nodes count as a majority, for elections and for commits',
    shows: 'both sides of a partition acknowledge writes, and neither reads those of the other',
  },
  {
    name: 'forgetful',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['kill-all'],
    summary: 'term, vote and log are written to disk once a second, not before the answers that depend on them',
    shows: 'after a restart, acknowledged writes of the last second are gone',
  },
  {
    name: 'double-apply',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['lossy-links'],
    summary: 'a request that is forwarded twice is applied twice',
    shows: 'an old value returns: a write is repeated after a newer one was acknowledged',
  },
  {
    name: 'cas-race',
    store: 'raft',
    workload: 'lin-kv',
    nemesis: ['slow-links'],
    summary: 'compare and set compares when the request arrives and replicates a plain write',
    shows: 'two compare-and-sets from the same value both succeed, or one overwrites a write between its two halves',
  },
  {
    name: 'no-repair',
    store: 'gossip',
    workload: 'g-set',
    nemesis: ['partition-halves'],
    summary: 'updates are pushed once to every peer and never repaired afterwards',
    shows: 'after healing the members never agree: what was pushed into a partition is missing for good',
  },
  {
    name: 'lossy-merge',
    store: 'gossip',
    workload: 'g-set',
    nemesis: ['partition-halves'],
    summary: 'two differing sets are merged by keeping the larger one',
    shows: 'acknowledged elements are lost when the sides of a partition meet again',
  },
  {
    name: 'resurrect',
    store: 'gossip',
    workload: 'lww-map',
    nemesis: ['slow-links'],
    summary: 'remove deletes the entry and keeps no tombstone',
    shows: 'a removed key comes back from a member that had not heard of the removal',
  },
  {
    name: 'clock-wins',
    store: 'gossip',
    workload: 'lww-map',
    nemesis: ['none'],
    summary: 'writes are stamped with the raw wall clock of the node instead of a hybrid logical clock',
    shows: 'a newer write, acknowledged by a node whose clock is slow, is dropped in favour of an older one',
  },
  {
    name: 'counter-drift',
    store: 'gossip',
    workload: 'pn-counter',
    nemesis: ['duplicate'],
    summary: 'peers push increments and add them up, so one that arrives twice counts twice',
    shows: 'the final count lies outside of everything that was ever added',
  },
] as const satisfies readonly BugShape[];

export type BugName = (typeof table)[number]['name'];

export interface ToyBug extends BugShape {
  readonly name: BugName;
}

export const toyBugs: readonly ToyBug[] = table;

/** What the toy store runs when no bug is switched on and nothing else is asked for. */
export const toyDefault = { workload: 'lin-kv', nemesis: ['swarm'] } as const;

export function isBugName(name: string): name is BugName {
  return table.some(bug => bug.name === name);
}

/** Which of the two stores runs a workload. */
export function storeOf(workload: string): StoreName {
  return workload === 'lin-kv' ? 'raft' : 'gossip';
}
