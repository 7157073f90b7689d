/**
 * Whole Raft clusters under random faults, and the proof that each switchable bug of them is one.
 */

import { describe, expect, test } from 'vitest';
import { toyBugs } from '../../../src/system/toy/bugs.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { mixture, programme } from './faults.ts';
import { type RaftCluster, type RaftRun, type RaftRunOptions, runRaft } from './raft-run.ts';
import type { Links } from './simulation.ts';

const weathers: readonly Partial<Links>[] = [
  {},
  { latencyMs: 40 },
  { latencyMs: 80, loss: 0.1, duplicate: 0.1 },
  { latencyMs: 10, loss: 0.2, reorder: 0.3 },
];

function underMixture(serial: number): RaftRunOptions {
  const durationMs = 5000;
  return {
    seed: `mixture ${serial}`,
    durationMs,
    nodes: serial % 3 === 0 ? 3 : 5,
    weather: weathers[serial % weathers.length] ?? {},
    faults: (cluster, random) => mixture({ cluster, random, durationMs }),
  };
}

function underProgramme(name: string, serial: number): RaftRunOptions {
  const durationMs = 15_000;
  return {
    seed: `${name} ${serial}`,
    durationMs,
    rate: 150,
    faults: (cluster, random) => programme(name, { cluster, random, durationMs }, () => leaderOf(cluster)),
  };
}

function leaderOf(cluster: RaftCluster): string | null {
  return cluster.programs().find(({ raft }) => raft.role === 'leader')?.raft.leader ?? null;
}

describe('the correct store', () => {
  test('keeps every promise of Raft, and gives linearizable answers, under any mixture of faults', () => {
    const runs = fuzzRuns(150);
    let successes = 0;
    for (let serial = 0; serial < runs; serial++) {
      const options = underMixture(serial);
      const run = runRaft(options);
      expect([options.seed, run.violations, run.unlinearizable()]).toEqual([options.seed, [], []]);
      successes += count(run, 'ok');
    }
    expect(successes / runs).toBeGreaterThan(50);
  });

  test('serves nearly everything when nothing is broken, and elects one leader only', () => {
    const run = runRaft({ seed: 'calm', durationMs: 10_000, rate: 200 });
    expect(run.log.filter(line => line.includes('leads term'))).toHaveLength(1);
    expect([count(run, 'fail'), count(run, 'info')]).toEqual([0, 0]);
  });

  test('says in its log what changes, and nothing of single messages', () => {
    const { log } = runRaft({ seed: 'calm', durationMs: 10_000, rate: 200 });
    const plain = log.map(line => line.replace(/^[\d.]+ n\d+: /, '').replaceAll(/n\d+/g, 'n'));
    expect(new Set(plain)).toEqual(
      new Set(['stands for term 1', 'votes for n in term 1', 'leads term 1', 'follows n in term 1']),
    );
    expect(log.length).toBeLessThan(20);
  });

  test('serves again within a second and a half of a healed partition that left no majority', () => {
    const cutFrom = 3000;
    const cutTo = 6000;
    for (let serial = 0; serial < 20; serial++) {
      const run = runRaft({
        seed: `recovery ${serial}`,
        durationMs: 10_000,
        faults(cluster) {
          cluster.at(cutFrom, () => (cluster.links.cut = (from, to) => from !== to));
          cluster.at(cutTo, () => cluster.healLinks());
        },
      });
      const served = run.operations.filter(({ outcome, callMs }) => outcome === 'ok' && callMs > cutTo);
      expect(Math.min(...served.map(({ callMs }) => callMs))).toBeLessThan(cutTo + 1500);
    }
  });

  test('goes on when the links to the leader are cut in one direction only', () => {
    for (const inward of [true, false]) {
      const run = runRaft({
        seed: `one way ${inward}`,
        durationMs: 10_000,
        faults(cluster) {
          cluster.at(2000, () => {
            const leader = leaderOf(cluster);
            cluster.links.cut = (from, to) => (inward ? to : from) === leader;
          });
        },
      });
      const late = run.operations.filter(({ callMs, outcome }) => callMs > 5000 && callMs < 10_000 && outcome === 'ok');
      expect(late.length).toBeGreaterThan(200);
    }
  });

  test('serves whoever reaches a majority when every node sees another one', () => {
    const run = runRaft({
      seed: 'majorities ring',
      durationMs: 10_000,
      faults(cluster) {
        const { ids } = cluster;
        const distance = (a: string, b: string): number => Math.abs(ids.indexOf(a) - ids.indexOf(b));
        cluster.at(2000, () => (cluster.links.cut = (from, to) => [2, 3].includes(distance(from, to))));
      },
    });
    const late = run.operations.filter(({ callMs, outcome }) => callMs > 4000 && callMs < 10_000 && outcome === 'ok');
    expect(late.length).toBeGreaterThan(100);
    expect([run.violations, run.unlinearizable()]).toEqual([[], []]);
  });
});

describe('each bug is one', () => {
  for (const { name, nemesis } of toyBugs.filter(({ store }) => store === 'raft')) {
    test(`${name} breaks linearizability under ${nemesis.join(' and ')}`, () => {
      const runs = Array.from({ length: 10 }, (_, serial) =>
        runRaft({ ...underProgramme(nemesis[0] ?? 'none', serial), bugs: [name] }),
      );
      expect(runs.filter(run => run.unlinearizable().length > 0).length).toBeGreaterThanOrEqual(9);
    });

    test(`without ${name} nothing breaks there`, () => {
      for (let serial = 0; serial < 2; serial++) {
        const run = runRaft(underProgramme(nemesis[0] ?? 'none', serial));
        expect([run.violations, run.unlinearizable()]).toEqual([[], []]);
      }
    });
  }
});

function count(run: RaftRun, outcome: string): number {
  return run.operations.filter(operation => operation.outcome === outcome).length;
}
