/**
 * Redis with replicas, and sentinels that make another the primary when it is gone.
 *
 * Replication is asynchronous: a write is acknowledged when the primary has it. When the primary is cut off, it goes on
 * acknowledging to whoever still talks to it, the sentinels of the other side promote a replica, and after healing the
 * old primary throws away what the new one does not have.
 *
 * A sentinel runs beside each server, in a container of its own in the same network: a partition takes both, kill and
 * pause spare it. A sentinel that was paused would do nothing for thirty seconds afterwards (TILT).
 */

import { z } from 'zod';
import { OrdealError } from '../../base/errors.ts';
import type { NodeName } from '../../base/names.ts';
import { systemClock, withDeadline } from '../../base/time.ts';
import type { Client } from '../../client/client.ts';
import type { ContainerSpec, PodSpec } from '../../runtime/docker/spec.ts';
import type { ClusterContext, ConnectContext, DockerDescription, PodContext } from '../docker.ts';
import { redisClient } from './client.ts';
import { openConnection, type RedisConnection } from './connection.ts';
import { workloads } from './operations.ts';
import { copyHeldBy, leadersOf, serverReady } from './probe.ts';
import { Route } from './route.ts';
import { primaryAddress, primaryMisses, primaryName, sentinelMisses } from './sentinel.ts';
import {
  asFile,
  type Directive,
  dataPath,
  image,
  imageSetting,
  persistenceSetting,
  redisPort,
  sentinelPort,
  serverDirectives,
} from './settings.ts';
import { startSentinel } from './start-sentinel.ts';

const count = z.string().regex(/^\d$/, 'must be a number of replicas, such as 1').default('0');

const settings = z.strictObject({
  reads: z
    .enum(['primary', 'replica'])
    .default('primary')
    .describe('who answers reads: the primary, or the node of the client whatever it is'),
  wait: count.describe('how many replicas must confirm each write (WAIT); fewer is info, not ok'),
  'min-replicas': count.describe('a primary with fewer replicas than this refuses writes (min-replicas-to-write)'),
  persistence: persistenceSetting,
  image: imageSetting,
});

type Settings = z.output<typeof settings>;

export const redisSentinel: DockerDescription<typeof settings> = {
  name: 'redis-sentinel',
  summary: 'Redis with replicas and sentinels; what was acknowledged may be lost when the primary is cut off',
  settings,
  // After healing it takes about ten seconds until an old primary is made a replica: agreement needs 25 s, see README.
  defaults: () => ({
    workload: 'g-set',
    nemesis: ['partition-primary'],
    nodes: 3,
    operationTimeoutMs: 1_500,
    convergenceDeadlineMs: 25_000,
  }),
  workloads: () => workloads,
  pod,
  // A replica without its primary answers too. Whether all have found each other is asked once, by `formed`.
  ready: ({ node, endpoint, signal }) => serverReady(node, { endpoint: endpoint(redisPort), signal }),
  formed,
  connect,
  primaries: ({ nodes, endpoint, signal }) =>
    leadersOf(nodes, node => ({ endpoint: endpoint(node, redisPort), signal })),
  replica: ({ endpoint, signal, workload }) => copyHeldBy(workload, { endpoint: endpoint(redisPort), signal }),
};

const leastNodes = 3;
const downAfterMs = 1_000;
const failoverTimeoutMs = 3_000;
const serverFile = '/ordeal/redis.conf';
const sentinelFile = '/ordeal/sentinel.conf';
const startFile = '/ordeal/start-sentinel.sh';

function pod({ node, nodes, settings: chosen }: PodContext<Settings>): PodSpec {
  const [first] = nodes;
  if (first === undefined || nodes.length < leastNodes) {
    throw new OrdealError(`redis-sentinel needs ${leastNodes} nodes, and ${nodes.length} were asked for`, {
      code: 'UNSUPPORTED_NODES',
      hint: 'with fewer, no majority of sentinels is left when one is cut off',
    });
  }
  const isFirst = node.name === first.name;
  const directives: readonly Directive[] = [
    ...serverDirectives(chosen.persistence),
    ['replica-announce-ip', node.peerAddress],
    // Otherwise the first copy begins five seconds after it was asked for.
    ['repl-diskless-sync-delay', '0'],
    ...minReplicas(chosen['min-replicas']),
    ...(isFirst ? [] : [['replicaof', first.peerAddress, String(redisPort)] as const]),
  ];
  return {
    image: image(chosen.image),
    entrypoint: ['redis-server'],
    command: [serverFile],
    // The servers rewrite their files, so that one which was killed comes back as what it was last.
    files: { [serverFile]: asFile(directives) },
    ports: [redisPort, sentinelPort],
    data: { path: dataPath },
    beside: {
      sentinel: sentinelContainer({
        image: image(chosen.image),
        announce: node.peerAddress,
        primary: first.peerAddress,
        nodeCount: nodes.length,
      }),
    },
  };
}

