/**
 * Who is whose neighbour: the shapes that Maelstrom offers to nodes which broadcast.
 *
 * A shape is advice. The network carries every message, whatever its sender was told.
 */
import { assert } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';

/** `tree` is `tree2`: every node has up to two children. */
export const topologies = ['line', 'grid', 'tree', 'tree2', 'tree3', 'tree4', 'total'] as const;
export type TopologyName = (typeof topologies)[number];

/** Neighbours of each node, in the order of `nodes`. Always symmetric, never a node itself. */
export function topology(
  name: TopologyName,
  nodes: readonly NodeName[],
): Readonly<Record<NodeName, readonly NodeName[]>> {
  assert(topologies.includes(name), `no topology "${name}"`);
  const adjacent = adjacency(name, nodes.length);
  return Object.fromEntries(
    nodes.map((node, index) => [
      node,
      nodes.filter((_, other) => adjacent(Math.min(index, other), Math.max(index, other))),
    ]),
  );
}

/** Whether two positions are neighbours; the lower one comes first, and equal ones are not. */
function adjacency(name: TopologyName, count: number): (low: number, high: number) => boolean {
  switch (name) {
    case 'line':
      return (low, high) => high === low + 1;
    case 'total':
      return (low, high) => high > low;
    case 'grid': {
      // Roughly square, filled row by row.
      const side = Math.ceil(Math.sqrt(count));
      return (low, high) => high === low + side || (high === low + 1 && high % side !== 0);
    }
    default: {
      const branches = name === 'tree' ? 2 : Number(name.slice('tree'.length));
      return (low, high) => high > 0 && low === Math.floor((high - 1) / branches);
    }
  }
}
