/**
 * The hub: every packet between two nodes comes here in a datagram, and leaves in one, late, twice, spoilt or not at all.
 *
 * It knows a node by the address and port that its datagrams come from, and the link by who really sent the packet and
 * whom it is addressed to. A link without rules costs nothing but reading the header. What is late waits in one queue; a
 * cut takes effect at once, also on what waits there.
 *
 *     n1 ──> socket ──┬─ nobody's, refused: dropped, counted
 *                     ├─ no rule: on its way at once ───────────────> n2
 *                     └─ cut or lost; or due = line + delay + jitter + held back ──> queue ──> n2
 *                                                   a cut empties it ───────^
 *
 * A delay alone keeps the order of a link. Jitter does not: every packet draws its own, and overtakes if it can. Nor does
 * a picture that makes a link faster while slower packets are under way.
 *
 * How it can mislead: timers know whole milliseconds only. A packet that is delayed is never early, and about a millisecond
 * late, more when the machine is busy. And the seed repeats the draws, not which packet of a link is the seventh.
 */
import { present } from '../../../../base/assert.ts';
import type { NodeName } from '../../../../base/names.ts';
import type { Random } from '../../../../base/random.ts';
import { type Clock, nanosPerMs } from '../../../../base/time.ts';
import type { Link, LinkCounters, LinkRule } from '../../../cluster.ts';
import { DeadlineQueue } from '../../../stdio/deadline-queue.ts';
import { echoReplyNumber, echoRequestPacket } from './echo.ts';
import type { OverlayMember } from './member.ts';
import type { OverlayLink } from './overlay-link.ts';
import {
  destinationHost,
  destinationPrefix,
  ipVersion,
  isForMany,
  isReadable,
  sourceHost,
  sourcePrefix,
} from './packet.ts';
import { Prober, type Question } from './prober.ts';
import { rejection } from './rejection.ts';
import { type Station, Stations } from './stations.ts';
import type { HubTally } from './tally.ts';

export interface HubOptions {
  readonly members: readonly OverlayMember[];
  readonly clock: Clock;
  readonly random: Random;
  readonly send: (packet: Buffer, port: number, address: string) => void;
  /** What may be under way at once; more is lost. @default 64 MiB */
  readonly underWayBytes?: number;
}

interface InTransit {
  readonly link: OverlayLink;
  readonly to: Station;
  readonly packet: Buffer;
}

const defaultUnderWayBytes = 64 * 1024 * 1024;
const broadcastHost = 255;

export class Hub {
  private readonly options: HubOptions;
  private readonly stations: Stations;
  private readonly prober: Prober;
  private readonly queue = new DeadlineQueue<InTransit>();
  private readonly counts: { -readonly [name in Exclude<keyof HubTally, 'underWay'>]: number } = {
    received: 0,
    strangers: 0,
    ipv6: 0,
    malformed: 0,
    foreign: 0,
    toMany: 0,
    toNobody: 0,
    probes: 0,
    forwarded: 0,
    crowdedOut: 0,
  };
  private waitingBytes = 0;
  private timer: { readonly deadline: number; readonly cancel: () => void } | null = null;

  constructor(options: HubOptions) {
    this.options = options;
    this.stations = new Stations(options.members, options.random);
    this.prober = new Prober({
      clock: options.clock,
      ask: question => this.ask(question),
      passes: (from, to) => present(this.stations.at(from)?.links[to]).letsProbePass(),
    });
  }

  /** A datagram has come in. The buffer is ours from now on. */
  receive(packet: Buffer, source: { readonly address: string; readonly port: number }): void {
    // What is due goes first, so that nothing overtakes it while the timer is late.
    if (this.queue.size > 0) this.deliverDue();
    const { counts, stations } = this;
    counts.received++;
    const from = stations.from(source.address, source.port);
    if (!from) counts.strangers++;
    else if (!isReadable(packet)) counts[ipVersion(packet) === 6 ? 'ipv6' : 'malformed']++;
    else if (sourceHost(packet) !== from.host || sourcePrefix(packet) !== stations.prefix) counts.foreign++;
    else this.route(from, packet);
  }

  /** Replaces the whole picture. Links must be between two different members. */
  apply(rules: readonly LinkRule[]): void {
    const byLink = new Map<OverlayLink, LinkRule[]>();
    for (const rule of rules) {
      const link = this.stations.link(rule);
      byLink.set(link, [...(byLink.get(link) ?? []), rule]);
    }
    for (const { links } of this.stations.all) for (const link of links) link?.rule(byLink.get(link) ?? []);
    this.queue.removeIf(({ link, packet }) => {
      if (!link.state.effect?.cut) return false;
      link.state.counters.dropped++;
      this.waitingBytes -= packet.length;
      return true;
    });
  }

