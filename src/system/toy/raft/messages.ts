/**
 * What Raft nodes say to each other. All of it may be lost, repeated, late, and out of order.
 */
import type { Entry } from './persistent-state.ts';

/** Asks for a vote. `preliminary` asks only whether the vote would be given, and changes nothing. */
export interface RequestVote {
  readonly type: 'request_vote';
  /** Of a preliminary one: the term that the candidate would begin. */
  readonly term: number;
  readonly preliminary: boolean;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export interface Vote {
  readonly type: 'vote';
  /** The voter's own. */
  readonly term: number;
  /** The term that was asked for. */
  readonly ballot: number;
  readonly preliminary: boolean;
  readonly granted: boolean;
}

/** Replicates, and without entries is the leader's heartbeat. */
export interface AppendEntries<C> {
  readonly type: 'append_entries';
  readonly term: number;
  readonly previousIndex: number;
  readonly previousTerm: number;
  readonly entries: readonly Entry<C>[];
  readonly commitIndex: number;
}

export interface AppendReply {
  readonly type: 'append_reply';
  readonly term: number;
  readonly ok: boolean;
  /** If ok: up to here the follower's log is the leader's. If not: from here on the leader should try again. */
  readonly index: number;
}

export type RaftMessage<C> = RequestVote | Vote | AppendEntries<C> | AppendReply;
