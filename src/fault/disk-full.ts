/**
 * Fills the disk that holds the nodes' data. What a store has acknowledged it must have written; what it cannot write it
 * must refuse.
 *
 * A node may end itself over it (etcd and ZooKeeper do), which is part of the fault, so the runtime must not call it a
 * crash (see `DiskControl.fill`). It is started again when there is room. How it can mislead: a store that has set aside
 * room before (files written in advance) notices nothing for a while.
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
  freeBytes: z
    .number()
    .min(0)
    .max(2 ** 40)
    .default(0),
});

export const diskFull: FaultKind = {
  ...nodeKind,
  kind: 'disk-full',
  summary: 'fills the disk with the data, and starts what has ended itself over it when it ends',
  holds: 'disk',
  schema,
  needs: () => ['disk'],
  prepare: (context, parameters) => diskFullFault(context, Math.round(schema.parse(parameters).freeBytes)),
};

/** The system may free something while we fill. */
const tries = 3;

function diskFullFault({ cluster, targets, clock }: FaultContext, freeBytes: number): Fault {
  const { processes } = cluster;
  const disks = present(cluster.disks, 'a cluster that can fill disks has the control');
  const freeBefore = new Map<NodeName, number>();
  /** Those that were to be filled. */
  const filled = new Set<NodeName>();
  let before: ReadonlyMap<NodeName, ProcessState> = new Map();
  let over = false;

  const fill = async (node: NodeName): Promise<void> => {
    freeBefore.set(node, (await disks.space(node)).freeBytes);
    let left = Infinity;
    for (let count = 0; count < tries && left > freeBytes; count++) {
      if (over) return;
      filled.add(node);
      await disks.fill(node, freeBytes);
      left = (await disks.space(node)).freeBytes;
    }
    if (left > freeBytes) throw new Error(`${formatBytes(left)} are still free after it was filled`);
  };
  return {
    description: `${targets.join(' ')}: ${freeBytes === 0 ? 'nothing' : formatBytes(freeBytes)} left free`,
    targets,
    async begin() {
      before = await inspectAll(processes, targets);
      if (!over) await forEachNode(targets, fill);
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const nodes = await Promise.all(
        targets.map(async node => {
          const { gone, words } = fate(before.get(node), now.get(node));
          const had = freeBefore.get(node) ?? 0;
          const left = (await disks.space(node)).freeBytes;
          const took = left < had;
          const room = took
            ? `${formatBytes(left)} of ${formatBytes(had)} still free`
            : `nothing was taken, ${formatBytes(left)} are free`;
          return { bit: took, words: `${node}: ${room}${gone ? `, ${words}` : ''}` };
        }),
      );
      return { bit: nodes.some(({ bit }) => bit), evidence: nodes.map(({ words }) => words).join('; ') };
    },
    async end() {
      over = true;
      await forEachNode(targets, async node => {
        if (!filled.has(node)) return;
        await outlive({ processes, clock, node, lift: () => disks.release(node) });
      });
    },
  };
}
