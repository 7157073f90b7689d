/**
 * The network of the containers as it is, broken by rules in the holders: nftables for what is dropped, traffic control
 * for what is slow.
 *
 * How it can mislead: the nodes are told one after the other, within some milliseconds. The history has a begin and an end
 * for each fault, and between them is what a reader may rely on.
 */
import { createSocket } from 'node:dgram';
import { present } from '../../../base/assert.ts';
import type { NodeName } from '../../../base/names.ts';
import { type Clock, sleep } from '../../../base/time.ts';
import { everyClient, type Link, type LinkCounters, type LinkRule, type Network } from '../../cluster.ts';
import type { HolderShell } from '../shell.ts';
import { fromClients, type Peer, probePort, ruleset, toClients } from './rules.ts';
import { classId, noQueues, queues, showQueues } from './traffic-control.ts';

export interface DirectMember {
  readonly peer: Peer;
  readonly shell: HolderShell;
  /** Where a packet of a client reaches its probe port; null when there is no way. */
  readonly clientProbe: { readonly host: string; readonly port: number } | null;
}

export interface DirectNetworkOptions {
  readonly members: readonly DirectMember[];
  /** Containers of the run that are neither members nor clients. */
  readonly others: () => readonly Peer[];
  /** The host in the network of the containers. */
  readonly gateway: string;
  readonly clock: Clock;
}

/** A packet that was let through is counted at once, or it waits for an address to be looked up. */
const secondLookMs = 10;

export class DirectNetwork implements Network {
  private readonly options: DirectNetworkOptions;
  private readonly members: ReadonlyMap<NodeName, DirectMember>;
  /** What each node was told last. */
  private readonly told = new Map<NodeName, { rules: string; queues: string | null }>();
  /** What the queues had counted when they were taken away, by link. */
  private readonly throttled = new Map<string, number>();
  private readonly delayed = new Map<string, number>();
  /** By link: how many were sent, and how many of them were let through. */
  private readonly probes = new Map<string, { sent: number; arrived: number }>();
  private readonly reading = new Map<NodeName, Promise<ReadonlyMap<string, number>>>();

  constructor(options: DirectNetworkOptions) {
    this.options = options;
    this.members = new Map(options.members.map(member => [member.peer.name, member]));
  }

  async apply(rules: readonly LinkRule[]): Promise<void> {
    const results = await Promise.allSettled([...this.members.values()].map(member => this.tell(member, rules)));
    const failure = results.find(result => result.status === 'rejected');
    if (failure) throw failure.reason;
  }

  async counters(link: Link): Promise<LinkCounters> {
    const receiver = link.to === everyClient ? link.from : link.to;
    const name = link.to === everyClient ? toClients : link.from === everyClient ? fromClients : link.from;
    const [counters, queue] = await Promise.all([this.read(receiver), this.readQueue(link)]);
    const probes = this.probes.get(keyOf(link)) ?? { sent: 0, arrived: 0 };
    return {
      sent: Math.max(0, (counters.get(`sent_${name}`) ?? 0) - probes.sent),
      dropped: Math.max(0, (counters.get(`dropped_${name}`) ?? 0) - (probes.sent - probes.arrived)),
      delayed: queue.delayed,
      duplicated: 0,
      reordered: 0,
      corrupted: 0,
      throttled: queue.throttled,
    };
  }

  async probe(links: readonly Link[]): Promise<readonly boolean[]> {
    // Nothing but probes is counted there, so what was seen last still holds.
    const before = links.map(link => this.probes.get(keyOf(link))?.arrived ?? 0);
    const senders = new Set(links.map(({ from }) => from));
    await Promise.all(
      [...senders].map(sender =>
        this.send(
          sender,
          links.filter(({ from }) => from === sender),
        ),
      ),
    );
    const look = (): Promise<number[]> => Promise.all(links.map(link => this.arrivals(link)));
    const isOpen = (count: number, index: number): boolean => count > (before[index] ?? 0);
    let counts = await look();
    if (!counts.every(isOpen)) {
      await sleep(this.options.clock, secondLookMs);
      counts = await look();
    }
    for (const [index, link] of links.entries()) {
      const sofar = this.probes.get(keyOf(link)) ?? { sent: 0, arrived: 0 };
      this.probes.set(keyOf(link), { sent: sofar.sent + 1, arrived: counts[index] ?? 0 });
    }
    return counts.map(isOpen);
  }

  private async tell(member: DirectMember, rules: readonly LinkRule[]): Promise<void> {
    const node = member.peer.name;
    const peers = this.peersOf(node);
    const wanted = {
      rules: ruleset({ node, peers, others: this.options.others(), rules }),
      queues: queues({ node, peers, rules }),
    };
    const told = this.told.get(node);
    // Until it is done nobody knows what is in force.
    this.told.delete(node);
    if (told?.rules !== wanted.rules) await member.shell.run(`nft -f - <<'END'\n${wanted.rules}END`);
    if (told?.queues !== wanted.queues && (told !== undefined || wanted.queues !== null)) {
      await this.keepCounts(node);
      await member.shell.run(wanted.queues === null ? noQueues : `${noQueues}; ${wanted.queues}`);
    }
    this.told.set(node, wanted);
  }

