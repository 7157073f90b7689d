/**
 * One member of a Raft cluster: elections, replication, commitment.
 *
 * After Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm" (2014), without membership change
 * and without snapshots; with two additions from Ongaro's dissertation (2014) that keep a cluster usable under partial
 * partitions: a preliminary vote (9.6), so that a node which cannot win does not depose a leader that works, and a
 * leader that steps down when it no longer hears a majority (6.2).
 *
 * Pure but for what is injected. Whoever drives it flushes the persistent state after each batch of calls and before
 * any message leaves; that is what "persisted before answering" rests on. Time that the process did not run (stopped,
 * or starved by its machine) does not count as silence of the others.
 */
import { assert } from '../../../base/assert.ts';
import type { Random } from '../../../base/random.ts';
import type { BugName } from '../bugs.ts';
import { Followers, type Progress } from './followers.ts';
import type { AppendEntries, RaftMessage, RequestVote, Vote } from './messages.ts';
import type { Entry, PersistentState } from './persistent-state.ts';

export interface RaftOptions<C> {
  readonly id: string;
  readonly peers: readonly string[];
  readonly state: PersistentState<C>;
  readonly nowMs: () => number;
  readonly random: Random;
  readonly bugs: ReadonlySet<BugName>;
  readonly send: (to: string, message: RaftMessage<C>) => void;
  /** A committed entry, each index once and in order. */
  readonly apply: (entry: Entry<C>, index: number) => void;
  /** Forget everything applied: the log is applied again from its begin. Never called unless a bug is switched on. */
  readonly reset: () => void;
  readonly log: (text: string) => void;
}

export type Role = 'follower' | 'candidate' | 'leader';

const electionMinMs = 300;
const electionMaxMs = 600;
/** From the start of a node to its first campaign. Short, since whoever hears a leader refuses it anyway. */
const startMinMs = 100;
const startMaxMs = 350;
const heartbeatMs = 75;
/** Two ticks further apart than this: we did not run in between. */
const stallMs = 100;
const maxEntriesPerMessage = 256;

interface Campaign {
  readonly term: number;
  readonly preliminary: boolean;
  readonly votes: Set<string>;
}

export class RaftNode<C> {
  role: Role = 'follower';
  /** Who leads the current term, as far as this node knows. */
  leader: string | null = null;
  commitIndex = 0;
  private readonly options: RaftOptions<C>;
  private readonly state: PersistentState<C>;
  private readonly quorum: number;
  private readonly followers: Followers;
  private campaign: Campaign | null = null;
  private appliedIndex = 0;
  private heardLeaderMs = Number.NEGATIVE_INFINITY;
  private electionAtMs: number;
  private heartbeatAtMs = 0;
  private tickedMs: number;

  constructor(options: RaftOptions<C>) {
    this.options = options;
    this.state = options.state;
    this.quorum = Math.floor((options.peers.length + 1) / 2) + 1;
    // BUG split-brain: half, rounded down, is no majority.
    if (options.bugs.has('split-brain')) this.quorum = Math.max(1, this.quorum - 1);
    this.tickedMs = options.nowMs();
    this.followers = new Followers(this.quorum);
    this.electionAtMs = this.tickedMs + options.random.integer(startMinMs, startMaxMs);
    const { term, lastIndex } = options.state;
    if (term > 0) options.log(`is back, in term ${term}, with ${lastIndex} entries in its log`);
  }

  get term(): number {
    return this.state.term;
  }

  tick(): void {
    const now = this.options.nowMs();
    this.forgiveStall(now);
    if (this.role === 'leader') {
      if (!this.followers.hearsQuorum(now)) this.stepDown('no majority within reach');
      else if (now >= this.heartbeatAtMs) this.sendHeartbeats(now);
    } else if (now >= this.electionAtMs) this.begin({ preliminary: true });
  }

  receive(from: string, message: RaftMessage<C>): void {
    const hypothetical = message.type === 'request_vote' && message.preliminary;
    if (message.term > this.term && !hypothetical) this.enterTerm(message.term);
    if (message.type === 'request_vote') this.answerVote(from, message);
    else if (message.type === 'vote') this.countVote(from, message);
    else if (message.type === 'append_entries') this.answerAppend(from, message);
    else if (this.role === 'leader' && message.term === this.term) {
      this.followers.learn(message, { peer: from, nowMs: this.options.nowMs() });
    }
  }

