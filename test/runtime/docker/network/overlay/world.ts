/** A hub with three nodes on a clock that stands still; whatever it sends is noted, with the time. */
import { Random } from '../../../../../src/base/random.ts';
import { nanosPerMs } from '../../../../../src/base/time.ts';
import type { Link, LinkCounters, LinkRule } from '../../../../../src/runtime/cluster.ts';
import { Hub } from '../../../../../src/runtime/docker/network/overlay/hub.ts';
import type { OverlayMember } from '../../../../../src/runtime/docker/network/overlay/member.ts';
import { FakeClock } from '../../../../fake-clock.ts';
import { kernelAnswer, packetOf, textOf } from './packets.ts';

export const members = [
  { name: 'n1', address: '172.30.0.11', overlay: '10.99.3.1' },
  { name: 'n2', address: '172.30.0.12', overlay: '10.99.3.2' },
  { name: 'n3', address: '172.30.0.13', overlay: '10.99.3.3' },
] as const;
type Name = (typeof members)[number]['name'];

export const n1n2 = { from: 'n1', to: 'n2' } as const;
export const n2n1 = { from: 'n2', to: 'n1' } as const;
export const n1n3 = { from: 'n1', to: 'n3' } as const;

export class World {
  readonly clock = new FakeClock();
  readonly hub: Hub;
  /** `0 n2 text`: milliseconds, to whom, what. */
  readonly log: string[] = [];
  readonly packets: Buffer[] = [];
  /** Nodes whose kernel answers. */
  readonly awake = new Set<string>();
  /** Datagrams of kernels that are lost on their way to the hub. */
  lostAnswers = 0;

  constructor(options: { readonly seed?: string; readonly underWayBytes?: number } = {}) {
    this.hub = new Hub({
      members,
      clock: this.clock,
      random: Random.fromSeed(options.seed ?? 'seed'),
      send: (packet, port, address) => this.hear(packet, { port, address }),
      ...(options.underWayBytes !== undefined && { underWayBytes: options.underWayBytes }),
    });
  }

  /** From the node that really sends it. */
  say({ from, to }: { readonly from: Name; readonly to: Name }, ...texts: readonly string[]): void {
    for (const text of texts) {
      this.raw(from, packetOf({ from: memberOf(from).overlay, to: memberOf(to).overlay, text }));
    }
  }

  raw(from: Name, packet: Buffer): void {
    this.hub.receive(packet, { address: memberOf(from).address, port: 10_099 });
  }

  apply(...rules: readonly LinkRule[]): void {
    this.hub.apply(rules);
  }

  /** The texts that have arrived at a node, in order. */
  heard(name: Name): string[] {
    return this.log
      .map(line => line.split(' '))
      .filter(([, to]) => to === name)
      .map(([, , text]) => text as string);
  }

  /** As many packets of a link as that, one each millisecond. */
  async stream(link: Link & { readonly from: Name; readonly to: Name }, count: number): Promise<void> {
    for (let number = 0; number < count; number++) {
      this.say(link, String(number));
      await this.clock.advance(1);
    }
  }

  private hear(packet: Buffer, { port, address }: { readonly port: number; readonly address: string }): void {
    const to = members.find(member => member.address === address);
    const name = to && port === 10_099 ? to.name : `${address}:${port}`;
    const answer = kernelAnswer(packet);
    if (!answer) {
      this.log.push(`${this.clock.now() / nanosPerMs} ${name} ${textOf(packet)}`);
      this.packets.push(packet);
    } else if (to && this.awake.has(name) && this.lostAnswers-- <= 0) {
      this.hub.receive(answer, { address, port });
    }
  }
}

function memberOf(name: Name): OverlayMember {
  return members.find(member => member.name === name) as OverlayMember;
}

/** None but these. */
export function counters(some: Partial<LinkCounters>): LinkCounters {
  const none = { sent: 0, dropped: 0, delayed: 0, duplicated: 0, reordered: 0, corrupted: 0, throttled: 0 };
  return { ...none, ...some };
}
