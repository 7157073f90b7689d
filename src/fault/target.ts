/**
 * Target words: which nodes a fault is aimed at.
 *
 * A word is resolved when the fault begins, because leaders change and nodes that are already dead cannot be killed
 * again. The seed decides among equals: all nodes are put into a random order first, and only then the busy ones are
 * left out, so that a busy node does not change the choice among the others.
 */
import { OrdealError, type Place } from '../base/errors.ts';
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import { suggestion } from '../base/text.ts';
import type { ProcessState } from '../runtime/cluster.ts';

/** What a target may be, beside names of nodes (`n1,n3`). */
export const targetWords = {
  one: 'one node, by the seed',
  minority: 'the largest strict minority, by the seed',
  majority: 'the smallest majority, by the seed',
  primaries: 'the nodes that say that they lead, asked when the fault begins; when none is known, one by the seed',
  followers: 'one node that does not lead, by the seed, asked when the fault begins; when no leader is known, any node',
  all: 'every node',
  random: 'at least one node and not all of them, by the seed',
} as const;
type TargetWord = keyof typeof targetWords;

export interface TargetContext {
  /** All nodes of the cluster, in order. */
  readonly nodes: readonly NodeName[];
  /** Nodes that must be left alone now: another fault has hold of them. */
  readonly busy: ReadonlySet<NodeName>;
  /** Nodes that say that they lead. Only needed when `asksPrimaries` says so. */
  readonly primaries: readonly NodeName[];
  readonly random: Random;
}

export interface Targets {
  /** In the cluster's order. Empty when no node is left. */
  readonly targets: readonly NodeName[];
  /** What a reader must know about the choice, or why there is none. */
  readonly note: string | null;
}

/** Whether who leads must be known to resolve it. */
export function asksPrimaries(target: string): boolean {
  return target === 'primaries' || target === 'followers';
}

/** The nodes that the target stands for now. Throws `UNKNOWN_TARGET`. */
export function resolveTarget(target: string, context: TargetContext): Targets {
  const { nodes, busy, random } = context;
  checkTarget(target, nodes);
  const free = random.shuffle(nodes).filter(node => !busy.has(node));
  if (!isWord(target)) return withoutBusy(splitNames(target), context);
  if (free.length === 0) return { targets: [], note: 'another fault has hold of every node' };
  if (target === 'primaries') return resolvePrimaries(free, context);
  if (target === 'followers') return resolveFollower(free, context);
  const size =
    target === 'random' ? random.integer(1, Math.max(1, nodes.length - 1)) : targetSize(target, nodes.length);
  return { targets: inOrder(free.slice(0, size), nodes), note: null };
}

/** Without the nodes that do not run although no fault has hold of them: what ended them is not to be hidden. */
export async function onlyRunning(
  { targets, note }: Targets,
  inspect: (node: NodeName) => Promise<ProcessState>,
): Promise<Targets> {
  const states = await Promise.all(targets.map(async node => ({ node, status: (await inspect(node)).status })));
  const words = states
    .filter(({ status }) => status !== 'running')
    .map(({ node, status }) => `${node} is ${status}, and no fault has hold of it`);
  const notes = [...(note === null ? [] : [note]), ...words];
  const fit = states.filter(({ status }) => status === 'running').map(({ node }) => node);
  return { targets: fit, note: notes.length === 0 ? null : notes.join('; ') };
}

/** How many nodes the target stands for in a cluster of `nodeCount`; 0 when it has none. `random` and `primaries`: at least 1. */
export function targetSize(target: string, nodeCount: number): number {
  if (!isWord(target)) return splitNames(target).length;
  switch (target) {
    case 'minority':
      return Math.max(0, Math.ceil(nodeCount / 2) - 1);
    case 'majority':
      return Math.floor(nodeCount / 2) + 1;
    case 'followers':
      return nodeCount > 1 ? 1 : 0;
    case 'all':
      return nodeCount;
    default:
      return Math.min(1, nodeCount);
  }
}

/** Throws `UNKNOWN_TARGET` unless the target is a word or names nodes of this cluster. */
export function checkTarget(target: string, nodes: readonly NodeName[], place?: Place): void {
  if (isWord(target)) return;
  const names = splitNames(target);
  const unknown = names.find(name => !nodes.includes(name));
  if (names.length > 0 && unknown === undefined) return;
  const known = [...Object.keys(targetWords), ...nodes];
  throw new OrdealError(`"${unknown ?? target}" is neither a target word nor a node`, {
    code: 'UNKNOWN_TARGET',
    hint: suggestion(unknown ?? target, known),
    ...(place ? { place } : {}),
  });
}

function resolvePrimaries(free: readonly NodeName[], { nodes, busy, primaries }: TargetContext): Targets {
  const known = primaries.filter(node => nodes.includes(node));
  if (known.length > 0) return withoutBusy(known, { nodes, busy });
  return { targets: free.slice(0, 1), note: 'no primary is known, so one node by the seed' };
}

function resolveFollower(free: readonly NodeName[], { nodes, primaries }: TargetContext): Targets {
  if (!primaries.some(node => nodes.includes(node))) {
    return { targets: free.slice(0, 1), note: 'no primary is known, so one node by the seed' };
  }
  const targets = free.filter(node => !primaries.includes(node)).slice(0, 1);
  return { targets, note: targets.length > 0 ? null : 'another fault has hold of every node that does not lead' };
}

function withoutBusy(chosen: readonly NodeName[], { nodes, busy }: Pick<TargetContext, 'nodes' | 'busy'>): Targets {
  const targets = inOrder(
    chosen.filter(node => !busy.has(node)),
    nodes,
  );
  const note = targets.length > 0 ? null : `another fault has hold of ${inOrder(chosen, nodes).join(' ')}`;
  return { targets, note };
}

function inOrder(chosen: readonly NodeName[], nodes: readonly NodeName[]): NodeName[] {
  return nodes.filter(node => chosen.includes(node));
}

function splitNames(target: string): NodeName[] {
  const names = target.split(',').map(name => name.trim());
  return [...new Set(names.filter(name => name !== ''))];
}

function isWord(target: string): target is TargetWord {
  return Object.hasOwn(targetWords, target);
}