function minReplicas(least: string): readonly Directive[] {
  if (least === '0') return [];
  return [
    ['min-replicas-to-write', least],
    ['min-replicas-max-lag', '1'],
  ];
}

interface SentinelOptions {
  readonly image: ContainerSpec['image'];
  readonly announce: string;
  readonly primary: string;
  readonly nodeCount: number;
}

function sentinelContainer(options: SentinelOptions): ContainerSpec {
  const { announce, primary, nodeCount } = options;
  const quorum = Math.floor(nodeCount / 2) + 1;
  const directives: readonly Directive[] = [
    ['port', String(sentinelPort)],
    ['bind', '0.0.0.0'],
    ['protected-mode', 'no'],
    ['dir', '/tmp'],
    ['sentinel', 'announce-ip', announce],
    ['sentinel', 'monitor', primaryName, primary, String(redisPort), String(quorum)],
    ['sentinel', 'down-after-milliseconds', primaryName, String(downAfterMs)],
    ['sentinel', 'failover-timeout', primaryName, String(failoverTimeoutMs)],
  ];
  return {
    image: options.image,
    entrypoint: ['sh', startFile],
    command: [sentinelFile, primary, String(redisPort), String(nodeCount - 1)],
    files: { [startFile]: startSentinel, [sentinelFile]: asFile(directives) },
  };
}

/** Every sentinel knows everybody, and the primary that they name has all its replicas. */
async function formed({ nodes, endpoint, nodeAt, signal }: ClusterContext<Settings>): Promise<string | null> {
  const sentinel = (node: NodeName) => ({ endpoint: endpoint(node, sentinelPort), signal });
  const missing = await Promise.all(
    nodes.map(node => sentinelMisses(node, { ...sentinel(node), nodeCount: nodes.length })),
  );
  const sentence = missing.find(found => found !== null);
  if (sentence !== undefined) return sentence;
  const named = await Promise.all(nodes.map(async node => nodeAt(await primaryAddress(sentinel(node)))));
  const [primary] = named;
  if (primary === null || primary === undefined || named.some(other => other !== primary)) {
    return `the sentinels name different primaries: ${named.map(node => node ?? 'a stranger').join(', ')}`;
  }
  return await primaryMisses(primary, { endpoint: endpoint(primary, redisPort), signal, replicas: nodes.length - 1 });
}

async function connect(context: ConnectContext<Settings>): Promise<Client> {
  const { node, endpoint, workload, settings: chosen, signal } = context;
  const clock = systemClock();
  const wait = Number(chosen.wait);
  const toPrimary = (until?: AbortSignal) => () => openPrimary(context, until);
  if (chosen.reads === 'primary') {
    const primary = new Route(toPrimary(), await toPrimary(signal)());
    return redisClient({ workload, writes: primary, reads: primary, leaveOnError: primary, wait });
  }
  // The own node can be read whether there is a primary or not; who that is, the first write finds out.
  const own = endpoint(node, redisPort);
  const reads = new Route(
    () => openConnection({ endpoint: own, clock }),
    await openConnection({ endpoint: own, clock, signal }),
  );
  const writes = new Route(toPrimary());
  return redisClient({ workload, writes, reads, leaveOnError: writes, wait });
}

const connectDeadlineMs = 1_000;

/** To whom the sentinel of this client's own node names, both steps within one deadline. Nothing is sent by this. */
async function openPrimary(context: ConnectContext<Settings>, until?: AbortSignal): Promise<RedisConnection> {
  const { node, endpoint, nodeAt } = context;
  const clock = systemClock();
  const what = `finding the primary through ${node}`;
  const options = { clock, deadlineMs: connectDeadlineMs, what, ...(until ? { signal: until } : {}) };
  return await withDeadline(options, async signal => {
    const address = await primaryAddress({ endpoint: endpoint(node, sentinelPort), signal });
    const primary = nodeAt(address);
    if (primary === null) throw new Error(`the sentinel of ${node} names ${address}, which is no member`);
    return await openConnection({ endpoint: endpoint(primary, redisPort), clock, signal });
  });
}
