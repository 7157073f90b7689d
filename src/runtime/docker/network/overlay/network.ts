/**
 * The overlay network of a cluster in Docker: every packet between two nodes goes through a hub of ours.
 *
 * Each holder has a TUN device with an address in the overlay, and the nodes know each other by these addresses only.
 * What the device is given leaves as a datagram to the hub, which sends it on to the holder that it is for. So any kernel
 * will do, a link can be anything in either direction, and every packet is counted.
 *
 *     store n1 ── ordeal0 ── socat ══ UDP ══> hub ══ UDP ══> socat ── ordeal0 ── store n2
 *
 * How it can mislead: only what is sent to overlay addresses passes here. Nodes that find out each other's container
 * addresses talk beside it; clients do so on purpose.
 */

import { exitCode, OrdealError } from '../../../../base/errors.ts';
import type { NodeName } from '../../../../base/names.ts';
import type { Random } from '../../../../base/random.ts';
import { type Clock, nanosPerMs } from '../../../../base/time.ts';
import type { Capability, Link, LinkCounters, LinkRule, Network } from '../../../cluster.ts';
import { defaultMtu, holderCommand } from './holder.ts';
import { HubThread } from './hub-thread.ts';
import type { OverlayMember } from './member.ts';
import { Stations } from './stations.ts';
import type { OverlayTally } from './tally.ts';

export interface OverlayOptions {
  readonly members: readonly OverlayMember[];
  /** The address of this machine in the Docker network. The hub listens there and nowhere else. */
  readonly gateway: string;
  readonly random: Random;
  readonly clock: Clock;
  /** Of the devices. With the 28 bytes of a datagram it must fit into the Docker network. @default 1400 */
  readonly mtu?: number;
  /** The compiled module that the hub's thread starts with. @default ours */
  readonly entry?: string;
}

export class OverlayNetwork implements Network {
  readonly capabilities: ReadonlySet<Capability> = new Set([
    'partition',
    'one-way',
    'reject',
    'loss',
    'delay',
    'duplicate',
    'reorder',
    'corrupt',
    'rate',
  ]);
  /** Resolves with a sentence when the hub was lost: no node reaches another any more. Never rejects. */
  readonly lost: Promise<string>;
  private readonly options: OverlayOptions;
  private readonly stations: Stations;
  private readonly thread: HubThread;

  /**
   * Resolves when the hub listens. The Docker network must be there, the containers need not. Rejects with an
   * `OrdealError` when the gateway is not an address of this machine.
   */
  static async start(options: OverlayOptions): Promise<OverlayNetwork> {
    const { members, gateway, clock, random, entry } = options;
    const stations = new Stations(members, random);
    const seed = random.fork('overlay').integer(0, 0x7fff_ffff);
    const thread = await HubThread.start({ task: { members, gateway, seed }, clock, ...(entry && { entry }) });
    return new OverlayNetwork(options, stations, thread);
  }

  private constructor(options: OverlayOptions, stations: Stations, thread: HubThread) {
    this.options = options;
    this.stations = stations;
    this.thread = thread;
    this.lost = thread.lost;
  }

  /** The line for `sh` that puts a holder into the overlay. See `holder.ts`. */
  holderCommand(name: NodeName): string {
    const { members, gateway, mtu = defaultMtu } = this.options;
    this.stations.named(name);
    const member = members.find(candidate => candidate.name === name) as OverlayMember;
    return holderCommand({ member, gateway, hubPort: this.thread.port, mtu });
  }

  /** Waits until every node can be reached. Rejects with an `OrdealError` that names those that cannot. */
  async ready(deadlineMs: number): Promise<void> {
    const { clock, members, gateway } = this.options;
    const deadline = clock.now() + deadlineMs * nanosPerMs;
    for (;;) {
      const answering = await this.thread.ask('answering', null);
      const silent = members.filter(({ name }) => !answering.includes(name)).map(({ name }) => name);
      if (silent.length === 0) return;
      if (clock.now() < deadline) continue;
      throw new OrdealError(`in the overlay network nothing is heard of ${silent.join(', ')}`, {
        code: 'OVERLAY_SILENT',
        hint: `a firewall of this machine may drop UDP from its containers to ${gateway}; use the direct network instead`,
        exit: exitCode.unavailable,
      });
    }
  }

  /** Links between two different members. Resolves when the picture is in force. */
  apply(rules: readonly LinkRule[]): Promise<void> {
    return this.thread.ask('apply', rules);
  }

  counters(link: Link): Promise<LinkCounters> {
    return this.thread.ask('counters', link);
  }

  /** Needs no tools in the pods. Cut and loss stop a probe; delay and bandwidth do not hold it up. */
  probe(links: readonly Link[]): Promise<readonly boolean[]> {
    return this.thread.ask('probe', links);
  }

  /** What became of all packets. */
  tally(): Promise<OverlayTally> {
    return this.thread.ask('tally', null);
  }

  /** Closes the hub. Idempotent. The holders' devices go with the holders. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.thread.close();
  }
}
