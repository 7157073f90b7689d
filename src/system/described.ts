/**
 * A system that a user describes in a file, by an image or by a compose file, as a `DockerDescription` like those that
 * are built in.
 *
 * What the file said is plain JSON here, resolved (paths absolute, variables replaced) and part of the plan: a plan runs
 * again although the file was changed. How to talk to it is one of three: the client of a built-in system, HTTP as the
 * file declares it, or a programme of the user's.
 *
 * How it can mislead: what the file takes from the user's environment is in the plan as well, passwords too.
 */
import { z } from 'zod';
import { assert } from '../base/assert.ts';
import { OrdealError } from '../base/errors.ts';
import type { NodeName } from '../base/names.ts';
import { Random } from '../base/random.ts';
import { suggestion } from '../base/text.ts';
import type { Clock } from '../base/time.ts';
import type { Client } from '../client/client.ts';
import { commandClient } from '../client/command.ts';
import { type HttpClientSpec, httpClient } from '../client/http.ts';
import type { PodSpec, SupportSpec } from '../runtime/docker/spec.ts';
import type { SystemDefaults } from './defaults.ts';
import { answersHttp, listens } from './described-ready.ts';
import type { ClusterContext, ConnectContext, DockerDescription, NodeContext, PodContext } from './docker.ts';
import { fillPod } from './placeholders.ts';

/** In a plan, in the place of a `SystemChoice`. */
export interface DescribedChoice {
  /** For people, and in the names of run directories and images. */
  readonly name: string;
  /** Always empty: bugs are of the toy store. */
  readonly bugs: readonly string[];
  /** Of the built-in system whose client it uses. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly described: DescribedSystem;
}

export interface DescribedSystem {
  /**
   * `alike`: every node is this pod, with placeholders in its command, entrypoint, environment and files; `count` of
   * them when nothing else is asked for. `each`: the pods by the name of the node, to be taken as they are.
   */
  readonly pods:
    | { readonly form: 'alike'; readonly pod: PodSpec; readonly count: number }
    | { readonly form: 'each'; readonly pods: Readonly<Record<NodeName, PodSpec>> };
  readonly support?: SupportSpec;
  readonly client: DescribedClient;
  /** @default that of the built-in client when all of its ports are given; else that its port listens */
  readonly ready?: DescribedReady;
  /** That its client can speak, the default first. Empty: those of the built-in client. */
  readonly workloads: readonly string[];
}

export type DescribedClient =
  | {
      readonly type: 'built-in';
      readonly system: string;
      /** In the place of the ports of that system's own nodes, one by one. Empty: those. */
      readonly ports: readonly number[];
    }
  | { readonly type: 'http'; readonly http: HttpClientSpec }
  | { readonly type: 'command'; readonly command: readonly string[] };

export type DescribedReady =
  | { readonly type: 'tcp'; readonly port: number }
  /** One of these statuses; any answer when empty. */
  | { readonly type: 'http'; readonly port: number; readonly path: string; readonly status: readonly number[] };

/** What a description needs of the rest of the house. */
export interface DescribedTools {
  readonly builtIns: readonly DockerDescription[];
  /** For clients that are programmes of the user's: how long they may take. */
  readonly clock: Clock;
}

type Settings = Readonly<Record<string, unknown>>;

/**
 * Throws `UNKNOWN_CLIENT` for a client that is of no built-in system. `formed` is not taken over from it: that may ask
 * for things which only its own nodes have, and a cluster that is not formed refuses, which is no wrong answer.
 */
export function describedSystem({ name, described }: DescribedChoice, tools: DescribedTools): DockerDescription {
  const { client, support, ready } = described;
  const builtIn = client.type === 'built-in' ? builtInClient(client, tools.builtIns) : null;
  return {
    name,
    summary: `described by you, ${clientInWords(client)}`,
    settings: builtIn?.settings ?? z.object({}),
    defaults: (settings, workload) => defaultsOf(described, builtIn?.defaults(settings, workload) ?? null),
    workloads: settings =>
      described.workloads.length > 0 ? described.workloads : (builtIn?.workloads(settings) ?? []),
    pod: context => withPorts(podOf(described, context), builtIn?.pod(context).ports ?? []),
    ...(support ? { support } : {}),
    ready: context =>
      ready ? isReady(ready, context) : (builtIn?.ready(context) ?? readyByClient(described, context)),
    connect: context => builtIn?.connect(context) ?? connect({ described, context, clock: tools.clock }),
    ...(builtIn?.primaries ? { primaries: builtIn.primaries } : {}),
    ...(builtIn?.replica ? { replica: builtIn.replica } : {}),
  };
}

/** Its nodes, in order. Of those that are all alike the plan says how many. */
export function describedNodes({ pods }: DescribedSystem): readonly NodeName[] | null {
  return pods.form === 'each' ? Object.keys(pods.pods) : null;
}

function clientInWords(client: DescribedClient): string {
  if (client.type === 'built-in') return `with the client of ${client.system}`;
  return client.type === 'http' ? 'over HTTP' : `with the client ${client.command.join(' ')}`;
}

function defaultsOf({ pods, workloads }: DescribedSystem, ofClient: SystemDefaults | null): SystemDefaults {
  const nodes = pods.form === 'each' ? Object.keys(pods.pods).length : pods.count;
  return {
    workload: workloads[0] ?? ofClient?.workload ?? 'lin-kv',
    nemesis: nodes > 1 ? ['partition-random-halves'] : ['kill-one'],
    nodes,
    ...(ofClient?.operationTimeoutMs === undefined ? {} : { operationTimeoutMs: ofClient.operationTimeoutMs }),
  };
}

