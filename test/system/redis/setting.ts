/** A description's surroundings without Docker: each node's ports are scripted servers on loopback. */
import { Random } from '../../../src/base/random.ts';
import type { Client } from '../../../src/client/client.ts';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';
import type { ConnectContext, DockerDescription, NodeContext } from '../../../src/system/docker.ts';
import type { ScriptedServer } from './scripted-server.ts';

/** `n1:6379` and the server that is there. Who is left out cannot be reached. */
export type Servers = Readonly<Record<string, ScriptedServer>>;

export const addresses: Readonly<Record<string, string>> = { '10.0.0.1': 'n1', '10.0.0.2': 'n2', '10.0.0.3': 'n3' };

/** Nothing listens there. */
const nowhere: Endpoint = { host: '127.0.0.1', port: 1, proxied: false };

interface Around {
  readonly servers: Servers;
  readonly nodes?: readonly string[];
  readonly node?: string;
  readonly workload?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

export function clusterContext(description: DockerDescription, around: Around): ConnectContext<never> {
  const { servers, nodes = ['n1', 'n2', 'n3'], node = 'n1', workload = 'g-set', settings = {} } = around;
  return {
    nodes,
    node,
    workload,
    settings: description.settings.parse(settings) as never,
    endpoint: (name, port) => servers[`${name}:${port}`]?.endpoint ?? nowhere,
    nodeAt: address => addresses[address] ?? null,
    process: 0,
    random: Random.fromSeed('test'),
    signal: new AbortController().signal,
    spawn: () => {
      throw new Error('it needs no process of its own');
    },
  };
}

export function nodeContext(
  description: DockerDescription,
  around: Around,
): NodeContext<never> & { readonly workload: string } {
  const { endpoint, node, ...context } = clusterContext(description, around);
  return { ...context, node, endpoint: port => endpoint(node, port) };
}

export function connect(description: DockerDescription, around: Around): Promise<Client> {
  return description.connect(clusterContext(description, around));
}
