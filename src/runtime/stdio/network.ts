/**
 * The network between child processes: the harness itself carries every message.
 *
 * Each message gets its deadline when it is sent, from the latency and the rules of its link, and waits in one queue. A
 * cut takes effect at once, also on what is under way; `apply` swaps the whole picture between two messages.
 *
 *     n1 sends ──┬─ cut or lost: dropped, counted
 *                └─ deadline = now + latency + delay + jitter ──> queue ──> n2
 *                                           a cut empties it ───────^
 *
 * Every directed link draws from random streams of its own, once per message. So the latency of the seventh message from
 * n1 to n2 depends neither on what other links did nor on which rules were in force.
 *
 * How it can mislead: the seed repeats the draws, not which message is the seventh; that is up to the nodes. And timers
 * know whole milliseconds only: a message is never early, but up to a millisecond late, and messages that fall due in
 * the same one are delivered together, in the order of their deadlines.
 */
import { assert } from '../../base/assert.ts';
import type { Nanos, NodeName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import { type Clock, nanosPerMs } from '../../base/time.ts';
import type { Link, LinkCounters, LinkRule, Network } from '../cluster.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { addRule, type LinkLatency, LinkState } from './link-state.ts';
import type { Parcel } from './message.ts';
import type { Letter, MessageLog } from './message-log.ts';

export interface MessageNetworkOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly latency: LinkLatency;
  /** Nodes and services. Only what passes between two of them takes time; clients are at hand. */
  readonly members: ReadonlySet<NodeName>;
  /** Says why nobody took it, if so. */
  readonly deliver: (to: NodeName, parcel: Parcel) => 'dead' | 'full' | null;
  /** Told what became of each message. Closed with the network. */
  readonly log?: MessageLog;
}

interface InTransit extends Letter {
  /** Null on a client's link that no rule has named. */
  readonly state: LinkState | null;
}

const noLatency: LinkLatency = { distribution: 'constant', meanMs: 0 };

export class MessageNetwork implements Network {
  private readonly options: MessageNetworkOptions;
  private readonly log: MessageLog | undefined;
  private readonly queue = new DeadlineQueue<InTransit>();
  private readonly links = new Map<NodeName, Map<NodeName, LinkState>>();
  private timer: { readonly deadline: number; readonly cancel: () => void } | null = null;
  private delivering = false;
  private closed = false;

  constructor(options: MessageNetworkOptions) {
    assert(options.latency.meanMs >= 0, 'a latency must not be negative');
    this.options = options;
    this.log = options.log;
  }

  /** `link.from` is who really sent it, whatever the message claims. What takes no time is delivered before it returns. */
  send(link: Link, parcel: Parcel): void {
    if (this.closed) return;
    const { members, latency, clock } = this.options;
    const { from, to } = link;
    const between = members.has(from) && members.has(to);
    const sent = clock.now();
    // A client's link is remembered only when a rule has named it: a run may use up a hundred thousand clients.
    const state = between ? this.link(link) : this.links.get(from)?.get(to);
    if (state) this.sendUnderRules({ from, to, sent, state, parcel }, between ? latency : noLatency);
    else this.enqueue({ from, to, sent, state: null, parcel }, 0);
    this.deliverDue();
  }

  /** Names may be those of nodes, services and clients. */
  apply(rules: readonly LinkRule[]): Promise<void> {
    for (const targets of this.links.values()) for (const state of targets.values()) state.effect = null;
    for (const rule of rules) {
      const state = this.link(rule);
      state.effect = addRule(state.effect, rule);
    }
    this.queue.removeIf(item => this.isCutOff(item));
    return Promise.resolve();
  }

  /** Links of clients are counted from the first rule that names them. */
  counters(link: Link): Promise<LinkCounters> {
    const none: LinkCounters = {
      sent: 0,
      dropped: 0,
      delayed: 0,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
      throttled: 0,
    };
    return Promise.resolve({ ...none, ...this.links.get(link.from)?.get(link.to)?.counters });
  }

  /** Nothing is delivered any more. */
  close(): void {
    this.closed = true;
    this.timer?.cancel();
    this.timer = null;
    this.queue.removeIf(item => {
      this.log?.underWay(item);
      return true;
    });
    this.log?.[Symbol.dispose]();
  }

  private sendUnderRules(item: InTransit & { readonly state: LinkState }, latency: LinkLatency): void {
    const { state } = item;
    state.counters.sent++;
    const latencyMs = state.latencyMs(latency, 'message');
    const why = state.drops();
    if (why !== null) return this.log?.lost(item, { at: item.sent, why });
    this.enqueue(item, latencyMs + state.addedMs());
    if (state.duplicates()) this.enqueue(item, state.latencyMs(latency, 'copy') + state.addedMs());
  }

  private enqueue(item: InTransit, transitMs: number): void {
    this.queue.push(item.sent + transitMs * nanosPerMs, item);
  }

  private isCutOff(item: InTransit): boolean {
    if (item.state?.effect?.cut !== true) return false;
    item.state.counters.dropped++;
    this.log?.lost(item, { at: this.options.clock.now(), why: 'cut' });
    return true;
  }

  /** A delivery may itself send, as services do; the outermost call takes that up, so that nothing grows the stack. */
  private deliverDue(): void {
    if (this.delivering) return;
    this.delivering = true;
    try {
      for (let next = this.queue.peek(); next; next = this.queue.peek()) {
        const now = this.options.clock.now();
        if (next.deadline > now) break;
        this.queue.pop();
        this.hand(next.item, now);
      }
    } finally {
      this.delivering = false;
    }
    this.arm();
  }

  private hand(item: InTransit, at: Nanos): void {
    const why = this.options.deliver(item.to, item.parcel);
    if (why === null) this.log?.arrived(item, at);
    else this.log?.lost(item, { at, why });
  }

  /** One timer, for the earliest deadline. */
  private arm(): void {
    const next = this.queue.peek();
    if (!next || this.closed || (this.timer && this.timer.deadline <= next.deadline)) return;
    this.timer?.cancel();
    const delayMs = Math.ceil((next.deadline - this.options.clock.now()) / nanosPerMs);
    const cancel = this.options.clock.schedule(Math.max(0, delayMs), () => {
      this.timer = null;
      this.deliverDue();
    });
    this.timer = { deadline: next.deadline, cancel };
  }

  private link(link: Link): LinkState {
    let targets = this.links.get(link.from);
    if (!targets) this.links.set(link.from, (targets = new Map()));
    let state = targets.get(link.to);
    if (!state) targets.set(link.to, (state = new LinkState({ from: link.from, to: link.to }, this.options.random)));
    return state;
  }
}
