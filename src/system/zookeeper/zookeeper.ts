/**
 * ZooKeeper 3.8: an ensemble of equal members, of which one leads.
 *
 * Writes go through the leader. Reads are answered by the member that was asked, from its own copy, and may lag behind;
 * with `reads=sync` (the default) the member first catches up, with whom it takes for the leader. See README.md for what
 * passes and what fails.
 */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { NodeName } from '../../base/names.ts';
import { systemClock } from '../../base/time.ts';
import type { Endpoint, NodeAddress, PodSpec } from '../../runtime/docker/spec.ts';
import type { ClusterContext, DockerDescription, NodeContext, PodContext } from '../docker.ts';
import { childrenOfRoot, localValue, zooKeeperClient, zooKeeperWorkloads } from './client.ts';
import { askFourLetters, modeIn } from './four-letters.ts';
import { elementsIn, keysIn } from './nodes.ts';
import { openSession, type Session } from './session.ts';

const settings = z.strictObject({
  reads: z
    .enum(['sync', 'quorum', 'local'])
    .default('sync')
    .describe(
      'what comes before a read: sync (with the leader), quorum (a write, so that it cannot be stale), local (nothing)',
    ),
});
type Settings = z.output<typeof settings>;

const ports = { client: 2181, peers: 2888, election: 3888 };
const dataPath = '/data';
/** The same from the compiled module, which has no copy of it. */
const imageDirectory = fileURLToPath(new URL('../../../src/system/zookeeper/image', import.meta.url));
const clock = systemClock();
/** Of a question to one member. */
const probeMs = 500;
const replicaMs = 2_000;

export const zooKeeper: DockerDescription<typeof settings> = {
  name: 'zookeeper',
  summary: 'ZooKeeper 3.8: writes through one leader, reads from any member',
  settings,
  defaults: () => ({ workload: 'lin-kv', nemesis: ['partition-random-halves'], nodes: 3 }),
  workloads: () => zooKeeperWorkloads,
  pod,
  ready: async context => {
    await askFourLetters(srvr(context.endpoint(ports.client), context.signal));
    return null;
  },
  formed,
  connect: async ({ node, endpoint, workload, settings: { reads }, signal }) => {
    const session = await openSession({ endpoint: endpoint(node, ports.client), clock, signal });
    return zooKeeperClient({ session, workload, reads });
  },
  primaries: async context => {
    const all = await modes(context);
    return context.nodes.filter((_, index) => all[index] === 'leader' || all[index] === 'standalone');
  },
  replica,
};

/**
 * The volume with the data may be wiped, and is empty at first, so the member's number is written again whenever it is
 * missing. Java takes the place of the shell: signals are meant for it.
 */
const start = `test -s ${dataPath}/myid || echo "$ZOOKEEPER_ID" > ${dataPath}/myid; exec java $JAVA_OPTIONS -cp "$CLASS_PATH" org.apache.zookeeper.server.quorum.QuorumPeerMain /zookeeper/zoo.cfg`;

const classPath = ['zookeeper', 'slf4j-log4j12', 'log4j-1.2'].map(jar => `/usr/share/java/${jar}.jar`);

function pod({ node, nodes }: PodContext<Settings>): PodSpec {
  return {
    image: { name: 'zookeeper', build: { directory: imageDirectory } },
    entrypoint: ['sh', '-c', start],
    environment: {
      ZOOKEEPER_ID: String(nodes.findIndex(({ name }) => name === node.name) + 1),
      // Small and quick to start: a run needs megabytes, and every member has a share of one machine.
      JAVA_OPTIONS: '-Xmx192m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dzookeeper.preAllocSize=1024',
      CLASS_PATH: ['/zookeeper', ...classPath].join(':'),
    },
    files: { '/zookeeper/zoo.cfg': configuration(nodes), '/zookeeper/log4j.properties': logging },
    ports: [ports.client],
    data: { path: dataPath },
    // The variant for programmes with threads.
    faketimeLibrary: '/usr/local/lib/libfaketimeMT.so.1',
  };
}

/** With ticks of 500 ms a member that is cut off gives up after 2 s (syncLimit), and another one leads 0.6 s later. */
function configuration(nodes: readonly NodeAddress[]): string {
  return [
    'tickTime=500',
    'initLimit=20',
    'syncLimit=4',
    `dataDir=${dataPath}`,
    `clientPort=${ports.client}`,
    'admin.enableServer=false',
    '4lw.commands.whitelist=srvr',
    'maxClientCnxns=0',
    // The addresses among members may be of a network that comes up later than the server.
    'quorumListenOnAllIPs=true',
    ...nodes.map(({ peerAddress }, index) => `server.${index + 1}=${peerAddress}:${ports.peers}:${ports.election}`),
    '',
  ].join('\n');
}

const logging = [
  'log4j.rootLogger=INFO, console',
  'log4j.appender.console=org.apache.log4j.ConsoleAppender',
  'log4j.appender.console.layout=org.apache.log4j.PatternLayout',
  'log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %-5p %c{1}: %m%n',
  '',
].join('\n');

async function formed(context: ClusterContext<Settings>): Promise<string | null> {
  const all = await modes(context);
  const without = context.nodes.filter((_, index) => (all[index] ?? null) === null);
  if (without.length > 0) return `no leader yet, says ${without.join(', ')}`;
  return all.some(mode => mode !== 'follower') ? null : 'every member follows, and none leads';
}

/** Of each member, in order; null for one that does not serve or does not answer. */
async function modes({ nodes, endpoint, signal }: ClusterContext<Settings>): Promise<readonly (string | null)[]> {
  const modeOf = async (node: NodeName): Promise<string | null> => {
    try {
      return modeIn(await askFourLetters(srvr(endpoint(node, ports.client), signal)));
    } catch {
      return null;
    }
  };
  return await Promise.all(nodes.map(modeOf));
}

function srvr(endpoint: Endpoint, signal: AbortSignal): Parameters<typeof askFourLetters>[0] {
  return { endpoint, word: 'srvr', clock, deadlineMs: probeMs, signal };
}

/** Null when it gives no session, as without a quorum. */
async function replica(
  context: NodeContext<Settings> & { readonly workload: string },
): Promise<Readonly<Record<string, unknown>> | null> {
  const { endpoint, signal, workload } = context;
  try {
    await using session = await openSession({ endpoint: endpoint(ports.client), clock, signal, deadlineMs: probeMs });
    const cancel = clock.schedule(replicaMs, () => session.end('it took too long'));
    try {
      return workload === 'g-set' ? await allElements(session) : await allKeys(session);
    } finally {
      cancel();
    }
  } catch {
    return null;
  }
}

async function allElements(session: Session): Promise<Readonly<Record<string, unknown>>> {
  return { elements: elementsIn(await childrenOfRoot(session)) };
}

async function allKeys(session: Session): Promise<Readonly<Record<string, unknown>>> {
  const state: Record<string, unknown> = {};
  for (const key of keysIn(await childrenOfRoot(session))) state[String(key)] = (await localValue(session, key)).value;
  return state;
}
