/**
 * A cluster of child processes which speak the Maelstrom protocol on standard input and output.
 *
 * The harness is the network: every message of a node goes through `MessageNetwork`, to another node, to a service
 * (`lin-kv` and its like) or to a client. So partitions, loss and delay need no privilege and work on every system.
 *
 * How it can mislead: nodes that also talk to each other in another way (sockets, a shared directory) are not cut off.
 */
import { join } from 'node:path';
import { assert, present } from '../../base/assert.ts';
import type { NodeName } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Clock } from '../../base/time.ts';
import type { Capability, Cluster, Link, Network, Node, ProcessControl } from '../cluster.ts';
import { ReaperLink } from '../processes/reaper-link.ts';
import { controlName, type Endpoint, Endpoints } from './endpoint.ts';
import type { LinkLatency } from './link-state.ts';
import type { Body, Message, Parcel } from './message.ts';
import { MessageLog } from './message-log.ts';
import { MessageNetwork } from './network.ts';
import { StdioNode } from './node.ts';
import { type Service, services } from './services.ts';

export interface StdioClusterOptions {
  readonly nodes: readonly NodeName[];
  /** The command that starts this node: a programme and its arguments. No shell is between. */
  readonly command: (node: NodeName) => readonly string[];
  /** `nodes/<name>.log` in it takes what the nodes print on standard error; `messages.jsonl` what they say to each other. */
  readonly directory: string;
  readonly random: Random;
  readonly clock: Clock;
  /** Of messages between nodes, and between nodes and services. Those of clients take no time. */
  readonly latency: LinkLatency;
  /** How long a node may take from its start until clients may use it. @default 10_000 */
  readonly readyDeadlineMs?: number;
  /** Done after every `init`, before clients may use the node. Whatever it rejects with, the node is not ready. */
  readonly afterInit?: (node: NodeName, rpc: (body: Body) => Promise<Body>) => Promise<void>;
  /** Aborted: starting is given up. Without meaning once the cluster has started. */
  readonly signal?: AbortSignal;
}

/** Messages since the cluster began, and those that came to nothing for another reason than a rule of a link. */
export interface Traffic {
  readonly betweenMembers: number;
  readonly withClients: number;
  /** For a node that was dead when they arrived. */
  readonly toTheDead: number;
  /** For a node that did not read and for which too much was waiting. */
  readonly overflowed: number;
  /** Replies to a client that had given up. */
  readonly late: number;
}

const capabilities: readonly Capability[] = ['partition', 'one-way', 'loss', 'delay', 'duplicate', 'reorder', 'kill'];

export class StdioCluster implements Cluster {
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly processes: ProcessControl;
  readonly capabilities: ReadonlySet<Capability>;
  readonly crashed: Promise<string>;
  private readonly members = new Map<NodeName, StdioNode>();
  private readonly services: ReadonlyMap<NodeName, Service>;
  private readonly endpoints: Endpoints;
  /** Tells the nodes who they are. */
  private readonly control: Endpoint;
  private readonly messages: MessageNetwork;
  private readonly reaper: ReaperLink;
  private readonly counts = { betweenMembers: 0, withClients: 0, toTheDead: 0, overflowed: 0 };
  private closing: Promise<void> | null = null;

  /** Starts all nodes at the same time. Rejects with an `OrdealError` of the first that does not come up. */
  static async start(options: StdioClusterOptions): Promise<StdioCluster> {
    options.signal?.throwIfAborted();
    const cluster = new StdioCluster(options);
    const abort = (): void => void cluster.close();
    options.signal?.addEventListener('abort', abort, { once: true });
    try {
      await Promise.all([...cluster.members.values()].map(node => node.start()));
      options.signal?.throwIfAborted();
      return cluster;
    } catch (error) {
      await cluster.close();
      options.signal?.throwIfAborted();
      throw error;
    } finally {
      options.signal?.removeEventListener('abort', abort);
    }
  }

