/**
 * etcd: a key-value store that replicates by Raft. What is expected to pass and to fail here stands in README.md.
 *
 * Each node is the plain server with its arguments, no shell, so that any image with `etcd` on its path will do. Its
 * elections are quick (300 ms), so that faults of a few seconds are long.
 *
 * How it can mislead: after a start the client port takes connections, but answers nothing until the member has found a
 * leader. So whether a node is up is asked on another port, which serves its metrics and answers at once.
 */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { present } from '../../base/assert.ts';
import { entryPoint } from '../../base/entry.ts';
import type { NodeName } from '../../base/names.ts';
import { systemClock } from '../../base/time.ts';
import type { Client } from '../../client/client.ts';
import { commandClient } from '../../client/command.ts';
import type { Endpoint, ImageSpec, PodSpec } from '../../runtime/docker/spec.ts';
import type { SystemDefaults } from '../defaults.ts';
import type { ClusterContext, ConnectContext, DockerDescription, NodeContext, PodContext } from '../docker.ts';
import { etcdClient } from './client.ts';
import { jsonObject } from './errors.ts';
import { Gateway, type Reply, type RequestOptions } from './gateway.ts';
import { type EtcdWorkload, everything, keyValues, parsed, prefixes } from './keys.ts';

const ports = { client: 2379, peer: 2380, metrics: 2381 } as const;
const ownImage = 'built-in';

const settings = z.strictObject({
  reads: z
    .enum(['linearizable', 'serializable'])
    .default('linearizable')
    .describe('how lin-kv and g-set read: through the leader, or from the copy of the member that is asked'),
  lock: z
    .enum(['unfenced', 'fenced'])
    .default('unfenced')
    .describe('how locked-set writes: as it is, or only if the lock is still held'),
  image: z
    .string()
    .min(1)
    .default(ownImage)
    .describe(`image with etcd on its path, as quay.io/coreos/etcd:v3.5.17; ${ownImage}: etcd 3.4 of Debian`),
});
type Settings = z.output<typeof settings>;

const connectDeadlineMs = 1000;
const probeDeadlineMs = 300;
const askDeadlineMs = 2000;
/** Of locked-set: a lock is waited for, and what follows must also find time before the operation's deadline. */
const lockedTimeoutMs = 10_000;
const lockDeadlineMs = 5000;

const clock = systemClock();

export const etcd = {
  name: 'etcd',
  summary: 'etcd, replicated by Raft; linearizable unless reads are serializable, and locks that need a fence',
  settings,
  defaults,
  workloads: () => Object.keys(prefixes),
  without: { wipe: 'a member that has lost its data must be removed and added again by an operator' },
  pod,
  ready,
  formed,
  connect,
  primaries,
  replica,
} satisfies DockerDescription<typeof settings>;

/** `workload`: what is run when it is not the default one; a lock must be waited for. */
function defaults(_settings: Settings, workload: string = 'lin-kv'): SystemDefaults {
  return workload === 'locked-set'
    ? { workload, nodes: 3, nemesis: ['pause-clients'], operationTimeoutMs: lockedTimeoutMs }
    : { workload, nodes: 3, nemesis: ['swarm'] };
}

