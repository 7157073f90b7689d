/**
 * Kills nodes and deletes everything that they have written, as when a disk is lost; they start again from nothing.
 *
 * Of a majority that would be the loss of what was acknowledged, by our own hand and with no chance for any system; so it
 * is refused. How it can mislead: two such faults in a row, on different nodes, lose a majority too when the first node
 * has not caught up; and a system may not promise to take a member back that has forgotten its vote.
 */
import { present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import type { ProcessState } from '../runtime/cluster.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { nodeKind } from './node-kind.ts';
import { fate, forEachNode, inspectAll, killNode, revive } from './node-state.ts';
import { targetSize } from './target.ts';

/** Words that may stand for a majority. */
const tooMany: readonly string[] = ['majority', 'all', 'random'];

export const wipe: FaultKind = {
  ...nodeKind,
  kind: 'wipe',
  summary: 'kills processes and deletes their data, and starts them again from nothing when it ends',
  holds: 'disk',
  needs: () => ['kill', 'wipe'],
  contradiction: ({ target }) =>
    tooMany.includes(target) ? `${target} may be a majority, and no system survives the loss of its data` : null,
  impossible(request, nodeCount) {
    const size = targetSize(request.target, nodeCount);
    if (size > 0 && !isMinority(size, nodeCount)) {
      return `${request.target} of ${nodeCount} nodes is no minority, and no system survives the loss of the others' data`;
    }
    return nodeKind.impossible(request, nodeCount);
  },
  whyNothing: 'it would not be a minority that loses its data',
  prepare: context => (isMinority(context.targets.length, context.cluster.nodes.length) ? wipeFault(context) : null),
};

function isMinority(size: number, nodeCount: number): boolean {
  return size * 2 < nodeCount;
}

function wipeFault({ cluster, targets }: FaultContext): Fault {
  const { processes } = cluster;
  const disks = present(cluster.disks, 'a cluster that can wipe disks has the control');
  const entries = new Map<NodeName, { readonly before: number; readonly after: number }>();
  let before: ReadonlyMap<NodeName, ProcessState> = new Map();
  let over = false;

  const wipeNode = async (node: NodeName): Promise<void> => {
    const had = (await disks.space(node)).entries;
    await killNode(processes, node);
    // Given up on while it died: it may be starting again already.
    if (over) return;
    await disks.wipe(node);
    const left = (await disks.space(node)).entries;
    entries.set(node, { before: had, after: left });
    if (left > 0) throw new Error(`${left} of ${had} entries are still there after it was wiped`);
  };
  return {
    description: targets.join(' '),
    targets,
    async begin() {
      before = await inspectAll(processes, targets);
      if (!over) await forEachNode(targets, wipeNode);
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const nodes = targets.map(node => {
        const { words } = fate(before.get(node), now.get(node));
        const count = entries.get(node);
        const lost = count !== undefined && count.after < count.before;
        const data = count ? `${count.before} entries before, ${count.after} after` : 'not wiped';
        return { bit: lost, words: `${node}: ${words}, ${data}` };
      });
      return { bit: nodes.some(({ bit }) => bit), evidence: nodes.map(({ words }) => words).join('; ') };
    },
    async end() {
      over = true;
      await forEachNode(targets, node => revive(processes, node));
    },
  };
}
