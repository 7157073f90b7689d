/**
 * What `ordeal run` does: plan, run, judge, conclude, report. Each step is a room of its own; this is the corridor.
 */
import { join, relative } from 'node:path';
import type { ExitCode } from '../base/errors.ts';
import { systemClock } from '../base/time.ts';
import type { CheckResult } from '../checker/checker.ts';
import type { Expectation } from '../checker/coverage.ts';
import { judge } from '../checker/judge.ts';
import { countOf } from '../checker/words.ts';
import { makePlan, type RunRequest } from '../config/plan.ts';
import { conclude } from '../gate/verdict.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import { textReport } from '../report/text.ts';
import type { Plan } from '../run/plan.ts';
import { describeSystem, type RunFacts, run } from '../run/run.ts';
import { createRunDirectory, type RunDirectory, writeJson } from '../run/run-directory.ts';
import { systemFor } from '../system/catalogue.ts';
import { onInterrupt } from './interrupt.ts';
import { progressFor } from './progress.ts';

/** Returns the exit code. Throws what ends the command with an error in words. */
export async function runSession(request: RunRequest, out: string): Promise<ExitCode> {
  const plan = makePlan(request);
  const system = systemFor(plan.system);
  const clock = systemClock();
  const directory = createRunDirectory(out, plan);
  process.stderr.write(`${describePlan(plan)}\n`);
  const progress = progressFor({ plan, clock, stream: process.stderr });
  using interrupt = onInterrupt(() =>
    progress.say('interrupted: healing, stopping the nodes, judging what was recorded'),
  );
  try {
    const facts = await run({ plan, system, directory, clock, signal: interrupt.signal, onEvent: progress.onEvent });
    progress.say('judging');
    const judgement = await judge({
      file: directory.history,
      checkers: checkersFor(plan, facts),
      expectation: expectation(plan),
    });
    const verdict = conclude(judgement, facts);
    writeJson(directory.verdict, { ...verdict, facts, results: judgement.results.map(withoutWitness) });
    progress.close();
    const title = `${describeSystem(plan)}, ${plan.workload}, seed ${plan.seed}`;
    const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
    process.stdout.write(textReport({ title, judgement, verdict, closing: closingLines(directory), colour }));
    return verdict.exit;
  } finally {
    progress.close();
  }
}

function describePlan(plan: Plan): string {
  const faults =
    plan.nemesis.length === 0 ? 'no faults' : `${countOf(plan.schedule.length, 'fault')} (${plan.nemesis.join(', ')})`;
  return `${describeSystem(plan)}: ${countOf(plan.nodes.length, 'node')}, workload ${plan.workload}, ${countOf(plan.concurrency, 'client')}, ${plan.timeLimitMs / 1000} s, ${faults}, seed ${plan.seed}`;
}

/** A witness was replayed where it was found, and is as long as the history: not worth a second copy on disk. */
function withoutWitness(result: CheckResult): CheckResult {
  if (result.validity !== 'valid') return result;
  const { witness: _, ...rest } = result;
  return rest;
}

/** These judge what the members say in the end; before the end they would blame what only needed time. */
const judgeTheEnd: ReadonlySet<string> = new Set(['convergence', 'set', 'counter']);

function checkersFor(plan: Plan, facts: RunFacts): readonly string[] {
  const { checkers } = workloadByName(plan.workload);
  return facts.interrupted ? checkers.filter(name => !judgeTheEnd.has(name)) : checkers;
}

/** What a run must have done for its verdict to mean something. */
function expectation(plan: Plan): Expectation {
  const workload = workloadByName(plan.workload);
  return { functions: workload.functions, plannedFaults: plan.schedule.length };
}

function closingLines(directory: RunDirectory): string[] {
  const path = relative(process.cwd(), directory.path) || '.';
  return [`everything:  ${path}/`, `run it again: ordeal run --plan ${join(path, 'plan.json')}`];
}
