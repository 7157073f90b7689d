/**
 * What `ordeal run` does: from flags and a configuration to plans, from plans to runs, from runs to an exit code. Each
 * step is a room of its own; this is the corridor.
 */
import { type ExitCode, OrdealError } from '../base/errors.ts';
import { nearest } from '../base/text.ts';
import { systemClock } from '../base/time.ts';
import { withPlace } from '../config/field.ts';
import { freshSeed, makePlan } from '../config/plan.ts';
import { override, type RunRequest } from '../config/request.ts';
import { loadRunFile, type RunCase, type RunFile } from '../config/run-file.ts';
import { parseSettings } from '../config/settings.ts';
import type { Plan } from '../run/plan.ts';
import { systemFor } from '../system/catalogue.ts';
import type { System } from '../system/system.ts';
import { type PlannedCase, runCases } from './cases.ts';
import { onInterrupt } from './interrupt.ts';
import { printReport, runOnce } from './one-run.ts';
import type { Progress } from './progress.ts';
import { shownPath } from './shown-path.ts';

export interface SessionRequest {
  /** A built-in system, or a configuration (`.yaml`, `.yml`); null when neither was named. */
  readonly target: string | null;
  /** They win over the configuration. */
  readonly flags: RunRequest;
  /** `--set`, as typed. */
  readonly set: readonly string[];
  /** Of the cases of a configuration only these; all when empty. */
  readonly cases: readonly string[];
  /** How often the whole is repeated, each time with a seed of its own; null when nothing was asked. */
  readonly runs: number | null;
  /** Each run is ended as soon as an answer cannot be explained. */
  readonly bail: boolean;
  /** Where runs are kept. */
  readonly out: string;
}

/** Returns the exit code. Throws what ends the command with an error in words. */
export async function runSession(session: SessionRequest): Promise<ExitCode> {
  const { request, cases } = readRequest(session);
  const rounds = planRounds(request, cases, session.runs ?? 1);
  let current: Progress | null = null;
  using interrupt = onInterrupt(() =>
    current?.say('interrupted: healing, stopping the nodes, judging what was recorded'),
  );
  const runPlan = (plan: Plan) =>
    runOnce({
      plan,
      system: systemOf(plan, request),
      out: session.out,
      bail: session.bail,
      // A history's time begins with its run.
      clock: systemClock(),
      signal: interrupt.signal,
      stream: process.stderr,
      onProgress(progress) {
        current = progress;
      },
    });
  const [only] = rounds[0] ?? [];
  if (cases === null && rounds.length === 1 && only) {
    const finished = await runPlan(only.plan);
    printReport(finished);
    return finished.verdict.exit;
  }
  const exit = await runCases({
    rounds,
    clock: systemClock(),
    signal: interrupt.signal,
    runPlan,
    explain: printReport,
    say: line => process.stdout.write(`${line}\n`),
  });
  process.stdout.write(`all on one page: ordeal report ${shownPath(session.out)}\n`);
  return exit;
}

/** What the configuration says, and the flags over it. */
function readRequest({ target, flags, set, cases }: SessionRequest): RunFile {
  const settings = set.length > 0 ? { settings: parseSettings(set) } : {};
  if (target === null || !/\.ya?ml$/i.test(target)) {
    if (cases.length > 0) throw noCases('--case chooses among the cases of a configuration, and there is none');
    return { request: { ...flags, ...settings, ...(target === null ? {} : { system: target }) }, cases: null };
  }
  const file = loadRunFile(target, { environment: process.env });
  const over = { ...flags, ...settings };
  if (file.cases === null && cases.length > 0) throw noCases(`${target} has no cases`);
  return {
    request: override(file.request, over),
    cases: chosen(file.cases, cases)?.map(each => ({ ...each, request: override(each.request, over) })) ?? null,
  };
}

function noCases(message: string): OrdealError {
  return new OrdealError(message, { code: 'NO_CASES', hint: 'leave out --case, or give a configuration with cases:' });
}

/** In the order of the file; with a case whose history is judged again comes the one that records it. */
function chosen(cases: readonly RunCase[] | null, names: readonly string[]): readonly RunCase[] | null {
  if (cases === null || names.length === 0) return cases;
  const known = cases.map(({ name }) => name);
  const stranger = names.find(name => !known.includes(name));
  if (stranger !== undefined) {
    const meant = nearest(stranger, known);
    throw new OrdealError(`there is no case "${stranger}"`, {
      code: 'UNKNOWN_CASE',
      hint: meant === null ? `one of ${known.join(', ')}` : `did you mean "${meant}"?`,
    });
  }
  const wanted = cases.filter(({ name }) => names.includes(name));
  return cases.filter(each => wanted.includes(each) || wanted.some(({ sameHistoryAs }) => sameHistoryAs === each.name));
}

/** Every plan of every round, and the seeds: the cases of a round have the same, so that they make the same choices. */
function planRounds(
  request: RunRequest,
  cases: readonly RunCase[] | null,
  runs: number,
): readonly (readonly PlannedCase[])[] {
  const shared = freshSeed();
  return Array.from({ length: runs }, (_, round) => {
    const planFor = (asked: RunRequest): Plan => {
      const seed = asked.seed ?? shared;
      const plan = makePlan(
        asked.plan === undefined ? { ...asked, seed: runs === 1 ? seed : `${seed}-${round + 1}` } : asked,
      );
      systemOf(plan, asked);
      return plan;
    };
    if (cases === null) {
      const plan = planFor(request);
      return [{ name: `${plan.system.name} ${plan.workload}`, plan, expect: null, sameHistoryAs: null }];
    }
    return cases.map(({ request: asked, ...rest }) => ({ ...rest, plan: planFor(asked) }));
  });
}

function systemOf(plan: Plan, { places }: RunRequest): System {
  return withPlace(places?.['system'], () => systemFor(plan.system));
}
