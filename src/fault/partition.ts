/**
 * Partitions: which links are cut. Each shape is a pure function of the nodes, the targets and the seed.
 *
 * A cut link drops everything in its direction, silently, as a broken cable does: nobody is told. With `reject` whoever
 * sends is told at once, as by a firewall: what only learns by waiting for silence is then never put to the test, but
 * what gives up at the first refusal is. Links of clients are not cut, so a client goes on talking to a node that is cut
 * off, which is where stale reads and lost writes come from.
 */
import { z } from 'zod';
import { present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Link } from '../runtime/cluster.ts';
import type { FaultKind, FaultRequest } from './fault.ts';
import { networkFault } from './network-fault.ts';
import { targetSize } from './target.ts';

export interface ShapeContext {
  /** In the cluster's order. */
  readonly nodes: readonly NodeName[];
  /** Only for `isolate` and `one-way`. In the cluster's order. */
  readonly targets: readonly NodeName[];
  readonly random: Random;
  /** Only for `one-way`. @default random */
  readonly direction?: Direction;
}

/** `out`: nothing that the targets send arrives. `in`: nothing arrives at the targets. */
export type Direction = 'in' | 'out' | 'random';

export interface Cut {
  /** Nothing passes here, in this direction. Empty when these nodes cannot be cut so. */
  readonly links: readonly Link[];
  /** `n1 n2 | n3 n4 n5` */
  readonly description: string;
  /** The nodes that the cut is about: the isolated ones, or every node that has lost a link. */
  readonly targets: readonly NodeName[];
}

/** Every shape by name. */
export const shapes = {
  halves: cutHalves,
  'random-halves': cutRandomHalves,
  isolate: cutIsolate,
  'majorities-ring': cutMajoritiesRing,
  bridge: cutBridge,
  'one-way': cutOneWay,
} as const satisfies Record<string, (context: ShapeContext) => Cut>;
export type Shape = keyof typeof shapes;

/** Shapes that ask which nodes; the others are about all of them. */
const aimed: readonly string[] = ['isolate', 'one-way'];
const fewestNodes: Readonly<Record<Shape, number>> = {
  halves: 2,
  'random-halves': 2,
  isolate: 2,
  'majorities-ring': 3,
  bridge: 3,
  'one-way': 2,
};

const schema = z.strictObject({
  shape: z.enum(Object.keys(shapes) as [Shape, ...Shape[]]),
  direction: z.enum(['in', 'out', 'random']).optional(),
  /** Left out: silence. */
  reject: z.boolean().optional(),
});

export const partition: FaultKind = {
  kind: 'partition',
  summary: 'cuts links between nodes: halves, random-halves, isolate, majorities-ring, bridge, one-way',
  exclusive: false,
  holds: 'links',
  schema,
  defaultTarget: ({ shape }) => (aimed.includes(String(shape)) ? 'one' : 'all'),
  needs: ({ shape, reject }) => [
    'partition',
    ...(shape === 'one-way' ? (['one-way'] as const) : []),
    ...(reject === true ? (['reject'] as const) : []),
  ],
  contradiction({ target, parameters: { shape, direction } }) {
    if (direction !== undefined && shape !== 'one-way') return `direction is for one-way, not for ${shape}`;
    if (target !== 'all' && !aimed.includes(String(shape))) return `${shape} is about all nodes and takes no target`;
    if (target === 'all' && aimed.includes(String(shape))) return `${shape} needs somebody to cut the targets off from`;
    return null;
  },
  impossible,
  whyNothing: 'there is no link between these nodes and others',
  prepare(context, parameters) {
    const { shape, direction, reject } = schema.parse(parameters);
    const { targets, random } = context;
    const nodes = context.cluster.nodes.map(node => node.name);
    const cut = shapes[shape]({ nodes, targets, random, ...(direction ? { direction } : {}) });
    if (cut.links.length === 0) return null;
    return networkFault({
      context,
      rules: cut.links.map(link => ({ ...link, cut: true, ...(reject ? { reject } : {}) })),
      description: reject ? `${cut.description}, refused` : cut.description,
      targets: cut.targets,
      effect: 'dropped',
    });
  },
};

function impossible({ target, parameters }: FaultRequest, nodeCount: number): string | null {
  const { shape } = schema.parse(parameters);
  if (nodeCount < fewestNodes[shape]) return `the partition ${shape} needs ${fewestNodes[shape]} nodes`;
  if (!aimed.includes(shape)) return null;
  const size = targetSize(target, nodeCount);
  if (size === 0) return `${target} of ${nodeCount} nodes is nobody`;
  return size < nodeCount ? null : `${target} is every node, so there is nobody to cut off`;
}

