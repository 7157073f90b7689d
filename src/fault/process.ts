/**
 * Faults of the system's own processes: kill, terminate and pause.
 *
 * A killed node loses what was only in its memory, and starts again from its disk when the fault ends. A terminated one
 * is asked to leave, and may hand over and write down what it holds. A paused one keeps everything and knows nothing of
 * the time that has passed: it wakes up sure that it still leads.
 *
 * All ask the operating system what became of the process, and reject when it is not what they asked for.
 */
import { z } from 'zod';
import { present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import { nanosPerMs } from '../base/time.ts';
import type { Cluster, ProcessState } from '../runtime/cluster.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { nodeKind } from './node-kind.ts';
import { fate, forEachNode, inspectAll, killNode, lookUntil, revive } from './node-state.ts';

export const kill: FaultKind = {
  ...nodeKind,
  kind: 'kill',
  summary: 'kills processes without warning (SIGKILL) and starts them again when it ends',
  needs: () => ['kill'],
  prepare: ({ cluster, targets }) =>
    deathFault({ cluster, targets, description: targets.join(' ') }, node => killNode(cluster.processes, node)),
};

/** Not longer than a fault may take to begin. */
const longestGraceMs = 8_000;
const terminateSchema = z.strictObject({ graceMs: z.number().int().min(0).max(longestGraceMs).default(3_000) });

export const terminate: FaultKind = {
  ...nodeKind,
  kind: 'terminate',
  summary: 'asks processes to end (SIGTERM, and SIGKILL after a grace) and starts them again when it ends',
  schema: terminateSchema,
  needs: () => ['terminate'],
  prepare: (context, parameters) => terminateFault(context, terminateSchema.parse(parameters).graceMs),
};

const pauseSchema = z.strictObject({
  /** Left out: every process of the node. `main`: SIGSTOP of the main process alone. */
  means: z.enum(['all', 'main']).optional(),
});

export const pause: FaultKind = {
  ...nodeKind,
  kind: 'pause',
  summary: 'stops processes in the middle of what they do and lets them go on when it ends',
  schema: pauseSchema,
  needs: ({ means }) => [means === 'main' ? 'stop' : 'pause'],
  prepare: (context, parameters) => pauseFault(context, pauseSchema.parse(parameters).means),
};

interface Death {
  readonly cluster: Cluster;
  readonly targets: readonly NodeName[];
  readonly description: string;
  /** More about a node, for the evidence. */
  readonly detail?: (node: NodeName) => string;
}

/** `end` rejects when the node is not dead after it. */
function deathFault({ cluster, targets, description, detail }: Death, die: (node: NodeName) => Promise<void>): Fault {
  const { processes } = cluster;
  let before: ReadonlyMap<NodeName, ProcessState> = new Map();
  let over = false;
  return {
    description,
    targets,
    async begin() {
      before = await inspectAll(processes, targets);
      // Given up on while it asked: it must not begin after its end.
      if (!over) await forEachNode(targets, die);
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const fates = targets.map(node => ({ node, ...fate(before.get(node), now.get(node)) }));
      return {
        bit: fates.some(({ gone }) => gone),
        evidence: fates
          .map(({ node, gone, words }) => `${node}: ${words}${gone && detail ? detail(node) : ''}`)
          .join(', '),
      };
    },
    async end() {
      over = true;
      await forEachNode(targets, node => revive(processes, node));
    },
  };
}

function terminateFault({ cluster, targets, clock }: FaultContext, graceMs: number): Fault {
  const { processes } = cluster;
  const terminateNode = present(processes.terminate?.bind(processes), 'a cluster that can terminate has the call');
  const tookMs = new Map<NodeName, number>();
  const detail = (node: NodeName): string => {
    const ms = tookMs.get(node);
    if (ms === undefined) return '';
    return ms < graceMs ? ` ${ms} ms after SIGTERM` : `: it did not leave within ${graceMs} ms and was killed`;
  };
  return deathFault({ cluster, targets, description: targets.join(' '), detail }, async node => {
    const since = clock.now();
    await terminateNode(node, graceMs);
    const { status, pid } = await processes.inspect(node);
    if (status !== 'dead') throw new Error(`still ${status} as pid ${pid} after SIGTERM and its grace`);
    tookMs.set(node, Math.round((clock.now() - since) / nanosPerMs));
  });
}

function pauseFault({ cluster, targets, clock }: FaultContext, means: 'all' | 'main' = 'all'): Fault {
  const { processes } = cluster;
  const look = (node: NodeName, wanted: ProcessState['status']): Promise<ProcessState> =>
    lookUntil({ clock, inspect: () => processes.inspect(node) }, status => status === wanted || status === 'dead');
  return {
    description: means === 'main' ? `${targets.join(' ')}, the main process` : targets.join(' '),
    targets,
    async begin() {
      await forEachNode(targets, async node => {
        await (means === 'main' ? processes.pause(node, 'main') : processes.pause(node));
        const { status } = await look(node, 'paused');
        if (status !== 'paused') throw new Error(`${status} after it was told to stop`);
      });
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const words = targets.map(node => {
        const state = now.get(node);
        return state?.pid === null ? `${node}: dead` : `${node}: pid ${state?.pid} is ${state?.status}`;
      });
      return { bit: [...now.values()].some(state => state.status === 'paused'), evidence: words.join(', ') };
    },
    async end() {
      await forEachNode(targets, async node => {
        await processes.resume(node);
        const { status } = await look(node, 'running');
        if (status !== 'running') throw new Error(`${status} after it was told to go on`);
      });
    },
  };
}
