import { describe, expect, test } from 'vitest';
import { OrdealError } from '../../src/base/errors.ts';
import type { NodeName } from '../../src/base/names.ts';
import { Random } from '../../src/base/random.ts';
import { asksPrimaries, onlyRunning, resolveTarget, targetSize, targetWords } from '../../src/fault/target.ts';
import type { ProcessState } from '../../src/runtime/cluster.ts';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const seeds = Array.from({ length: 40 }, (_, index) => index);

function resolve(
  target: string,
  options: { busy?: readonly NodeName[]; primaries?: readonly NodeName[]; seed?: number } = {},
) {
  const { busy = [], primaries = [], seed = 1 } = options;
  return resolveTarget(target, { nodes, busy: new Set(busy), primaries, random: Random.fromSeed(seed) });
}

describe('targets', () => {
  test('a minority is the largest strict one, a majority the smallest', () => {
    const sizes = [1, 2, 3, 4, 5, 6, 7].map(
      count => `${count}: ${targetSize('minority', count)} ${targetSize('majority', count)}`,
    );
    expect(sizes).toEqual(['1: 0 1', '2: 0 2', '3: 1 2', '4: 1 3', '5: 2 3', '6: 2 4', '7: 3 4']);
  });

  test('a minority and a majority never share a cluster', () => {
    for (let count = 1; count < 30; count++) {
      expect(targetSize('minority', count)).toBeLessThan(count / 2);
      expect(targetSize('majority', count)).toBeGreaterThan(count / 2);
      expect(targetSize('minority', count) + targetSize('majority', count)).toBeLessThanOrEqual(count);
    }
  });

  test('each word gives as many nodes as it says, in the order of the cluster', () => {
    for (const seed of seeds) {
      for (const word of ['one', 'minority', 'majority', 'all']) {
        const { targets, note } = resolve(word, { seed });
        expect(targets).toHaveLength(targetSize(word, nodes.length));
        expect(targets).toEqual(nodes.filter(node => targets.includes(node)));
        expect(note).toBeNull();
      }
    }
  });

  test('every node gets its turn', () => {
    expect(new Set(seeds.flatMap(seed => resolve('one', { seed }).targets)).size).toBe(nodes.length);
  });

  test('random is at least one node and never all', () => {
    const sizes = new Set(seeds.map(seed => resolve('random', { seed }).targets.length));
    expect(sizes).toEqual(new Set([1, 2, 3, 4]));
  });

  test('the same seed gives the same nodes', () => {
    for (const word of Object.keys(targetWords)) expect(resolve(word, { seed: 7 })).toEqual(resolve(word, { seed: 7 }));
  });

  test('primaries are those that say so, also when there are two', () => {
    expect(resolve('primaries', { primaries: ['n4', 'n2'] })).toEqual({ targets: ['n2', 'n4'], note: null });
  });

  test('when no primary is known one node is taken, and it is said', () => {
    const { targets, note } = resolve('primaries', { primaries: [] });
    expect(targets).toHaveLength(1);
    expect(note).toBe('no primary is known, so one node by the seed');
  });

  test('a follower is one node that does not lead, and each gets its turn', () => {
    const chosen = seeds.map(seed => resolve('followers', { primaries: ['n4', 'n2'], seed }));
    expect(chosen.filter(({ targets, note }) => targets.length !== 1 || note !== null)).toEqual([]);
    expect(new Set(chosen.flatMap(({ targets }) => targets))).toEqual(new Set(['n1', 'n3', 'n5']));
  });

  test('when nobody is known to lead, a follower is any node, and it is said', () => {
    const { targets, note } = resolve('followers', { primaries: ['n9'] });
    expect(targets).toHaveLength(1);
    expect(note).toBe('no primary is known, so one node by the seed');
  });

  test('when all that are left lead, there is no follower', () => {
    expect(resolve('followers', { primaries: ['n2'], busy: ['n1', 'n3', 'n4', 'n5'] })).toEqual({
      targets: [],
      note: 'another fault has hold of every node that does not lead',
    });
    expect([targetSize('followers', 1), targetSize('followers', 2)]).toEqual([0, 1]);
  });

  test('who leads is asked for two words only', () => {
    expect([...Object.keys(targetWords), 'n1'].filter(asksPrimaries)).toEqual(['primaries', 'followers']);
  });

  test('a node that does not run is left out, and it is said which', async () => {
    const states: Record<string, ProcessState> = {
      n2: { status: 'dead', pid: null },
      n3: { status: 'paused', pid: 7 },
    };
    const inspect = (node: NodeName) => Promise.resolve(states[node] ?? ({ status: 'running', pid: 1 } as const));
    expect(await onlyRunning({ targets: ['n1', 'n2', 'n3'], note: null }, inspect)).toEqual({
      targets: ['n1'],
      note: 'n2 is dead, and no fault has hold of it; n3 is paused, and no fault has hold of it',
    });
    expect(await onlyRunning({ targets: ['n1'], note: 'as it was' }, inspect)).toEqual({
      targets: ['n1'],
      note: 'as it was',
    });
  });

  test('a primary that is not of this cluster is not known', () => {
    expect(resolve('primaries', { primaries: ['n9'] }).note).toBe('no primary is known, so one node by the seed');
  });

  test('busy nodes are left alone, and the others are chosen as before', () => {
    for (const seed of seeds) {
      const free = resolve('majority', { seed }).targets;
      const other = nodes.find(node => !free.includes(node)) as string;
      expect(resolve('majority', { seed, busy: [other] }).targets).toEqual(free);
      expect(resolve('all', { seed, busy: ['n1', 'n3'] }).targets).toEqual(['n2', 'n4', 'n5']);
    }
  });

  test('when nobody is left it says why', () => {
    expect(resolve('one', { busy: nodes })).toEqual({ targets: [], note: 'another fault has hold of every node' });
    expect(resolve('n1,n3', { busy: ['n1', 'n3'] })).toEqual({ targets: [], note: 'another fault has hold of n1 n3' });
    expect(resolve('primaries', { busy: ['n2'], primaries: ['n2'] })).toEqual({
      targets: [],
      note: 'another fault has hold of n2',
    });
  });

  test('nodes are named with commas, in any order, with blanks, more than once', () => {
    expect(resolve('n3, n1,n3').targets).toEqual(['n1', 'n3']);
  });

  test('a word or a node that is not there is refused, with the right one', () => {
    expect([
      refusal('primary'),
      refusal('n1,m2'),
      refusal('minorty'),
      refusal(','),
      refusal('xyzzy'),
    ]).toMatchInlineSnapshot(`
      [
        "UNKNOWN_TARGET: "primary" is neither a target word nor a node (did you mean "primaries"?)",
        "UNKNOWN_TARGET: "m2" is neither a target word nor a node (did you mean "n2"?)",
        "UNKNOWN_TARGET: "minorty" is neither a target word nor a node (did you mean "minority"?)",
        "UNKNOWN_TARGET: "," is neither a target word nor a node (one of one, minority, majority, primaries, followers, all, random, n1, n2, n3, n4, n5)",
        "UNKNOWN_TARGET: "xyzzy" is neither a target word nor a node (one of one, minority, majority, primaries, followers, all, random, n1, n2, n3, n4, n5)",
      ]
    `);
  });
});

function refusal(target: string): string {
  try {
    resolve(target);
    return 'accepted';
  } catch (error) {
    if (!(error instanceof OrdealError)) throw error;
    return `${error.code}: ${error.message} (${error.hint})`;
  }
}
