/**
 * What a leader knows of its followers: how far their logs are known to be as its own, and when each was last heard.
 */
import type { AppendReply } from './messages.ts';

/** A leader that has heard less than a majority for so long leads no longer. */
const patienceMs = 1500;

export interface Progress {
  /** What to send next. A guess, which refusals correct. */
  nextIndex: number;
  /** Up to here the logs agree. Certain, and so it only grows. */
  matchIndex: number;
  /** Entries are under way: wait for the answer, or for the next heartbeat, which sends them again. */
  waiting: boolean;
  heardMs: number;
}

export class Followers {
  private readonly quorum: number;
  private readonly progress = new Map<string, Progress>();

  /** `quorum` counts the leader itself. */
  constructor(quorum: number) {
    this.quorum = quorum;
  }

  /** At the begin of a term that this node leads. */
  begin(options: { readonly peers: readonly string[]; readonly nextIndex: number; readonly nowMs: number }): void {
    this.progress.clear();
    for (const peer of options.peers) {
      const { nextIndex, nowMs } = options;
      this.progress.set(peer, { nextIndex, matchIndex: 0, waiting: false, heardMs: nowMs });
    }
  }

  [Symbol.iterator](): Iterator<readonly [string, Progress]> {
    return this.progress.entries();
  }

  /** Only with replies to messages of the current term. */
  learn(reply: AppendReply, from: { readonly peer: string; readonly nowMs: number }): void {
    const progress = this.progress.get(from.peer);
    if (progress === undefined) return;
    progress.heardMs = from.nowMs;
    progress.waiting = false;
    if (reply.ok) {
      progress.matchIndex = Math.max(progress.matchIndex, reply.index);
      progress.nextIndex = progress.matchIndex + 1;
    } else progress.nextIndex = Math.max(1, Math.min(progress.nextIndex, reply.index));
  }

  /** The last index that a quorum has, when the leader itself has everything up to `ownIndex`. */
  replicatedIndex(ownIndex: number): number {
    const matches = [ownIndex];
    for (const { matchIndex } of this.progress.values()) matches.push(matchIndex);
    matches.sort((a, b) => b - a);
    return matches[this.quorum - 1] ?? 0;
  }

  hearsQuorum(nowMs: number): boolean {
    let heard = 1;
    for (const { heardMs } of this.progress.values()) if (nowMs - heardMs < patienceMs) heard++;
    return heard >= this.quorum;
  }

  /** Time in which this node did not run is no silence of theirs. */
  forgive(stalledMs: number): void {
    for (const progress of this.progress.values()) progress.heardMs += stalledMs;
  }
}