  /** Only a leader may: adds to its own log. Nothing is decided yet. */
  propose(command: C): void {
    assert(this.role === 'leader', 'only a leader proposes');
    this.append([{ term: this.term, command }]);
  }

  /** Sends what followers lack; to be called after each batch of input, before the messages leave. */
  replicate(): void {
    if (this.role !== 'leader') return;
    for (const [peer, progress] of this.followers) {
      if (!progress.waiting && progress.nextIndex <= this.state.lastIndex) this.sendEntries(peer, progress);
    }
    this.advanceCommit();
  }

  // Elections

  private begin({ preliminary }: { readonly preliminary: boolean }): void {
    const term = this.term + 1;
    const { id, peers, send, log } = this.options;
    if (this.leader !== null) log(`no longer hears ${this.leader}, who led term ${this.term}`);
    if (!preliminary) log(`stands for term ${term}`);
    this.role = preliminary ? 'follower' : 'candidate';
    this.leader = null;
    this.postponeElection();
    if (!preliminary) this.state.setTerm(term, id);
    this.campaign = { term, preliminary, votes: new Set([id]) };
    const { lastIndex, lastTerm } = this.state;
    for (const peer of peers) send(peer, { type: 'request_vote', term, preliminary, lastIndex, lastTerm });
    this.decideCampaign(this.campaign);
  }

  private answerVote(from: string, request: RequestVote): void {
    const { term: ballot, preliminary } = request;
    const granted =
      this.logIsNoNewerThan(request) && (preliminary ? this.wouldVote(request) : this.mayVote(from, ballot));
    if (granted && !preliminary) {
      if (this.state.vote === null) this.options.log(`votes for ${from} in term ${ballot}`);
      this.state.setTerm(ballot, from);
      this.campaign = null;
      this.postponeElection();
    }
    this.options.send(from, { type: 'vote', term: this.term, ballot, preliminary, granted });
  }

  /** The election restriction (5.4.1): a leader must already have everything that is committed. */
  private logIsNoNewerThan({ lastIndex, lastTerm }: RequestVote): boolean {
    const { state } = this;
    return lastTerm > state.lastTerm || (lastTerm === state.lastTerm && lastIndex >= state.lastIndex);
  }

  private mayVote(candidate: string, ballot: number): boolean {
    return ballot === this.term && (this.state.vote === null || this.state.vote === candidate);
  }

  /** Nobody who hears a leader, or is one, helps to depose it. */
  private wouldVote(request: RequestVote): boolean {
    const silenceMs = this.options.nowMs() - this.heardLeaderMs;
    return request.term > this.term && this.role !== 'leader' && silenceMs >= electionMinMs;
  }

  private countVote(from: string, vote: Vote): void {
    const { campaign } = this;
    if (campaign === null || vote.ballot !== campaign.term || vote.preliminary !== campaign.preliminary) return;
    if (vote.granted) campaign.votes.add(from);
    this.decideCampaign(campaign);
  }

  private decideCampaign(campaign: Campaign): void {
    if (campaign.votes.size < this.quorum) return;
    if (campaign.preliminary) this.begin({ preliminary: false });
    else this.lead();
  }

  private lead(): void {
    const now = this.options.nowMs();
    this.role = 'leader';
    this.leader = this.options.id;
    this.campaign = null;
    this.options.log(`leads term ${this.term}`);
    this.followers.begin({ peers: this.options.peers, nextIndex: this.state.lastIndex + 1, nowMs: now });
    this.heartbeatAtMs = now + heartbeatMs;
    // Entries of earlier terms are committed only together with one of this term (5.4.2): so there is one at once.
    this.append([{ term: this.term, command: null }]);
  }

  private enterTerm(term: number): void {
    if (this.role === 'leader') this.stepDown(`saw term ${term}`);
    this.state.setTerm(term, null);
    this.role = 'follower';
    this.leader = null;
    this.campaign = null;
  }

  private stepDown(reason: string): void {
    this.options.log(`leads term ${this.term} no longer: ${reason}`);
    this.role = 'follower';
    this.leader = null;
    this.postponeElection();
  }