/** The first nodes from the last ones, the smaller half first. */
function cutHalves({ nodes }: ShapeContext): Cut {
  return separate(bisect(nodes), nodes);
}

function cutRandomHalves({ nodes, random }: ShapeContext): Cut {
  return separate(bisect(random.shuffle(nodes)), nodes);
}

/** The targets, which still hear each other, from everybody else. */
function cutIsolate({ nodes, targets }: ShapeContext): Cut {
  const cut = separate([targets, nodes.filter(node => !targets.includes(node))], nodes);
  return { ...cut, targets };
}

/** Two halves that cannot hear each other, and one node that hears both and is heard by both. */
function cutBridge({ nodes, random }: ShapeContext): Cut {
  const [left, [bridge, ...right]] = bisect(random.shuffle(nodes));
  const cut = separate([left, right], nodes);
  return { ...cut, description: `${cut.description}, joined by ${bridge}` };
}

/** Messages pass in one direction only. Systems that take an answer for granted, or a silence for death, show it here. */
function cutOneWay({ nodes, targets, random, direction = 'random' }: ShapeContext): Cut {
  const way = direction === 'random' ? random.pick(['in', 'out'] as const) : direction;
  const others = nodes.filter(node => !targets.includes(node));
  const outward = crossing(targets, others);
  const links = way === 'out' ? outward : outward.map(({ from, to }) => ({ from: to, to: from }));
  const names = targets.join(' ');
  return { links, targets, description: way === 'out' ? `nobody hears ${names}` : `${names} hears nobody` };
}

/**
 * Every node sees a majority, and no two see the same one.
 *
 * The nodes, shuffled, stand in a ring, and each sees its nearest neighbours on both sides, which makes a majority with
 * itself. Where the number of neighbours that are needed is odd, the last one is the node opposite; and where the number
 * of nodes is odd too, that cannot come out even: one node then sees one more (`n1 n2` and `n2 n3` for three nodes).
 */
function cutMajoritiesRing({ nodes, random }: ShapeContext): Cut {
  const ring = random.shuffle(nodes);
  const neighbours = Math.floor(ring.length / 2);
  const sees = new Map<NodeName, Set<NodeName>>(ring.map(node => [node, new Set([node])]));
  const join = (position: number, step: number): void => {
    const node = ring[position] as NodeName;
    const other = ring[(position + step) % ring.length] as NodeName;
    sees.get(node)?.add(other);
    sees.get(other)?.add(node);
  };
  for (const position of ring.keys()) {
    for (let step = 1; step <= Math.floor(neighbours / 2); step++) join(position, step);
  }
  for (const [position, node] of ring.entries()) {
    if (present(sees.get(node)).size <= neighbours) join(position, neighbours);
  }
  const links = crossing(nodes, nodes).filter(({ from, to }) => !sees.get(from)?.has(to));
  const sights = nodes.map(node => {
    const seen = nodes.filter(other => other !== node && sees.get(node)?.has(other));
    return `${node} sees ${seen.join(' ')}`;
  });
  return { links, description: sights.join(', '), targets: losers(links, nodes) };
}

function bisect(nodes: readonly NodeName[]): readonly [NodeName[], NodeName[]] {
  const middle = Math.floor(nodes.length / 2);
  return [nodes.slice(0, middle), nodes.slice(middle)];
}

/** Nothing passes between the sides, in either direction. Nodes of neither side keep all their links. */
function separate(sides: readonly (readonly NodeName[])[], nodes: readonly NodeName[]): Cut {
  const ordered = sides.map(side => nodes.filter(node => side.includes(node)));
  const links = ordered.flatMap(side =>
    ordered.filter(other => other !== side).flatMap(other => crossing(side, other)),
  );
  return { links, description: ordered.map(side => side.join(' ')).join(' | '), targets: losers(links, nodes) };
}

/** Every link from one side to the other, in this direction only. */
function crossing(from: readonly NodeName[], to: readonly NodeName[]): Link[] {
  return from.flatMap(sender =>
    to.filter(receiver => receiver !== sender).map(receiver => ({ from: sender, to: receiver })),
  );
}

/** The nodes that have lost a link. */
function losers(links: readonly Link[], nodes: readonly NodeName[]): NodeName[] {
  return nodes.filter(node => links.some(({ from, to }) => from === node || to === node));
}
