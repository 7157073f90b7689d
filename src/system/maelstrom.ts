/**
 * A system of nodes that speak the Maelstrom protocol: any programme, in any language, on this machine.
 *
 * Beside the protocol there are two questions of ours, which a node may answer: `replica` (what do you hold yourself?)
 * and `role` (do you lead?). They are off unless asked for: nodes of the widespread Go library end themselves when they
 * get a message whose type they do not know.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import { type Clock, DeadlineError, withDeadline } from '../base/time.ts';
import { maelstromClient } from '../client/maelstrom.ts';
import { maelstromWorkloads } from '../client/maelstrom-wire.ts';
import { StdioCluster } from '../runtime/stdio/cluster.ts';
import { NotDeliveredError } from '../runtime/stdio/endpoint.ts';
import { type Body, isRecord } from '../runtime/stdio/message.ts';
import type { OpenOptions, OpenSystem, System } from './system.ts';
import { type TopologyName, topology } from './topology.ts';

/** What the command of a node may depend on. */
export interface NodeContext {
  readonly node: NodeName;
  /** For the node's own files; it exists, and is the same after a restart. */
  readonly directory: string;
  /** The node's own stream. */
  readonly random: Random;
  readonly workload: string;
}

export interface MaelstromSystemOptions {
  readonly name: string;
  readonly summary: string;
  /** The default first. @default every workload that can be spoken, `lin-kv` first */
  readonly workloads?: readonly string[];
  /** Programme and arguments, not a shell's line; asked once per node. Relative paths are taken from where the user is. */
  readonly command: readonly string[] | ((context: NodeContext) => readonly string[]);
  /**
   * Whether nodes are asked `replica` and `role`. `once`: each node is asked until it says that it does not know the
   * question, or does not answer although it runs. `always`: silence means only that there is no answer now.
   * @default 'never'
   */
  readonly probes?: 'never' | 'once' | 'always';
  /** Of the workload `broadcast`. @default 'grid' */
  readonly topology?: TopologyName;
  /** @default 10_000 */
  readonly readyDeadlineMs?: number;
}

const notSupported = 10;
const probeDeadlineMs = 300;

export function maelstromSystem(options: MaelstromSystemOptions): System {
  return {
    name: options.name,
    summary: options.summary,
    workloads: options.workloads ?? maelstromWorkloads,
    open: open => openCluster(options, open),
  };
}

async function openCluster(options: MaelstromSystemOptions, open: OpenOptions): Promise<OpenSystem> {
  const commands = new Map(open.nodes.map(node => [node, commandOf(options, open, node)]));
  const cluster = await StdioCluster.start({
    nodes: open.nodes,
    command: node => commands.get(node) ?? [],
    directory: open.directory,
    random: open.random,
    clock: open.clock,
    latency: open.latency,
    signal: open.signal,
    ...(options.readyDeadlineMs === undefined ? {} : { readyDeadlineMs: options.readyDeadlineMs }),
    ...(open.workload === 'broadcast' ? { afterInit: introduceNeighbours(options, open) } : {}),
  });
  const { probes = 'never' } = options;
  const role = new Probe({ cluster, clock: open.clock, question: 'role', givesUp: probes === 'once' });
  const replica = new Probe({ cluster, clock: open.clock, question: 'replica', givesUp: probes === 'once' });
  return {
    cluster,
    environment: { runtime: 'processes', engine: null, images: [] },
    connect: async node => maelstromClient({ endpoint: cluster.endpoint(), node, workload: open.workload }),
    ...(probes === 'never'
      ? {}
      : {
          primaries: nodes =>
            leaders(
              role,
              nodes.map(({ name }) => name),
            ),
        }),
    ...(probes === 'never' ? {} : { replica: node => heldBy(replica, node) }),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

function commandOf(options: MaelstromSystemOptions, open: OpenOptions, node: NodeName): readonly string[] {
  if (typeof options.command !== 'function') return options.command;
  const directory = join(open.directory, 'data', node);
  mkdirSync(directory, { recursive: true });
  return options.command({ node, directory, random: open.random.fork('node', node), workload: open.workload });
}

/** After every start, since a node that was killed has forgotten its neighbours. */
function introduceNeighbours(options: MaelstromSystemOptions, open: OpenOptions) {
  const neighbours = topology(options.topology ?? 'grid', open.nodes);
  return async (_node: NodeName, rpc: (body: Body) => Promise<Body>): Promise<void> => {
    const reply = await rpc({ type: 'topology', topology: neighbours });
    const declined = reply.type === 'error' && reply['code'] === notSupported;
    if (reply.type !== 'topology_ok' && !declined)
      throw new Error(`it answered topology with ${JSON.stringify(reply)}`);
  };
}

async function leaders(role: Probe, nodes: readonly NodeName[]): Promise<readonly NodeName[]> {
  const answers = await Promise.all(nodes.map(node => role.ask(node)));
  return nodes.filter((_, index) => answers[index]?.['role'] === 'leader');
}

async function heldBy(replica: Probe, node: NodeName): Promise<Readonly<Record<string, unknown>> | null> {
  const state = (await replica.ask(node))?.['state'];
  return isRecord(state) ? state : null;
}

interface ProbeOptions {
  readonly cluster: StdioCluster;
  readonly clock: Clock;
  readonly question: 'role' | 'replica';
  readonly givesUp: boolean;
}

/** A question that a node may not know. */
class Probe {
  private readonly options: ProbeOptions;
  private readonly known = new Set<NodeName>();
  private readonly silent = new Set<NodeName>();

  constructor(options: ProbeOptions) {
    this.options = options;
  }

  /** The body of the answer; null when there is none, whatever the reason. */
  async ask(node: NodeName): Promise<Body | null> {
    const { clock, question } = this.options;
    if (this.silent.has(node)) return null;
    using endpoint = this.options.cluster.endpoint();
    try {
      const reply = await withDeadline({ clock, deadlineMs: probeDeadlineMs, what: question }, signal =>
        endpoint.rpc(node, { type: question }, signal),
      );
      if (reply.type === `${question}_ok`) this.known.add(node);
      else if (reply.type === 'error' && reply['code'] === notSupported) this.silent.add(node);
      return reply.type === `${question}_ok` ? reply : null;
    } catch (error) {
      if (!(error instanceof NotDeliveredError)) await this.afterSilence(node, error);
      return null;
    }
  }

  /** A node that is stopped, or was killed meanwhile, is silent for another reason than not knowing the question. */
  private async afterSilence(node: NodeName, error: unknown): Promise<void> {
    if (!this.options.givesUp || this.known.has(node) || !(error instanceof DeadlineError)) return;
    const { status } = await this.options.cluster.processes.inspect(node);
    if (status === 'running') this.silent.add(node);
  }
}
