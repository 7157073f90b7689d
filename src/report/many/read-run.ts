/**
 * What the index needs of one run: read from its directory and kept, everything else forgotten. Never throws: what is wrong
 * is what is said of the run.
 */
import { existsSync } from 'node:fs';
import { formatDurationMs } from '../../base/duration.ts';
import { countOf } from '../../checker/words.ts';
import { runDirectory } from '../../run/run-directory.ts';
import { runAgain } from '../run-report.ts';
import { planSchema, type ReadPlan, type ReadVerdict, verdictSchema } from '../stored.ts';
import type { FoundRun } from './find-runs.ts';
import type { Combination, IndexRun } from './index-data.ts';
import { headerTime, readAs, stampTime } from './read-files.ts';

/** One run by itself, before it is put among the others. */
export interface ReadRun extends Omit<IndexRun, 'night' | 'combination' | 'findings' | 'report'> {
  readonly about: Combination;
  readonly hasReport: boolean;
  /** Whether `durationMs` is that of the plan. */
  readonly isPlannedDuration: boolean;
  readonly anomalies: readonly ReadAnomaly[];
  /** Checkers that came to an answer, whichever. */
  readonly answered: readonly string[];
}

export interface ReadAnomaly {
  readonly checker: string;
  readonly kind: string;
  readonly signature: string;
}

/** In place of a checker: what the run itself saw. */
const theRun = 'run';
const nodeDied: ReadAnomaly = { checker: theRun, kind: 'node-died', signature: 'run:node-died' };

const mostReasons = 3;
const longestReason = 300;

export function readRun({ path }: FoundRun): ReadRun {
  const directory = runDirectory(path);
  const plan = readAs(directory.plan, planSchema);
  const verdict = readAs(directory.verdict, verdictSchema);
  const begun = {
    path,
    hasReport: existsSync(directory.report),
    about: aboutOf(plan.value),
    seed: plan.value?.seed ?? '',
    setup: plan.value === null ? '' : setupOf(plan.value),
    reproduce: plan.value === null ? null : runAgain(directory.plan),
  };
  const startedAt = verdict.value?.history?.startedAt ?? headerTime(directory) ?? stampTime(path);
  const problem = plan.problem ?? verdict.problem;
  if (plan.value === null || verdict.value === null) {
    return { ...begun, ...nothing, startedAt, reasons: [short(problem ?? '')] };
  }
  return { ...begun, startedAt, ...outcomeOf(verdict.value, plan.value) };
}

const nothing = {
  verdict: 'unfinished',
  reasonsLeftOut: 0,
  durationMs: null,
  isPlannedDuration: false,
  measures: { operations: null, okPerSecond: null, p99Ms: null, recoveryMs: null, convergedMs: null },
  faults: null,
  anomalies: [],
  answered: [],
} as const;

function outcomeOf(
  { verdict, reasons: given, facts, results, history }: ReadVerdict,
  plan: ReadPlan,
): Omit<ReadRun, 'path' | 'hasReport' | 'about' | 'seed' | 'setup' | 'reproduce' | 'startedAt'> {
  const reasons = [...given, ...(facts.interrupted ? ['it was interrupted'] : [])];
  const found = [...results.flatMap(anomaliesOf), ...(facts.crashed ? [nodeDied] : [])];
  const answered = results.filter(({ validity }) => validity !== 'unknown').map(({ checker }) => checker);
  return {
    verdict,
    reasons: reasons.slice(0, mostReasons).map(short),
    reasonsLeftOut: Math.max(0, reasons.length - mostReasons),
    durationMs: history?.durationMs ?? plan.timeLimitMs,
    isPlannedDuration: history === undefined,
    measures: measuresOf(results, history?.operations ?? null),
    faults: faultsOf(results),
    anomalies: [...new Map(found.map(anomaly => [anomaly.signature, anomaly])).values()],
    answered: [...answered, theRun],
  };
}

type Result = ReadVerdict['results'][number];

function anomaliesOf({ checker, validity, anomalies }: Result): readonly ReadAnomaly[] {
  if (validity !== 'invalid') return [];
  return (anomalies ?? []).map(({ kind, signature }) => ({ checker, kind, signature }));
}

function measuresOf(results: readonly Result[], operations: number | null): ReadRun['measures'] {
  const served = results.find(({ checker }) => checker === 'availability');
  const agreed = results.find(({ checker }) => checker === 'convergence');
  return {
    operations: number(served, 'operations') ?? operations,
    okPerSecond: number(served, 'ok/s'),
    p99Ms: number(served, 'p99Ms'),
    recoveryMs: number(served, 'recoveryMs'),
    // Of members that never agreed it is when they were last asked.
    convergedMs: agreed?.validity === 'valid' ? number(agreed, 'convergedMs') : null,
  };
}

function faultsOf(results: readonly Result[]): ReadRun['faults'] {
  const coverage = results.find(({ checker }) => checker === 'coverage');
  const [begun, bitten] = [number(coverage, 'faults'), number(coverage, 'faults that bit')];
  return begun === null || bitten === null ? null : { begun, bitten };
}

function number(result: Result | undefined, name: string): number | null {
  const value = result?.stats[name];
  return typeof value === 'number' ? value : null;
}

function aboutOf(plan: ReadPlan | null): Combination {
  if (plan === null) return { system: 'a plan that cannot be read', workload: '-', nemesis: '-', planted: false };
  const { system, workload, consistency, network, nemesis } = plan;
  // What says only that nothing else was asked for would bury the rest.
  const settings = Object.entries(system.settings ?? {}).flatMap(([name, value]) =>
    value === '' || value === 'built-in' ? [] : [`${name}=${value}`],
  );
  const words = system.command
    ? system.command.join(' ')
    : [
        system.name,
        ...system.bugs.map(bug => `with ${bug}`),
        ...settings,
        ...(network === 'overlay' ? ['in an overlay'] : []),
      ].join(' ');
  return {
    system: words,
    workload: consistency === undefined || consistency === 'linearizable' ? workload : `${workload}, ${consistency}`,
    nemesis: nemesis.join(' + ') || 'no faults',
    planted: system.bugs.length > 0,
  };
}

function setupOf({ nodes, concurrency, rate, timeLimitMs }: ReadPlan): string {
  return [
    countOf(nodes.length, 'node'),
    countOf(concurrency, 'client'),
    rate === 0 ? 'as fast as answered' : `${rate}/s`,
    formatDurationMs(timeLimitMs),
  ].join(', ');
}

function short(text: string): string {
  return text.length > longestReason ? `${text.slice(0, longestReason)}…` : text;
}
