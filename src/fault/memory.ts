/**
 * Takes memory away from nodes until the kernel ends their processes, in the middle of whatever they do.
 *
 * The limit is a part of what the node uses when the fault begins. A kernel that cannot take back enough refuses it; then
 * a higher one is tried, in steps, up to a little more than is used: a node that grows runs into that. The death of the
 * node is what this fault is for, so the runtime must not call it a crash (see `ResourceControl.limit`).
 *
 * How it can mislead: a node that gives back caches lives on within its limit, slower, and the fault did not bite.
 */
import { z } from 'zod';
import { present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import type { ProcessState } from '../runtime/cluster.ts';
import { formatBytes } from './amount.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { nodeKind } from './node-kind.ts';
import { fate, forEachNode, inspectAll } from './node-state.ts';
import { outlive } from './outlive.ts';

const schema = z.strictObject({
  /** Of what it uses now. */
  fraction: z.number().gt(0).max(1).default(0.5),
});

export const memory: FaultKind = {
  ...nodeKind,
  kind: 'memory',
  summary: 'takes memory away until the kernel ends the process, and starts it again when it ends',
  holds: 'limits',
  schema,
  needs: () => ['memory'],
  prepare: (context, parameters) => memoryFault(context, schema.parse(parameters).fraction),
};

/** Docker refuses less. */
const leastBytes = 6 * 1024 ** 2;
const step = 0.1;
const highest = 1.2;

interface Squeeze {
  readonly usedBytes: number;
  readonly limitBytes: number;
}

function memoryFault({ cluster, targets, clock }: FaultContext, fraction: number): Fault {
  const { processes } = cluster;
  const resources = present(cluster.resources, 'a cluster that can limit memory has the control');
  const squeezes = new Map<NodeName, Squeeze>();
  /** Those that a limit was asked for. */
  const limited = new Set<NodeName>();
  let before: ReadonlyMap<NodeName, ProcessState> = new Map();
  let over = false;

  const squeeze = async (node: NodeName): Promise<void> => {
    const usedBytes = (await resources.usage(node)).memoryBytes;
    let mostBytes = usedBytes;
    for (let part = fraction; !over; part += step) {
      const limitBytes = Math.max(leastBytes, Math.round(mostBytes * part));
      limited.add(node);
      squeezes.set(node, { usedBytes, limitBytes });
      try {
        return await resources.limit(node, { memoryBytes: limitBytes });
      } catch (error) {
        // A limit that was refused may have killed it all the same.
        if ((await processes.inspect(node)).status === 'dead') return;
        if (part + step > highest) throw error;
        // It may have grown since: then a part of what it used at first is refused for ever.
        mostBytes = Math.max(mostBytes, (await resources.usage(node)).memoryBytes);
      }
    }
  };
  const autopsy = async (node: NodeName): Promise<string | null> =>
    (await resources.usage(node)).outOfMemory ? null : 'died, but not for want of memory';
  return {
    description: `${targets.join(' ')}: ${Math.round(fraction * 100)} % of the memory that it uses`,
    targets,
    async begin() {
      before = await inspectAll(processes, targets);
      if (!over) await forEachNode(targets, squeeze);
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const fates = await Promise.all(
        targets.map(async node => {
          const { gone, words } = fate(before.get(node), now.get(node));
          const { outOfMemory, memoryBytes } = await resources.usage(node);
          const bit = gone && outOfMemory;
          const why = gone ? (bit ? ' for want of memory' : ', but not for want of memory') : '';
          return {
            bit,
            words: `${node}: ${words}${why} (${squeezeWords(squeezes.get(node), gone ? null : memoryBytes)})`,
          };
        }),
      );
      return { bit: fates.some(({ bit }) => bit), evidence: fates.map(({ words }) => words).join('; ') };
    },
    async end() {
      over = true;
      const surprises: string[] = [];
      await forEachNode(targets, async node => {
        if (!limited.has(node)) return;
        await outlive({
          processes,
          clock,
          node,
          lift: () => resources.limit(node, {}),
          autopsy: async () => {
            const surprise = await autopsy(node);
            if (surprise !== null) surprises.push(`${node}: ${surprise}`);
          },
        });
      });
      if (surprises.length > 0) throw new Error(surprises.join('; '));
    },
  };
}

function squeezeWords(squeeze: Squeeze | undefined, usesBytes: number | null): string {
  if (!squeeze) return 'no limit was set';
  const now = usesBytes === null ? '' : `, ${formatBytes(usesBytes)} now`;
  return `limit ${formatBytes(squeeze.limitBytes)}, ${formatBytes(squeeze.usedBytes)} used before${now}`;
}
