/**
 * Faults of the system's own processes: kill and pause.
 *
 * A killed node loses what was only in its memory, and starts again from its disk when the fault ends. A paused one
 * keeps everything and knows nothing of the time that has passed: it wakes up sure that it still leads.
 *
 * Both ask the operating system what became of the process, and reject when it is not what they asked for.
 */
import { z } from 'zod';
import type { NodeName } from '../base/names.ts';
import type { Cluster, ProcessControl, ProcessState } from '../runtime/cluster.ts';
import type { Fault, FaultKind } from './fault.ts';
import { targetSize } from './target.ts';

const schema = z.strictObject({});

const processKind: Pick<FaultKind, 'exclusive' | 'schema' | 'defaultTarget' | 'contradiction' | 'impossible'> = {
  exclusive: true,
  schema,
  defaultTarget: () => 'one',
  contradiction: () => null,
  impossible: ({ target }, nodeCount) =>
    targetSize(target, nodeCount) === 0 ? `${target} of ${nodeCount} nodes is nobody` : null,
};

export const kill: FaultKind = {
  ...processKind,
  kind: 'kill',
  summary: 'kills processes without warning (SIGKILL) and starts them again when it ends',
  needs: () => ['kill'],
  prepare: ({ cluster, targets }) => killFault(cluster, targets),
};

export const pause: FaultKind = {
  ...processKind,
  kind: 'pause',
  summary: 'stops processes in the middle of what they do and lets them go on when it ends',
  needs: () => ['pause'],
  prepare: ({ cluster, targets }) => pauseFault(cluster, targets),
};

function killFault({ processes }: Cluster, targets: readonly NodeName[]): Fault {
  let before: ReadonlyMap<NodeName, ProcessState> = new Map();
  let over = false;
  return {
    description: targets.join(' '),
    targets,
    async begin() {
      before = await inspectAll(processes, targets);
      // Given up on while it asked: it must not begin after its end.
      if (over) return;
      await forEach(targets, async node => {
        await processes.kill(node);
        const { status, pid } = await processes.inspect(node);
        if (status !== 'dead') throw new Error(`still ${status} as pid ${pid} after SIGKILL`);
      });
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const fates = targets.map(node => fate(before.get(node)?.pid ?? null, now.get(node)?.pid ?? null));
      return {
        bit: fates.some(({ gone }) => gone),
        evidence: targets.map((node, index) => `${node}: ${fates[index]?.words}`).join(', '),
      };
    },
    async end() {
      over = true;
      await forEach(targets, async node => {
        if ((await processes.inspect(node)).status === 'dead') await processes.start(node);
        const { status } = await processes.inspect(node);
        if (status !== 'running') throw new Error(`${status} after its restart`);
      });
    },
  };
}

/** What became of the process that was there when the fault began. */
function fate(before: number | null, now: number | null): { readonly gone: boolean; readonly words: string } {
  if (before === null) return { gone: false, words: 'was already dead' };
  if (now === null) return { gone: true, words: `pid ${before} is gone` };
  if (now !== before) return { gone: true, words: `pid ${before} became ${now}` };
  return { gone: false, words: `pid ${before} is still there` };
}

function pauseFault({ processes }: Cluster, targets: readonly NodeName[]): Fault {
  return {
    description: targets.join(' '),
    targets,
    async begin() {
      await forEach(targets, async node => {
        await processes.pause(node);
        const { status } = await processes.inspect(node);
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
      await forEach(targets, async node => {
        await processes.resume(node);
        const { status } = await processes.inspect(node);
        if (status !== 'running') throw new Error(`${status} after it was told to go on`);
      });
    },
  };
}

async function inspectAll(
  processes: ProcessControl,
  nodes: readonly NodeName[],
): Promise<ReadonlyMap<NodeName, ProcessState>> {
  return new Map(await Promise.all(nodes.map(async node => [node, await processes.inspect(node)] as const)));
}

/** All at once: a cluster that was killed whole may need all its nodes to come up. One that fails does not stop the others. */
async function forEach(nodes: readonly NodeName[], task: (node: NodeName) => Promise<void>): Promise<void> {
  const results = await Promise.allSettled(nodes.map(task));
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected' ? [`${nodes[index]}: ${(result.reason as Error).message}`] : [],
  );
  if (failures.length > 0) throw new Error(failures.join('; '));
}
