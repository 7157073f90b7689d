/**
 * Runs to make an index of, as if they had been read.
 */
import type { IndexData } from '../../src/report/many/index-data.ts';
import { indexOfRuns } from '../../src/report/many/make-index.ts';
import type { ReadRun } from '../../src/report/many/read-run.ts';

export interface Told extends Partial<Omit<ReadRun, 'about' | 'measures'>> {
  /** `2026-11-21T23:00`; seconds and zone are added. */
  readonly at: string;
  /** `system, workload, nemesis`. @default toy, lin-kv, kill-one */
  readonly about?: string;
  readonly planted?: boolean;
  /** Signatures, as `checker:...`. A run with one fails. */
  readonly found?: readonly string[];
  readonly hours?: number;
  readonly p99Ms?: number;
}

let count = 0;

export function told({ at, about = 'toy, lin-kv, kill-one', planted = false, found = [], ...rest }: Told): ReadRun {
  const [system = '', workload = '', nemesis = ''] = about.split(', ');
  const { hours = 1, p99Ms = 20, ...given } = rest;
  const seed = given.seed ?? `s${++count}`;
  return {
    path: `runs/${at}-${seed}`,
    startedAt: `${at}:00.000Z`,
    about: { system, workload, nemesis, planted },
    hasReport: true,
    seed,
    setup: '5 nodes, 10 clients, 100/s, 1h',
    reproduce: `ordeal run --plan runs/${at}-${seed}/plan.json`,
    verdict: found.length > 0 ? 'fail' : 'pass',
    reasons: found.length > 0 ? [`linearizable: the answers on key 7 fit no order`] : ['all is well'],
    reasonsLeftOut: 0,
    durationMs: hours * 3_600_000,
    isPlannedDuration: false,
    measures: { operations: 1000, okPerSecond: 84.5, p99Ms, recoveryMs: 300, convergedMs: 0 },
    faults: { begun: 3, bitten: 2 },
    anomalies: found.map(signature => ({
      checker: signature.split(':')[0] as string,
      kind: signature.startsWith('linearizable') ? 'not-linearizable' : (signature.split(':')[1] as string),
      signature,
    })),
    answered: ['linearizable', 'convergence', 'run'],
    ...given,
  };
}

export function unfinished(run: Told): ReadRun {
  return told({
    ...run,
    verdict: 'unfinished',
    reasons: ['no verdict.json: it was killed, or still runs'],
    durationMs: null,
    faults: null,
    answered: [],
    hasReport: false,
  });
}

export function indexOf(runs: readonly ReadRun[], madeAt = '2026-11-22T07:10:00.000Z'): IndexData {
  return indexOfRuns({ read: runs, path: 'index.html', madeAt });
}

export const staleRead = 'linearizable:cas-register:stale-read';
export const lostWrite = 'linearizable:cas-register:lost-write';
