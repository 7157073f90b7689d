import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { checkerByName } from '../../../src/checker/catalogue.ts';
import { limit } from '../../../src/generator/limits.ts';
import { workloadByName } from '../../../src/generator/workloads/catalogue.ts';
import { lockedSet } from '../../../src/generator/workloads/locked-set.ts';
import { simulate } from '../simulate.ts';

describe('locked-set', () => {
  const random = Random.fromSeed('locked-set');
  const main = lockedSet.main({ random, nodes: ['n1', 'n2', 'n3'], concurrency: 4 });
  const operations = simulate(limit(1000, main), { threads: 4, nodes: ['n1', 'n2', 'n3'], mostOperations: 1000 });

  test('adds 0, 1, 2, ..., each once, and reads everything now and then', () => {
    const added = operations.filter(({ value }) => value.f === 'add').map(({ value }) => value.value);
    expect(added).toEqual(added.map((_, index) => index));
    const reads = operations.filter(({ value }) => value.f === 'read').map(({ value }) => value);
    expect(added.length + reads.length).toBe(1000);
    expect(reads.length / 1000).toBeCloseTo(0.2, 1);
    for (const read of reads) expect(read).toEqual({ f: 'read', key: null, value: null });
  });

  test('is found by its name, ends with reads of everything, and is judged as a set that must agree', () => {
    expect(workloadByName('locked-set')).toBe(lockedSet);
    expect(lockedSet.finalReads([])).toEqual([{ f: 'read', key: null, value: null }]);
    expect(lockedSet.checkers.map(name => checkerByName(name).name)).toEqual(['set', 'convergence']);
  });
});
