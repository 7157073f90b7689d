/**
 * One run from its plan to its verdict: run, judge, conclude, write it down. What is printed of it is up to the caller.
 */
import { AssertionError } from '../base/assert.ts';
import { exitCode, OrdealError } from '../base/errors.ts';
import { type Clock, nanosPerMs, nanosPerSecond } from '../base/time.ts';
import type { CheckResult } from '../checker/checker.ts';
import type { Expectation } from '../checker/coverage.ts';
import { type Judgement, judge } from '../checker/judge.ts';
import { countOf } from '../checker/words.ts';
import { conclude, type Verdict } from '../gate/verdict.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import { runAgain, type StoredVerdict, titleOf } from '../report/run-report.ts';
import { textReport } from '../report/text.ts';
import type { Plan } from '../run/plan.ts';
import { describeSystem, type RunFacts, run } from '../run/run.ts';
import { createRunDirectory, type RunDirectory, writeJson } from '../run/run-directory.ts';
import type { System } from '../system/system.ts';
import { type Progress, progressFor } from './progress.ts';
import { shownPath } from './shown-path.ts';
import { watchFor, withFalseAlarm } from './watch.ts';
import { reportAfterRun } from './write-report.ts';

export interface OneRun {
  readonly plan: Plan;
  readonly system: System;
  /** Where runs are kept. */
  readonly out: string;
  readonly clock: Clock;
  /** Ends the run in order; what was recorded is judged. */
  readonly signal: AbortSignal;
  /** Whether the run is ended as soon as an answer cannot be explained. @default false */
  readonly bail?: boolean;
  /** Where progress is shown. */
  readonly stream: NodeJS.WriteStream;
  /** Told of the progress, for what else is to be said while it runs. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface FinishedRun {
  readonly plan: Plan;
  readonly directory: RunDirectory;
  readonly facts: RunFacts;
  readonly judgement: Judgement;
  readonly verdict: Verdict;
  readonly seconds: number;
  /** Where its page is, or why there is none. */
  readonly report: string;
}

/** Throws what keeps a run from beginning. */
export async function runOnce(options: OneRun): Promise<FinishedRun> {
  const { plan, clock, signal, stream } = options;
  const begin = clock.now();
  const directory = createRunDirectory(options.out, plan);
  stream.write(`${describePlan(plan)}\n`);
  const progress = progressFor({ plan, clock, stream });
  options.onProgress?.(progress);
  try {
    const facts = await runAndWatch(options, directory, progress);
    progress.say('judging');
    const { judgement, verdict } = await judgeRun({ plan, directory, facts });
    writeVerdict(directory.verdict, { judgement, verdict, facts });
    progress.say('writing the report');
    const report = reportAfterRun(directory);
    return { plan, directory, facts, judgement, verdict, report, seconds: (clock.now() - begin) / nanosPerSecond };
  } catch (error) {
    // Whatever fails while everything is being stopped, fails because of that; but for what is wrong with ourselves.
    if (!signal.aborted || error instanceof AssertionError) throw error;
    throw new OrdealError('interrupted before anything was recorded that could be judged', {
      code: 'INTERRUPTED',
      exit: exitCode.interrupted,
      cause: error,
    });
  } finally {
    progress.close();
  }
}

/** The run; with `bail` it is watched, and ended early when it cannot come out well any more. */
async function runAndWatch(options: OneRun, directory: RunDirectory, progress: Progress): Promise<RunFacts> {
  const { plan, system, clock, signal, bail } = options;
  const note = (sentence: string): void => progress.note(sentence);
  const enough = new AbortController();
  await using watch = bail === true ? watchFor({ plan, checkers: plannedCheckers(plan), clock, enough, note }) : null;
  return await run({
    plan,
    system,
    directory,
    clock,
    signal,
    enough: enough.signal,
    onEvent: progress.onEvent,
    ...(watch ? { onLines: lines => watch.add(lines) } : {}),
    onProgress: sentence => progress.say(sentence),
  });
}

export interface RecordedRun {
  /** Says what the history is judged by; it may be judged again by another one. */
  readonly plan: Plan;
  readonly directory: RunDirectory;
  readonly facts: RunFacts;
}

