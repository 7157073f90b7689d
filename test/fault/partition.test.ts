import { describe, expect, test } from 'vitest';
import type { NodeName } from '../../src/base/names.ts';
import { Random } from '../../src/base/random.ts';
import { type Cut, partition, type Shape, shapes } from '../../src/fault/partition.ts';
import { targetWords } from '../../src/fault/target.ts';

const seeds = Array.from({ length: 30 }, (_, index) => index);
const sizes = [1, 2, 3, 4, 5, 6, 7, 8, 9];

/** Every size from 1 to 9, every seed, with one, two, ... all nodes as targets. */
function everyCut(
  shape: Shape,
  check: (cut: Cut, nodes: readonly NodeName[], targets: readonly NodeName[]) => void,
): void {
  for (const size of sizes) {
    const nodes = named(size);
    for (const seed of seeds) {
      const random = Random.fromSeed(seed);
      const targets = nodes.slice(0, 1 + (seed % size));
      check(shapes[shape]({ nodes, targets, random }), nodes, targets);
    }
  }
}

describe('shapes of partitions', () => {
  test('a cut never names a link twice, a link to itself, or a node that is not there', () => {
    for (const shape of Object.keys(shapes) as Shape[]) {
      everyCut(shape, ({ links }, nodes) => {
        const texts = links.map(({ from, to }) => `${from}>${to}`);
        expect(new Set(texts).size, shape).toBe(texts.length);
        expect(links.filter(({ from, to }) => from === to || !nodes.includes(from) || !nodes.includes(to))).toEqual([]);
      });
    }
  });

  test('all shapes but one-way cut both directions', () => {
    for (const shape of Object.keys(shapes) as Shape[]) {
      if (shape === 'one-way') continue;
      everyCut(shape, cut => {
        for (const { from, to } of cut.links) expect(cut.links).toContainEqual({ from: to, to: from });
      });
    }
  });

  test('halves leaves two groups, whole in themselves, the first nodes in the smaller one', () => {
    everyCut('halves', (cut, nodes) => {
      const half = Math.floor(nodes.length / 2);
      expect(components(cut, nodes)).toEqual([nodes.slice(0, half), nodes.slice(half)].filter(side => side.length > 0));
      expect(cut.links).toHaveLength(2 * half * (nodes.length - half));
    });
  });

  test('random-halves leaves two groups of that size, not always the same', () => {
    everyCut('random-halves', (cut, nodes) => {
      const half = Math.floor(nodes.length / 2);
      const lengths = components(cut, nodes).map(side => side.length);
      expect(lengths.toSorted((a, b) => a - b)).toEqual([half, nodes.length - half].filter(length => length > 0));
      expect(cut.links).toHaveLength(2 * half * (nodes.length - half));
    });
    const drawn = seeds.map(
      seed => shapes['random-halves']({ nodes: named(5), targets: [], random: Random.fromSeed(seed) }).description,
    );
    expect(new Set(drawn).size).toBeGreaterThan(5);
  });

  test('isolate cuts the targets off from everybody else, and not from each other', () => {
    everyCut('isolate', (cut, nodes, targets) => {
      const others = nodes.filter(node => !targets.includes(node));
      expect(components(cut, nodes)).toEqual([targets, others].filter(side => side.length > 0));
      expect(cut.links).toHaveLength(2 * targets.length * others.length);
      expect(cut.targets).toEqual(targets);
    });
  });

  test('in a majorities-ring of 3 nodes and more everybody sees a majority, nobody sees the same one, and something is cut', () => {
    for (const size of [...sizes, 10, 11, 13, 15, 25]) {
      const nodes = named(size);
      for (const seed of seeds) {
        const cut = shapes['majorities-ring']({ nodes, targets: nodes, random: Random.fromSeed(seed) });
        const sights = nodes.map(node => nodes.filter(other => !isCut(cut, { from: node, to: other })));
        expect(Math.min(...sights.map(seen => seen.length))).toBeGreaterThanOrEqual(Math.floor(size / 2) + 1);
        if (size < 3) expect(cut.links).toEqual([]);
        else expect(new Set(sights.map(seen => seen.join(' '))).size).toBe(size);
      }
    }
  });

  test('a majorities-ring cuts as much as a majority for everybody allows', () => {
    for (const size of sizes.filter(each => each >= 3)) {
      const nodes = named(size);
      const cut = shapes['majorities-ring']({ nodes, targets: nodes, random: Random.fromSeed(1) });
      const degrees = nodes.map(
        node => nodes.filter(other => other !== node && !isCut(cut, { from: node, to: other })).length,
      );
      const needed = Math.floor(size / 2);
      // The degrees of a graph add up to an even number; where that is impossible, one node has one link more.
      const odd = (needed * size) % 2;
      expect(degrees.toSorted((a, b) => a - b)).toEqual([
        ...Array<number>(size - odd).fill(needed),
        ...Array<number>(odd).fill(needed + 1),
      ]);
    }
  });

  test('a bridge hears everybody, and without it two halves remain', () => {
    everyCut('bridge', (cut, nodes) => {
      const whole = nodes.filter(node => !cut.targets.includes(node));
      if (nodes.length < 3) return expect(cut.links).toEqual([]);
      expect(whole).toHaveLength(1);
      expect(components(cut, nodes)).toHaveLength(1);
      const sides = components(cut, cut.targets);
      expect(sides.map(side => side.length).toSorted((a, b) => a - b)).toEqual(
        [Math.floor((nodes.length - 1) / 2), Math.ceil((nodes.length - 1) / 2)].toSorted((a, b) => a - b),
      );
      expect(cut.description.endsWith(`, joined by ${whole[0]}`)).toBe(true);
    });
  });

  test('one-way cuts everything from the targets, or everything to them, and never both', () => {
    for (const size of sizes) {
      const nodes = named(size);
      const targets = nodes.slice(0, Math.ceil(size / 2));
      const others = nodes.slice(targets.length);
      const context = { nodes, targets, random: Random.fromSeed(size) };
      const out = shapes['one-way']({ ...context, direction: 'out' });
      expect(out.links).toEqual(targets.flatMap(from => others.map(to => ({ from, to }))));
      const into = shapes['one-way']({ ...context, direction: 'in' });
      expect(into.links).toEqual(targets.flatMap(to => others.map(from => ({ from, to }))));
    }
  });

  test('one-way without a direction takes either, by the seed', () => {
    const context = { nodes: named(3), targets: ['n2'] };
    const drawn = seeds.map(seed => shapes['one-way']({ ...context, random: Random.fromSeed(seed) }).description);
    expect([...new Set(drawn)].toSorted()).toEqual(['n2 hears nobody', 'nobody hears n2']);
  });

  test('a cut is described so that a person can draw it', () => {
    const context = { nodes: named(5), targets: ['n2', 'n4'], random: Random.fromSeed(4), direction: 'out' as const };
    const drawn = (Object.keys(shapes) as Shape[]).map(shape => {
      const { description, targets } = shapes[shape]({ ...context, random: Random.fromSeed(4) });
      return `${shape}: ${description} (${targets.join(' ')})`;
    });
    expect(drawn.join('\n')).toMatchInlineSnapshot(`
      "halves: n1 n2 | n3 n4 n5 (n1 n2 n3 n4 n5)
      random-halves: n1 n4 | n2 n3 n5 (n1 n2 n3 n4 n5)
      isolate: n2 n4 | n1 n3 n5 (n2 n4)
      majorities-ring: n1 sees n3 n4, n2 sees n4 n5, n3 sees n1 n5, n4 sees n1 n2, n5 sees n2 n3 (n1 n2 n3 n4 n5)
      bridge: n1 n4 | n3 n5, joined by n2 (n1 n3 n4 n5)
      one-way: nobody hears n2 n4 (n2 n4)"
    `);
  });

  test('a shape is called impossible exactly when it would cut nothing', () => {
    for (const size of sizes) {
      const nodes = named(size);
      for (const shape of Object.keys(shapes) as Shape[]) {
        for (const target of [...Object.keys(targetWords), 'n1']) {
          const request = { target, parameters: { shape } };
          if (partition.contradiction(request) !== null) continue;
          const count = {
            one: 1,
            primaries: 1,
            followers: size > 1 ? 1 : 0,
            random: 1,
            n1: 1,
            minority: Math.ceil(size / 2) - 1,
            majority: Math.floor(size / 2) + 1,
            all: size,
          }[target];
          const targets = nodes.slice(0, count);
          const { links } = shapes[shape]({ nodes, targets, random: Random.fromSeed(1) });
          expect(partition.impossible(request, size) !== null, `${shape} ${target} of ${size}`).toBe(
            links.length === 0,
          );
        }
      }
    }
  });
});

function named(size: number): NodeName[] {
  return Array.from({ length: size }, (_, index) => `n${index + 1}`);
}

function isCut(cut: Cut, { from, to }: { from: NodeName; to: NodeName }): boolean {
  return cut.links.some(link => link.from === from && link.to === to);
}

/** Groups of nodes between which nothing passes, in the order of their first nodes. */
function components(cut: Cut, nodes: readonly NodeName[]): NodeName[][] {
  const left = new Set(nodes);
  const found: NodeName[][] = [];
  for (const start of nodes) {
    if (!left.delete(start)) continue;
    const group = [start];
    for (const node of group) {
      for (const other of nodes) {
        if (left.has(other) && !isCut(cut, { from: node, to: other })) {
          left.delete(other);
          group.push(other);
        }
      }
    }
    found.push(nodes.filter(node => group.includes(node)));
  }
  return found;
}