function podOf({ pods }: DescribedSystem, context: PodContext<Settings>): PodSpec {
  if (pods.form === 'alike') return fillPod(pods.pod, context);
  const pod = pods.pods[context.node.name];
  if (pod) return pod;
  throw new OrdealError(`the described system has no node ${context.node.name}`, {
    code: 'UNKNOWN_NODE',
    hint: `its nodes are ${Object.keys(pods.pods).join(', ')}`,
  });
}

function withPorts(pod: PodSpec, ports: readonly number[]): PodSpec {
  return { ...pod, ports: [...new Set([...pod.ports, ...ports])] };
}

interface Connecting {
  readonly described: DescribedSystem;
  readonly context: ConnectContext<Settings>;
  readonly clock: Clock;
}

async function connect(connecting: Connecting): Promise<Client> {
  const { client } = connecting.described;
  const { context } = connecting;
  assert(client.type !== 'built-in', 'a built-in client connects itself');
  if (client.type === 'command') return await connectProgramme(client.command, connecting);
  const endpoint = context.endpoint(context.node, client.http.port);
  return await httpClient({ spec: client.http, endpoint, signal: context.signal });
}

/** A process for each client. It is told where the ports of its node are: `{"endpoints": {"8080": "10.1.2.3:8080"}}`. */
async function connectProgramme(
  command: readonly string[],
  { described, context, clock }: Connecting,
): Promise<Client> {
  const { node, process, workload } = context;
  const { pods } = described;
  const ports = (pods.form === 'alike' ? pods.pod : pods.pods[node])?.ports ?? [];
  const endpoints = ports.map(inside => {
    const { host, port } = context.endpoint(node, inside);
    return [inside, `${host}:${port}`];
  });
  const pipe = context.spawn(`client-${process}`, command);
  return await commandClient({
    pipe,
    clock,
    hello: { process, node, workload, endpoints: Object.fromEntries(endpoints) },
  });
}

function isReady(ready: DescribedReady, { endpoint, signal }: NodeContext<Settings>): Promise<string | null> {
  if (ready.type === 'tcp') return listens(endpoint(ready.port), signal);
  return answersHttp({ endpoint: endpoint(ready.port), path: ready.path, status: ready.status, signal });
}

/**
 * Its port listens. Behind a proxy that proves nothing: there an HTTP store must answer something, and of another store
 * nothing is known.
 */
async function readyByClient(described: DescribedSystem, context: NodeContext<Settings>): Promise<string | null> {
  const { client, pods } = described;
  if (client.type === 'http') {
    const { port } = client.http;
    if (!context.endpoint(port).proxied) return await isReady({ type: 'tcp', port }, context);
    const missing = await isReady({ type: 'http', port, path: '/', status: [] }, context);
    return missing === null ? null : `${missing} (where to ask instead is said with ready: /path)`;
  }
  const port = (pods.form === 'alike' ? pods.pod : pods.pods[context.node])?.ports[0];
  return port === undefined ? null : await isReady({ type: 'tcp', port }, context);
}

/** The description of that system, which asks for the ports that were given and not for those of its own nodes. */
function builtInClient(
  { system, ports }: Extract<DescribedClient, { readonly type: 'built-in' }>,
  builtIns: readonly DockerDescription[],
): DockerDescription {
  const found = builtIns.find(({ name }) => name === system);
  if (!found) {
    const names = builtIns.map(({ name }) => name);
    throw new OrdealError(`there is no built-in client "${system}"`, {
      code: 'UNKNOWN_CLIENT',
      hint: names.length === 0 ? 'declare one over HTTP, or give a command' : suggestion(system, names),
    });
  }
  const { primaries, replica } = found;
  const onePort = <C extends NodeContext<Settings>>(context: C): C => ({
    ...context,
    endpoint: (port: number) => context.endpoint(translated(found, { ports, port, settings: context.settings })),
  });
  const anyPort = <C extends ClusterContext<Settings>>(context: C): C => ({
    ...context,
    endpoint: (node: NodeName, port: number) =>
      context.endpoint(node, translated(found, { ports, port, settings: context.settings })),
  });
  return {
    ...found,
    pod: context => {
      const own = found.pod(context);
      const { settings } = context;
      return { ...own, ports: own.ports.map(port => translated(found, { ports, port, settings })) };
    },
    ready(context) {
      const [first] = ports;
      // Its question may go to a port that only its own nodes have: so it is asked when every port was given.
      const isPartial = first !== undefined && ports.length < ownPorts(found, context.settings).length;
      return isPartial ? listens(context.endpoint(first), context.signal) : found.ready(onePort(context));
    },
    connect: context => found.connect(anyPort(context)),
    ...(primaries ? { primaries: context => primaries(anyPort(context)) } : {}),
    ...(replica ? { replica: context => replica(onePort(context)) } : {}),
  };
}

interface Port {
  readonly ports: readonly number[];
  readonly port: number;
  readonly settings: Settings;
}

/** The port itself where it was given; else the one that stands where it stands among those of the system's own pod. */
function translated(builtIn: DockerDescription, { ports, port, settings }: Port): number {
  if (ports.includes(port)) return port;
  return ports[ownPorts(builtIn, settings).indexOf(port)] ?? port;
}

function ownPorts(builtIn: DockerDescription, settings: Settings): readonly number[] {
  const node = { name: 'n1', address: '127.0.0.1', peerAddress: '127.0.0.1' };
  return builtIn.pod({ node, nodes: [node], settings, workload: '', random: Random.fromSeed('ports') }).ports;
}