  private constructor(options: StdioClusterOptions) {
    const { nodes, clock, random, latency } = options;
    this.nodes = nodes.map(name => ({ name, address: null }));
    this.capabilities = new Set(process.platform === 'win32' ? capabilities : [...capabilities, 'pause']);
    this.services = services(random);
    const members = new Set([...nodes, ...this.services.keys()]);
    assert(members.size === nodes.length + this.services.size, 'nodes must have names of their own');
    this.messages = new MessageNetwork({
      clock,
      random,
      latency,
      members,
      deliver: this.deliver.bind(this),
      log: new MessageLog({ path: join(options.directory, 'messages.jsonl') }),
    });
    this.network = this.messages;
    this.endpoints = new Endpoints({
      refusal: request => this.refusal(request),
      send: message => this.route(message.src, { message, line: null }),
    });
    this.control = this.endpoints.control();
    this.processes = {
      kill: name => this.member(name).kill(),
      start: name => this.member(name).start(),
      pause: name => this.member(name).pause(),
      resume: name => this.member(name).resume(),
      inspect: name => this.member(name).inspect(),
    };
    let onTrouble: (sentence: string) => void = () => undefined;
    this.crashed = new Promise(resolve => {
      onTrouble = resolve;
    });
    this.reaper = new ReaperLink(clock);
    for (const name of nodes) this.members.set(name, this.node(name, options, onTrouble));
  }

  /** A new client in the network. */
  endpoint(): Endpoint {
    return this.endpoints.create();
  }

  traffic(): Traffic {
    return { ...this.counts, late: this.endpoints.late };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** At any time, and twice is once. */
  private close(): Promise<void> {
    this.closing ??= this.closeNow();
    return this.closing;
  }

  private async closeNow(): Promise<void> {
    this.messages.close();
    const ends = await Promise.allSettled([...this.members.values()].map(node => node.close()));
    this.endpoints.close();
    await this.reaper[Symbol.asyncDispose]();
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  private node(name: NodeName, options: StdioClusterOptions, onTrouble: (sentence: string) => void): StdioNode {
    assert(/^[\w.-]+$/.test(name), `"${name}" cannot be the name of a node`);
    return new StdioNode({
      name,
      command: options.command(name),
      logPath: join(options.directory, 'nodes', `${name}.log`),
      clock: options.clock,
      reaper: this.reaper,
      readyDeadlineMs: options.readyDeadlineMs ?? 10_000,
      initialise: async (node, signal) => {
        const rpc = (body: Body): Promise<Body> => this.control.rpc(node, body, signal);
        const reply = await rpc({ type: 'init', node_id: node, node_ids: options.nodes });
        if (reply.type !== 'init_ok') throw new Error(`it answered init with ${JSON.stringify(reply)}`);
        await options.afterInit?.(node, rpc);
      },
      onMessage: (message, line) => {
        if (!this.knows(message.dest)) return `is for ${JSON.stringify(message.dest)}, whom nobody knows`;
        this.route(name, { message, line });
        return null;
      },
      onGone: (node, reason) => this.endpoints.abandon(node, reason),
      onTrouble,
    });
  }

  private member(name: NodeName): StdioNode {
    return present(this.members.get(name), `there is no node ${name}`);
  }

  private knows(name: NodeName): boolean {
    return this.isMember(name) || this.endpoints.knows(name);
  }

  private isMember(name: NodeName): boolean {
    return this.members.has(name) || this.services.has(name);
  }

  /** Since what takes no time is delivered at once, what is said here holds for the delivery that follows. */
  private refusal({ from, to }: Link): string | null {
    if (this.closing) return `${to} is down: the cluster was closed`;
    if (this.services.has(to)) return null;
    const node = this.member(to);
    if (node.status === 'down') return `${to} is down: the request was never delivered`;
    if (node.status === 'starting' && from !== controlName) return `${to} is starting: the request was never delivered`;
    return node.full ? `${to} does not read its input: the request was never delivered` : null;
  }

  private route(from: NodeName, parcel: Parcel): void {
    const to = parcel.message.dest;
    if (this.isMember(from) && this.isMember(to)) this.counts.betweenMembers++;
    else this.counts.withClients++;
    this.messages.send({ from, to }, parcel);
  }

  private deliver(to: NodeName, { message, line }: Parcel): 'dead' | 'full' | null {
    const node = this.members.get(to);
    if (node) {
      const taken = node.write(line ?? `${JSON.stringify(message)}\n`);
      if (taken === 'dead') this.counts.toTheDead++;
      if (taken === 'full') this.counts.overflowed++;
      return taken === 'written' ? null : taken;
    }
    const service = this.services.get(to);
    if (service) this.serve(service, { to, message });
    else this.endpoints.receive(message);
    return null;
  }

  private serve(service: Service, { to, message }: { readonly to: NodeName; readonly message: Message }): void {
    const reply = service.handle(message.src, message.body);
    const { msg_id } = message.body;
    // Nobody waits for the answer to a request without a number.
    if (msg_id === undefined || !this.knows(message.src)) return;
    this.route(to, { message: { src: to, dest: message.src, body: { ...reply, in_reply_to: msg_id } }, line: null });
  }
}