  counters(link: Link): LinkCounters {
    return { ...this.stations.link(link).state.counters };
  }

  tally(): HubTally {
    return { ...this.counts, underWay: this.queue.size };
  }

  /** For each link: does a packet get through now? */
  probe(links: readonly Link[]): Promise<readonly boolean[]> {
    for (const link of links) this.stations.link(link);
    return Promise.all(links.map(({ from, to }) => this.prober.probe(this.host(from), this.host(to))));
  }

  /** The members whose kernel answers. */
  async answering(): Promise<readonly NodeName[]> {
    const answers = await Promise.all(this.stations.all.map(({ host }) => this.prober.probe(null, host)));
    return this.stations.all.filter((_, index) => answers[index]).map(({ name }) => name);
  }

  /** What waits is forgotten, and whoever waits for a probe is told no. */
  close(): void {
    this.timer?.cancel();
    this.timer = null;
    this.queue.removeIf(() => true);
    this.waitingBytes = 0;
    this.prober.close();
  }

  private route(from: Station, packet: Buffer): void {
    const { counts, stations } = this;
    const host = destinationHost(packet);
    const number = echoReplyNumber(packet);
    if (number !== null) {
      counts.probes++;
      this.prober.answered({ from: from.host, to: host === stations.hub.host ? null : host, number });
    } else if (destinationPrefix(packet) !== stations.prefix) {
      counts[isForMany(packet) ? 'toMany' : 'toNobody']++;
    } else if (host === broadcastHost) {
      counts.toMany++;
    } else {
      const to = stations.at(host);
      const link = from.links[host];
      if (!to || !link) counts.toNobody++;
      else if (link.state.effect === null) this.pass(link, to, packet);
      else this.carry(from, { link, to, packet });
    }
  }

  private pass(link: OverlayLink, to: Station, packet: Buffer): void {
    link.state.counters.sent++;
    this.forward(to, packet);
  }

  private carry(from: Station, item: InTransit): void {
    const { state, rejects } = item.link;
    state.counters.sent++;
    if (state.drops()) {
      if (rejects) this.reject(from, item.packet);
    } else {
      this.carryUnderRules(item);
      if (state.duplicates()) this.carryUnderRules(item);
    }
  }

  /** Draws first, so that what the bandwidth drops, which is a matter of time, leaves the draws of the others alone. */
  private carryUnderRules({ link, to, packet }: InTransit): void {
    const now = this.options.clock.now();
    const addedNanos = link.state.addedMs() * nanosPerMs;
    const carried = link.carried(packet);
    const passageNanos = link.passageNanos(packet.length, now);
    if (passageNanos === null) link.state.counters.dropped++;
    else if (passageNanos + addedNanos === 0) this.forward(to, carried);
    else this.enqueue(now + passageNanos + addedNanos, { link, to, packet: carried });
  }

  private enqueue(deadline: number, item: InTransit): void {
    if (this.waitingBytes + item.packet.length > (this.options.underWayBytes ?? defaultUnderWayBytes)) {
      this.counts.crowdedOut++;
      item.link.state.counters.dropped++;
      return;
    }
    this.waitingBytes += item.packet.length;
    this.queue.push(deadline, item);
    this.arm();
  }

  private forward(to: Station, packet: Buffer): void {
    this.counts.forwarded++;
    this.options.send(packet, to.port, to.address);
  }

  private deliverDue(): void {
    const now = this.options.clock.now();
    for (let next = this.queue.peek(); next && next.deadline <= now; next = this.queue.peek()) {
      this.queue.pop();
      this.waitingBytes -= next.item.packet.length;
      this.forward(next.item.to, next.item.packet);
    }
    this.arm();
  }

  /** One timer, for the earliest deadline. */
  private arm(): void {
    const next = this.queue.peek();
    if (!next || (this.timer && this.timer.deadline <= next.deadline)) return;
    this.timer?.cancel();
    const delayMs = Math.ceil((next.deadline - this.options.clock.now()) / nanosPerMs);
    const cancel = this.options.clock.schedule(Math.max(0, delayMs), () => {
      this.timer = null;
      this.deliverDue();
    });
    this.timer = { deadline: next.deadline, cancel };
  }

  private reject(sender: Station, packet: Buffer): void {
    const answer = rejection(packet, this.stations.hub.overlay);
    if (answer) this.options.send(answer, sender.port, sender.address);
  }

  private ask({ to, asWhom, number }: Question): void {
    const { stations } = this;
    const station = present(stations.at(to));
    const asker = asWhom === null ? stations.hub : present(stations.at(asWhom));
    const request = echoRequestPacket({ from: asker.overlay, to: station.overlay, number });
    this.options.send(request, station.port, station.address);
  }

  private host(name: NodeName): number {
    return this.stations.named(name).host;
  }
}