function pod({ node, nodes, settings: { image } }: PodContext<Settings>): PodSpec {
  const peers = nodes.map(({ name, peerAddress }) => `${name}=http://${peerAddress}:${ports.peer}`);
  const flags = {
    name: node.name,
    'data-dir': '/data',
    'listen-peer-urls': `http://0.0.0.0:${ports.peer}`,
    'listen-client-urls': `http://0.0.0.0:${ports.client}`,
    'listen-metrics-urls': `http://0.0.0.0:${ports.metrics}`,
    'initial-advertise-peer-urls': `http://${node.peerAddress}:${ports.peer}`,
    'advertise-client-urls': `http://${node.address}:${ports.client}`,
    'initial-cluster': peers.join(','),
    'initial-cluster-state': 'new',
    'initial-cluster-token': 'ordeal',
  };
  return {
    image: imageOf(image),
    entrypoint: ['etcd'],
    command: Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`),
    environment: {
      ETCD_HEARTBEAT_INTERVAL: '50',
      ETCD_ELECTION_TIMEOUT: '300',
      // Otherwise a member that was cut off returns with a high term and deposes the leader at the heal.
      ETCD_PRE_VOTE: 'true',
      // The log is kept in files of 64 MiB, each with its full size from the begin: few of them, or the volume fills up.
      ETCD_SNAPSHOT_COUNT: '10000',
      ETCD_MAX_WALS: '1',
      ETCD_MAX_SNAPSHOTS: '2',
      // Old values go every five minutes; otherwise a long run fills the volume with them.
      ETCD_AUTO_COMPACTION_MODE: 'revision',
      ETCD_AUTO_COMPACTION_RETENTION: '10000',
    },
    ports: [ports.client, ports.metrics],
    data: { path: '/data', sizeBytes: 384 * 1024 * 1024 },
  };
}

function imageOf(image: string): ImageSpec {
  if (image !== ownImage) return { name: image };
  return {
    name: 'etcd',
    build: { directory: fileURLToPath(new URL('../../../src/system/etcd/image', import.meta.url)) },
  };
}

/** Up, with or without a leader. */
async function ready({ node, endpoint, signal }: NodeContext<Settings>): Promise<string | null> {
  const reply = await ask(health, { endpoint: endpoint(ports.metrics), signal, deadlineMs: askDeadlineMs });
  if (jsonObject(reply.text)?.['health'] !== undefined) return null;
  return `${node} answers with HTTP ${reply.status}: ${reply.text.slice(0, 100)}`;
}

/** Every member has a leader and can read through it. */
async function formed({ nodes, endpoint, signal }: ClusterContext<Settings>): Promise<string | null> {
  const missing = await Promise.all(
    nodes.map(async node => {
      const options = { endpoint: endpoint(node, ports.metrics), signal, deadlineMs: askDeadlineMs };
      return jsonObject((await ask(health, options)).text)?.['health'] === 'true' ? null : `${node} has no leader`;
    }),
  );
  return missing.find(sentence => sentence !== null) ?? null;
}

const health: Question = (gateway, options) => gateway.get('/health', options);

async function connect(context: ConnectContext<Settings>): Promise<Client> {
  const workload = context.workload as EtcdWorkload;
  const endpoint = context.endpoint(context.node, ports.client);
  if (workload === 'locked-set') return await connectToProcess(context, endpoint);
  const gateway = new Gateway({ endpoint, clock, connectDeadlineMs });
  await gateway.open(context.signal);
  return etcdClient({ gateway, workload, reads: context.settings.reads });
}

/** In a process of its own, so that it can be stopped while it holds the lock. */
async function connectToProcess(context: ConnectContext<Settings>, endpoint: Endpoint): Promise<Client> {
  const { node, random } = context;
  const command = [process.execPath, entryPoint(import.meta.url, './lock-client')];
  return await commandClient({
    pipe: context.spawn(`client-${context.process}`, command),
    clock,
    hello: {
      process: context.process,
      node,
      endpoint,
      fenced: context.settings.lock === 'fenced',
      lockDeadlineMs,
      seed: random.integer(0, 0x7fff_ffff),
    },
  });
}

async function primaries(context: ClusterContext<Settings>): Promise<readonly NodeName[]> {
  const leading = await Promise.all(context.nodes.map(node => leads(node, context).catch(() => false)));
  return context.nodes.filter((_, index) => leading[index]);
}

async function leads(node: NodeName, { endpoint, signal }: ClusterContext<Settings>): Promise<boolean> {
  const options = { endpoint: endpoint(node, ports.client), signal, deadlineMs: probeDeadlineMs };
  const { text } = await ask((gateway, limits) => gateway.post('maintenance/status', {}, limits), options);
  const { header, leader } = (jsonObject(text) ?? {}) as {
    readonly header?: { readonly member_id?: string };
    readonly leader?: string;
  };
  return leader !== undefined && leader === header?.member_id;
}

/** The member's own copy: a serializable range of all keys of the workload. Null when it cannot be read. */
async function replica(
  context: NodeContext<Settings> & { readonly workload: string },
): Promise<Readonly<Record<string, unknown>> | null> {
  const workload = context.workload as EtcdWorkload;
  const prefix = present(prefixes[workload], `etcd keeps nothing of "${workload}"`);
  // Of a set the keys are the elements.
  const isSet = workload === 'g-set';
  const range = { ...everything(prefix), serializable: true, keys_only: isSet };
  const options = { endpoint: context.endpoint(ports.client), signal: context.signal, deadlineMs: askDeadlineMs };
  const pairs = keyValues(await ask((gateway, limits) => gateway.post('kv/range', range, limits), options));
  if (pairs === null) return null;
  return Object.fromEntries(
    pairs.map(({ key, value }) => [key.slice(prefix.length), isSet ? true : parsed(value)] as const),
  );
}

type Question = (gateway: Gateway, options: RequestOptions) => Promise<Reply>;

/** One question on a connection of its own. */
async function ask(
  question: Question,
  { endpoint, signal, deadlineMs }: { endpoint: Endpoint; signal: AbortSignal; deadlineMs: number },
): Promise<Reply> {
  await using gateway = new Gateway({ endpoint, clock, connectDeadlineMs: Math.min(deadlineMs, connectDeadlineMs) });
  await gateway.open(signal);
  return await question(gateway, { signal, deadlineMs });
}
