/**
 * Brings a system in Docker to life from its description.
 */
import { exitCode, OrdealError } from '../base/errors.ts';
import type { NodeName } from '../base/names.ts';
import { type Clock, nanosPerMs, sleep, withDeadline } from '../base/time.ts';
import { DockerCluster } from '../runtime/docker/cluster.ts';
import type { ClusterContext, DockerDescription } from './docker.ts';
import type { OpenOptions, OpenSystem, System } from './system.ts';

const formDeadlineMs = 30_000;
const oneAnswerMs = 3_000;
const askEveryMs = 50;

/** Throws what the schema of the settings has against them. */
export function dockerSystem(description: DockerDescription, chosen: Readonly<Record<string, string>> = {}): System {
  const settings = description.settings.parse(chosen);
  return {
    name: description.name,
    summary: description.summary,
    workloads: description.workloads(settings),
    // Images may have to be built or pulled first.
    openDeadlineMs: 15 * 60_000,
    open: options => open(description, settings, options),
  };
}

type Settings = Readonly<Record<string, unknown>>;

async function open(description: DockerDescription, settings: Settings, options: OpenOptions): Promise<OpenSystem> {
  const { workload, random, clock } = options;
  const cluster = await DockerCluster.start({
    nodes: options.nodes,
    pod: (node, nodes) => description.pod({ node, nodes, settings, workload, random: random.fork('pod', node.name) }),
    ...(description.support ? { support: description.support } : {}),
    ready: (node, of, signal) =>
      description.ready({ node, endpoint: port => of.endpoint(node, port), settings, signal }),
    network: options.network ?? 'direct',
    ...(description.without ? { without: description.without } : {}),
    directory: options.directory,
    random,
    clock,
    signal: options.signal,
    ...(options.onProgress ? { onProgress: options.onProgress } : {}),
  });
  const contextOf = (signal: AbortSignal): ClusterContext<Settings> => ({
    nodes: options.nodes,
    endpoint: (node, port) => cluster.endpoint(node, port),
    nodeAt: address => cluster.nodeAt(address),
    settings,
    signal,
  });
  const { formed, primaries, replica } = description;
  const isFormed = formed ? (signal: AbortSignal) => formed(contextOf(signal)) : null;
  try {
    if (isFormed) await waitUntilFormed({ name: description.name, isFormed, clock, signal: options.signal });
  } catch (error) {
    await cluster[Symbol.asyncDispose]();
    throw error;
  }
  const never = new AbortController().signal;
  return {
    cluster,
    environment: cluster.environment,
    connect: (node, process) =>
      description.connect({
        ...contextOf(never),
        node,
        process,
        workload,
        random: random.fork('client', process),
        spawn: (name, command) => cluster.clientProcesses.spawn(name, command),
      }),
    ...(isFormed ? { settled: signal => once({ isFormed, clock, signal }) } : {}),
    ...(primaries ? { primaries: () => primaries(contextOf(never)) } : {}),
    ...(replica
      ? {
          replica: (node: NodeName) =>
            replica({ node, endpoint: port => cluster.endpoint(node, port), settings, signal: never, workload }),
        }
      : {}),
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

interface Forming {
  readonly isFormed: (signal: AbortSignal) => Promise<string | null>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

async function waitUntilFormed(options: Forming & { readonly name: string }): Promise<void> {
  const { name, clock, signal } = options;
  const deadline = clock.now() + formDeadlineMs * nanosPerMs;
  for (;;) {
    const missing = await once(options);
    if (missing === null) return;
    if (clock.now() > deadline) {
      throw new OrdealError(
        `the nodes of ${name} run, but are no cluster after ${formDeadlineMs / 1000} s: ${missing}`,
        {
          code: 'CLUSTER_NOT_FORMED',
          hint: 'the logs of the nodes are in the run directory',
          exit: exitCode.usage,
        },
      );
    }
    await sleep(clock, askEveryMs, signal);
  }
}

/** What is missing now; what goes wrong in asking is missing too. */
async function once({ isFormed, clock, signal }: Forming): Promise<string | null> {
  try {
    return await withDeadline({ clock, deadlineMs: oneAnswerMs, what: 'the cluster', signal }, isFormed);
  } catch (error) {
    signal.throwIfAborted();
    return (error as Error).message || (error as Error).name;
  }
}
