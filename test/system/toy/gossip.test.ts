/**
 * Whole clusters of the gossiping store under random faults, and the proof that each switchable bug of it is one.
 */

import { describe, expect, test } from 'vitest';
import { toyBugs } from '../../../src/system/toy/bugs.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { mixture, programme } from './faults.ts';
import { type GossipRunOptions, type GossipWorkload, runGossip } from './gossip-run.ts';

function underMixture(workload: GossipWorkload, serial: number): GossipRunOptions {
  const durationMs = 5000;
  return {
    seed: `mixture ${serial}`,
    workload,
    durationMs,
    faults: (cluster, random) => mixture({ cluster, random, durationMs }),
  };
}

function underProgramme(workload: GossipWorkload, nemesis: string, serial: number): GossipRunOptions {
  const durationMs = 15_000;
  return {
    seed: `${nemesis} ${serial}`,
    workload,
    durationMs,
    rate: 150,
    faults: (cluster, random) => programme(nemesis, { cluster, random, durationMs }, () => null),
  };
}

describe('the correct store', () => {
  for (const workload of ['g-set', 'broadcast', 'g-counter', 'pn-counter', 'lww-map'] as const) {
    test(`${workload} loses nothing, invents nothing and agrees in the end, under any mixture of faults`, () => {
      const runs = fuzzRuns(30);
      let acknowledged = 0;
      for (let serial = 0; serial < runs; serial++) {
        const options = underMixture(workload, serial);
        const run = runGossip(options);
        expect([options.seed, run.violations]).toEqual([options.seed, []]);
        acknowledged += run.acknowledged;
      }
      expect(acknowledged / runs).toBeGreaterThan(150);
    });
  }
});

describe('each bug is one', () => {
  for (const { name, workload, nemesis } of toyBugs.filter(({ store }) => store === 'gossip')) {
    test(`${name} breaks ${workload} under ${nemesis.join(' and ')}, and without it nothing breaks there`, () => {
      const options = (serial: number) => underProgramme(workload as GossipWorkload, nemesis[0] ?? 'none', serial);
      const runs = Array.from({ length: 10 }, (_, serial) => runGossip({ ...options(serial), bugs: [name] }));
      expect(runs.filter(({ violations }) => violations.length > 0).length).toBeGreaterThanOrEqual(9);
      for (let serial = 0; serial < 3; serial++) expect(runGossip(options(serial)).violations).toEqual([]);
    });
  }
});