  private peersOf(node: NodeName): Peer[] {
    return this.options.members.map(({ peer }) => peer).filter(({ name }) => name !== node);
  }

  /** Named counters of the node's table. Questions at the same time are answered together. */
  private read(node: NodeName): Promise<ReadonlyMap<string, number>> {
    const current = this.reading.get(node);
    if (current) return current;
    const { shell } = present(this.members.get(node), `there is no node ${node}`);
    const reading = Promise.resolve()
      .then(() => {
        this.reading.delete(node);
        return shell.run('nft -j list counters table inet ordeal');
      })
      .then(parseCounters);
    this.reading.set(node, reading);
    return reading;
  }

  private async readQueue(link: Link): Promise<{ readonly throttled: number; readonly delayed: number }> {
    const kept = { throttled: this.throttled.get(keyOf(link)) ?? 0, delayed: this.delayed.get(keyOf(link)) ?? 0 };
    if (link.from === everyClient || (this.told.get(link.from)?.queues ?? null) === null) return kept;
    const now = (await this.liveQueues(link.from)).get(link.to);
    return { throttled: kept.throttled + (now?.throttled ?? 0), delayed: kept.delayed + (now?.delayed ?? 0) };
  }

  /** Queues forget their counts when they are replaced. */
  private async keepCounts(node: NodeName): Promise<void> {
    for (const [to, { throttled, delayed }] of await this.liveQueues(node)) {
      const link = keyOf({ from: node, to });
      this.throttled.set(link, (this.throttled.get(link) ?? 0) + throttled);
      this.delayed.set(link, (this.delayed.get(link) ?? 0) + delayed);
    }
  }

  private async liveQueues(node: NodeName): Promise<ReadonlyMap<NodeName, { throttled: number; delayed: number }>> {
    const { shell } = present(this.members.get(node), `there is no node ${node}`);
    const counts = parseQueues(await shell.run(showQueues));
    return new Map(
      this.peersOf(node).flatMap(({ name }, index) => {
        const own = counts.get(classId(index));
        return own ? [[name, own] as const] : [];
      }),
    );
  }

  private async arrivals({ from, to }: Link): Promise<number> {
    if (to === everyClient) return (await this.read(from)).get(`probe_${toClients}`) ?? 0;
    return (await this.read(to)).get(`probe_${from === everyClient ? fromClients : from}`) ?? 0;
  }

  private async send(from: NodeName, links: readonly Link[]): Promise<void> {
    if (from === everyClient) {
      await Promise.all(links.map(({ to }) => sendDatagram(present(this.members.get(to)).clientProbe)));
      return;
    }
    const { shell } = present(this.members.get(from), `there is no node ${from}`);
    const addresses = links.map(({ to }) => this.members.get(to)?.peer.address ?? this.options.gateway);
    // The shell says that it could not send when a rule refuses: that is an answer, not an error.
    await shell.run(`${addresses.map(address => `echo >/dev/udp/${address}/${probePort}`).join('; ')}; true`);
  }
}

function keyOf({ from, to }: Link): string {
  return `${from}>${to}`;
}

function parseCounters(text: string): ReadonlyMap<string, number> {
  const { nftables } = JSON.parse(text) as { nftables: { counter?: { name: string; packets: number } }[] };
  return new Map(nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter.packets] as const] : [])));
}

/** By class. The kernel's own JSON leaves these numbers out. */
function parseQueues(text: string): ReadonlyMap<string, { throttled: number; delayed: number }> {
  const numbers = '.*\\n\\s*Sent \\d+ bytes (\\d+) pkt \\(dropped \\d+, overlimits (\\d+)';
  const classes = text.matchAll(new RegExp(`^class htb 1:(\\w+) ${numbers}`, 'gm'));
  const late = [...text.matchAll(new RegExp(`^qdisc netem \\w+: parent 1:(\\w+) ${numbers}`, 'gm'))];
  const delayed = new Map(late.map(([, id, sent]) => [id, Number(sent)]));
  return new Map(
    [...classes].map(([, id = '', , over]) => [id, { throttled: Number(over), delayed: delayed.get(id) ?? 0 }]),
  );
}

async function sendDatagram(target: DirectMember['clientProbe']): Promise<void> {
  if (target === null) return;
  const socket = createSocket('udp4');
  try {
    await new Promise<void>(resolve => socket.send('probe', target.port, target.host, () => resolve()));
  } finally {
    socket.close();
  }
}