/** Judges what was recorded, as the plan says. */
export async function judgeRun({
  plan,
  directory,
  facts,
}: RecordedRun): Promise<Pick<FinishedRun, 'judgement' | 'verdict'>> {
  const judgement = await judge({
    file: directory.history,
    checkers: checkersFor(plan, facts),
    expectation: expectation(plan),
  });
  return { judgement, verdict: conclude(judgement, withFalseAlarm(facts, judgement)) };
}

export function writeVerdict(
  path: string,
  { judgement, verdict, facts }: Pick<FinishedRun, 'judgement' | 'verdict' | 'facts'>,
): void {
  const { operationCount, duration, header } = judgement;
  const stored: StoredVerdict = {
    ...verdict,
    facts,
    history: { operations: operationCount, durationMs: duration / nanosPerMs, startedAt: header.startedAt },
    results: judgement.results.map(withoutWitness),
  };
  writeJson(path, stored);
}

/** On standard output: the whole report of one run. */
export function printReport({ plan, directory, judgement, verdict, facts, report }: FinishedRun): void {
  const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
  process.stdout.write(
    textReport({
      title: titleOf(plan),
      judgement,
      verdict,
      closing: closingLines({ directory, facts, report }),
      colour,
    }),
  );
}

function describePlan(plan: Plan): string {
  const faults =
    plan.nemesis.length === 0 ? 'no faults' : `${countOf(plan.schedule.length, 'fault')} (${plan.nemesis.join(', ')})`;
  return [
    `${describeSystem(plan)}: ${countOf(plan.nodes.length, 'node')}`,
    ...(plan.network === 'overlay' ? ['overlay network'] : []),
    `workload ${plan.workload}`,
    ...(plan.consistency === 'sequential' ? ['judged as sequential'] : []),
    countOf(plan.concurrency, 'client'),
    `${plan.timeLimitMs / 1000} s`,
    faults,
    `seed ${plan.seed}`,
  ].join(', ');
}

/** A witness was replayed where it was found, and is as long as the history: not worth a second copy on disk. */
function withoutWitness(result: CheckResult): CheckResult {
  if (result.validity !== 'valid') return result;
  const { witness: _, ...rest } = result;
  return rest;
}

/** These judge what the members say in the end; before the end they would blame what only needed time. */
const judgeTheEnd: ReadonlySet<string> = new Set(['convergence', 'set', 'counter']);

/** Exported for tests. */
export function checkersFor(plan: Plan, facts: Pick<RunFacts, 'interrupted' | 'endedEarly'>): readonly string[] {
  const chosen = plannedCheckers(plan);
  const hasNoEnd = facts.interrupted || facts.endedEarly !== undefined;
  return hasNoEnd ? chosen.filter(name => !judgeTheEnd.has(name)) : chosen;
}

function plannedCheckers(plan: Plan): readonly string[] {
  const { checkers } = workloadByName(plan.workload);
  return checkers.map(name => (name === 'linearizable' ? (plan.consistency ?? name) : name));
}

/** What a run must have done for its verdict to mean something. */
function expectation(plan: Plan): Expectation {
  const workload = workloadByName(plan.workload);
  return { functions: workload.functions, plannedFaults: plan.schedule.length };
}

function closingLines({ directory, facts, report }: Pick<FinishedRun, 'directory' | 'facts' | 'report'>): string[] {
  const { endedEarly } = facts;
  const path = shownPath(directory.path);
  const early = endedEarly === undefined ? [] : [`ended early: ${endedEarly}`];
  return [...early, report, `everything:  ${path}/`, `run it again: ${runAgain(shownPath(directory.plan))}`];
}

/** What is known of a run that was ended before it could say how it went. */
const endedFromOutside: RunFacts = {
  errors: ['the run was ended from outside before it was judged'],
  crashed: null,
  interrupted: false,
  endedEarly: 'it was ended from outside',
  skipped: [],
};

/** Judges what a run recorded that was killed before it could: what is missing at its end is not held against the system. */
export async function judgeUnfinished(directory: RunDirectory, plan: Plan): Promise<void> {
  const facts = endedFromOutside;
  const { judgement, verdict } = await judgeRun({ plan, directory, facts });
  writeVerdict(directory.verdict, { judgement, verdict, facts });
}
