/**
 * Right stores are never blamed, whatever the interleaving, the lost answers and the kills. Wrong ones are caught.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { NodeName } from '../../src/base/names.ts';
import type { Random } from '../../src/base/random.ts';
import { type Checker, defaultBudget } from '../../src/checker/checker.ts';
import { convergence } from '../../src/checker/convergence.ts';
import { counter } from '../../src/checker/counter.ts';
import { kafka } from '../../src/checker/kafka.ts';
import { overwritten } from '../../src/checker/overwritten.ts';
import { set } from '../../src/checker/set.ts';
import type { Invocation } from '../../src/history/event.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { type SimulatedStore, type Simulation, simulate } from './simulation.ts';
import { gossipCounter, gossipSet, lastWriterWins, type PlantedBug, sparseLogs } from './stores.ts';
import { verdictOf } from './verdicts.ts';

const readAll: Invocation = { f: 'read', key: null, value: null };
const logKeys = ['a', 'b'];
const mapKeys = ['x'];

function growing(f: string) {
  return (random: Random, serial: number): Invocation =>
    random.chance(0.4) ? readAll : { f, key: null, value: serial };
}

function counting(low: number) {
  return (random: Random): Invocation =>
    random.chance(0.4) ? readAll : { f: 'add', key: null, value: random.integer(low, 5) };
}

function mapped(random: Random, serial: number): Invocation {
  const key = random.pick(mapKeys);
  if (random.chance(0.5)) return { f: 'get', key, value: null };
  return random.chance(0.5) ? { f: 'put', key, value: serial } : { f: 'remove', key, value: null };
}

function logged(random: Random, serial: number): Invocation {
  const offsets = () => Object.fromEntries(logKeys.map(key => [key, random.integer(0, 12)]));
  return random.pick([
    { f: 'send', key: random.pick(logKeys), value: serial },
    { f: 'send', key: random.pick(logKeys), value: serial },
    { f: 'poll', key: null, value: offsets() },
    { f: 'commit_offsets', key: null, value: offsets() },
    { f: 'list_committed_offsets', key: null, value: logKeys },
  ]);
}

interface Row extends Omit<Simulation, 'seed' | 'store'> {
  readonly checker: Checker;
  readonly store: (random: Random, nodes: readonly NodeName[], bug?: PlantedBug) => SimulatedStore;
}

const rows: readonly Row[] = [
  { checker: set, workload: 'g-set', store: gossipSet, request: growing('add'), finalReads: [readAll], forgets: true },
  {
    checker: set,
    workload: 'broadcast',
    store: gossipSet,
    request: growing('broadcast'),
    finalReads: [readAll],
    forgets: true,
  },
  { checker: counter, workload: 'g-counter', store: gossipCounter, request: counting(0), finalReads: [readAll] },
  { checker: counter, workload: 'pn-counter', store: gossipCounter, request: counting(-5), finalReads: [readAll] },
  {
    checker: overwritten,
    workload: 'lww-map',
    store: lastWriterWins,
    request: mapped,
    steps: 1500,
    finalReads: mapKeys.map(key => ({ f: 'get', key, value: null })),
  },
  {
    checker: kafka,
    workload: 'kafka',
    store: sparseLogs,
    request: logged,
    finalReads: [
      { f: 'poll', key: null, value: { a: 0, b: 0 } },
      { f: 'list_committed_offsets', key: null, value: logKeys },
    ],
  },
];

describe.each(rows)('a right store under the workload $workload', row => {
  test(`is never blamed by ${row.checker.name}, and never by convergence`, () => {
    let judged = 0;
    fc.assert(
      fc.property(fc.integer(), seed => {
        const history = simulate({ ...row, seed });
        const verdicts = [row.checker, convergence].map(checker => checker.check(history, defaultBudget));
        for (const verdict of verdicts) expect(verdict).toMatchObject({ validity: 'valid' });
        judged += history.operations.length;
      }),
      { numRuns: fuzzRuns(250) },
    );
    expect(judged).toBeGreaterThan(1000);
  });
});

/** Under which workload a bug shows, as what, and in how many of 100 runs at least. */
const bugs: readonly (readonly [PlantedBug, string, readonly string[], number])[] = [
  ['forgets-disk', 'g-set', ['lost-element'], 10],
  ['forgets-disk', 'broadcast', ['lost-element'], 10],
  ['replaces-on-gossip', 'broadcast', ['vanished-element'], 20],
  ['doubles', 'g-set', ['duplicated-element'], 50],
  ['adds-on-gossip', 'pn-counter', ['impossible-total', 'impossible-read'], 30],
  ['no-tombstone', 'lww-map', ['resurrected'], 10],
  ['raw-clock', 'lww-map', ['resurrected', 'dropped-newer-write'], 5],
  ['drops-sends', 'kafka', ['lost-write', 'unseen-message'], 30],
  ['reuses-offsets', 'kafka', ['inconsistent-offset'], 5],
  ['forgets-commits', 'kafka', ['lost-commit'], 20],
];

describe.each(bugs)('a store that %s under the workload %s', (bug, workload, kinds, atLeast) => {
  const row = present(rows.find(candidate => candidate.workload === workload));

  test(`is caught by ${row.checker.name} as ${kinds.join(' or ')}, and every finding shows by itself`, () => {
    let caught = 0;
    for (let seed = 0; seed < 100; seed++) {
      const history = simulate({ ...row, seed, store: (random, nodes) => row.store(random, nodes, bug) });
      const result = verdictOf(row.checker, history);
      const found = result.validity === 'invalid' ? result.anomalies.map(({ kind }) => kind) : [];
      if (found.some(kind => kinds.includes(kind))) caught++;
    }
    expect(caught).toBeGreaterThanOrEqual(atLeast);
  });
});