  // Replication, the follower's side

  private answerAppend(from: string, message: AppendEntries<C>): void {
    const { send } = this.options;
    if (message.term < this.term) {
      send(from, { type: 'append_reply', term: this.term, ok: false, index: 0 });
      return;
    }
    if (this.leader !== from) this.options.log(`follows ${from} in term ${this.term}`);
    this.role = 'follower';
    this.campaign = null;
    this.leader = from;
    this.heardLeaderMs = this.options.nowMs();
    this.postponeElection();
    const retryAt = this.disagreement(message);
    if (retryAt === null) {
      const index = message.previousIndex + message.entries.length;
      this.adopt(message);
      send(from, { type: 'append_reply', term: this.term, ok: true, index });
      this.commitUpTo(Math.min(message.commitIndex, index));
    } else send(from, { type: 'append_reply', term: this.term, ok: false, index: retryAt });
  }

  /** Null when the logs agree up to the entry before the new ones; else where the leader should try next (5.3). */
  private disagreement({ previousIndex, previousTerm }: AppendEntries<C>): number | null {
    if (previousIndex > this.state.lastIndex) return this.state.lastIndex + 1;
    const term = this.state.termAt(previousIndex);
    if (term === previousTerm) return null;
    let index = previousIndex;
    while (index > 1 && this.state.termAt(index - 1) === term) index--;
    return index;
  }

  /** Only a conflict cuts the log: a late message that repeats an old part must not cut what came after it. */
  private adopt({ previousIndex, entries }: AppendEntries<C>): void {
    const known = entries.findIndex((entry, offset) => {
      const index = previousIndex + 1 + offset;
      return index > this.state.lastIndex || this.state.termAt(index) !== entry.term;
    });
    if (known === -1) return;
    const from = previousIndex + 1 + known;
    if (from <= this.commitIndex) this.unapply(from);
    this.state.replaceFrom(from, entries.slice(known));
  }

  /** A committed entry is replaced. Impossible, unless a bug is switched on; then the state follows the log. */
  private unapply(from: number): void {
    this.options.log(`committed entry ${from} is overwritten`);
    this.commitIndex = from - 1;
    if (this.appliedIndex < from) return;
    this.appliedIndex = 0;
    this.options.reset();
  }

  // Replication, the leader's side

  private append(entries: readonly Entry<C>[]): void {
    this.state.replaceFrom(this.state.lastIndex + 1, entries);
  }

  private sendHeartbeats(now: number): void {
    this.heartbeatAtMs = now + heartbeatMs;
    for (const [peer, progress] of this.followers) this.sendEntries(peer, progress);
  }

  private sendEntries(peer: string, progress: Progress): void {
    const previousIndex = progress.nextIndex - 1;
    const entries = this.state.entriesFrom(progress.nextIndex, maxEntriesPerMessage);
    progress.waiting = entries.length > 0;
    const previousTerm = this.state.termAt(previousIndex);
    const { term, commitIndex } = this;
    this.options.send(peer, { type: 'append_entries', term, previousIndex, previousTerm, entries, commitIndex });
  }

  private advanceCommit(): void {
    const replicated = this.followers.replicatedIndex(this.state.lastIndex);
    // Counting replicas commits only entries of the own term (5.4.2); earlier ones are committed with them.
    if (replicated > this.commitIndex && this.state.termAt(replicated) === this.term) this.commitUpTo(replicated);
  }

  private commitUpTo(index: number): void {
    this.commitIndex = Math.max(this.commitIndex, index);
    while (this.appliedIndex < this.commitIndex) {
      this.appliedIndex++;
      this.options.apply(this.state.entryAt(this.appliedIndex), this.appliedIndex);
    }
  }

  // Time

  private postponeElection(): void {
    this.electionAtMs = this.options.nowMs() + this.options.random.integer(electionMinMs, electionMaxMs);
  }

  private forgiveStall(now: number): void {
    const stalledMs = now - this.tickedMs;
    this.tickedMs = now;
    if (stalledMs < stallMs) return;
    this.electionAtMs += stalledMs;
    this.followers.forgive(stalledMs);
  }
}
