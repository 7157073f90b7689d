import { describe, expect, test } from 'vitest';
import { topologies, topology } from '../../src/system/topology.ts';

const nodes = (count: number): string[] => Array.from({ length: count }, (_, index) => `n${index + 1}`);

/** `n1: n2 n3`, a line per node. */
function draw(...question: Parameters<typeof topology>): string[] {
  return Object.entries(topology(...question)).map(([node, neighbours]) => `${node}: ${neighbours.join(' ')}`);
}

describe('topologies', () => {
  test('have the shapes of their names', () => {
    expect(draw('line', nodes(4))).toEqual(['n1: n2', 'n2: n1 n3', 'n3: n2 n4', 'n4: n3']);
    expect(draw('total', nodes(3))).toEqual(['n1: n2 n3', 'n2: n1 n3', 'n3: n1 n2']);
    expect(draw('grid', nodes(5))).toEqual(['n1: n2 n4', 'n2: n1 n3 n5', 'n3: n2', 'n4: n1 n5', 'n5: n2 n4']);
    expect(draw('tree', nodes(5))).toEqual(['n1: n2 n3', 'n2: n1 n4 n5', 'n3: n1', 'n4: n2', 'n5: n2']);
    expect(draw('tree3', nodes(5))).toEqual(['n1: n2 n3 n4', 'n2: n1 n5', 'n3: n1', 'n4: n1', 'n5: n2']);
  });

  test('have two names for the binary tree', () => {
    expect(topology('tree', nodes(9))).toEqual(topology('tree2', nodes(9)));
  });

  test('connect every node with every other, both ways, and none with itself, whatever the size', () => {
    const faults: string[] = [];
    for (const name of topologies) {
      for (let count = 1; count <= 26; count++) {
        const neighbours = topology(name, nodes(count));
        const reached = new Set(['n1']);
        for (const node of reached) for (const other of neighbours[node] ?? []) reached.add(other);
        if (reached.size !== count) faults.push(`${name} of ${count} reaches ${reached.size}`);
        for (const [node, others] of Object.entries(neighbours)) {
          const oneWay = others.filter(other => other === node || !neighbours[other]?.includes(node));
          if (oneWay.length > 0) faults.push(`${name} of ${count}: ${node} to ${oneWay.join(' ')}`);
        }
      }
    }
    expect(faults).toEqual([]);
  });
});
