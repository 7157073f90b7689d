/**
 * Runs the cases of a configuration one after the other, and compares how each came out with how it should.
 *
 * All plans are made before the first run begins, so that a misspelt name in the last case costs nobody an hour. One case
 * that cannot be run does not keep the others from theirs; Ctrl-C does.
 *
 * How it can mislead: `as expected` compares the verdict, and the words of an anomaly if there are any. A case that fails
 * for another reason than was meant comes out as expected when no anomaly was named.
 */
import { join } from 'node:path';
import { present } from '../base/assert.ts';
import { type ExitCode, exitCode, OrdealError } from '../base/errors.ts';
import { type Clock, nanosPerSecond } from '../base/time.ts';
import type { Anomaly } from '../checker/checker.ts';
import type { Judgement } from '../checker/judge.ts';
import type { CaseExpectation } from '../config/run-file.ts';
import { gravest, type RunVerdict, type Verdict } from '../gate/verdict.ts';
import type { Plan } from '../run/plan.ts';
import { describeError } from './failure.ts';
import { type FinishedRun, judgeRun, writeVerdict } from './one-run.ts';
import { shownPath } from './shown-path.ts';

/** One case of one round. */
export interface PlannedCase {
  readonly name: string;
  readonly plan: Plan;
  /** Null: it is only counted what came out. */
  readonly expect: CaseExpectation | null;
  readonly sameHistoryAs: string | null;
}

export interface CasesOptions {
  /** By round, of which each holds every case. */
  readonly rounds: readonly (readonly PlannedCase[])[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly runPlan: (plan: Plan) => Promise<FinishedRun>;
  /** A run that came out otherwise: what a person needs of it. */
  readonly explain: (run: FinishedRun) => void;
  /** A line on standard output. */
  readonly say: (line: string) => void;
}

/** What became of a case. */
export interface CaseOutcome {
  readonly name: string;
  readonly expect: CaseExpectation | null;
  /** `not run`: it could not begin. `interrupted`: what its verdict would have been nobody knows. */
  readonly got: RunVerdict | 'not run' | 'interrupted';
  readonly asExpected: boolean;
  readonly exit: ExitCode;
  /** The kind of the anomaly that was expected, or of the first. */
  readonly anomaly: string | null;
  readonly seconds: number;
  readonly directory: string | null;
}

/** The exit code of all: 0 when every case came out as it should. */
export async function runCases(options: CasesOptions): Promise<ExitCode> {
  const { rounds, say, signal } = options;
  const outcomes: CaseOutcome[] = [];
  for (const round of rounds) {
    const recorded = new Map<string, FinishedRun>();
    for (const planned of round) {
      if (signal.aborted) break;
      const outcome = await perform(planned, recorded, options);
      outcomes.push(outcome);
      say(sentence(outcome));
    }
  }
  const total = rounds.reduce((sum, round) => sum + round.length, 0);
  say(['', ...summary(outcomes), ...(rounds.length > 1 ? ['', ...rates(outcomes)] : [])].join('\n'));
  if (!signal.aborted) return gravest(outcomes.map(({ exit }) => exit));
  say(`interrupted: ${outcomes.length} of ${total} cases were begun`);
  return exitCode.interrupted;
}

/** Runs it, or judges again what another case has recorded. */
async function perform(
  planned: PlannedCase,
  recorded: Map<string, FinishedRun>,
  options: CasesOptions,
): Promise<CaseOutcome> {
  const begin = options.clock.now();
  try {
    const finished = await (planned.sameHistoryAs === null
      ? options.runPlan(planned.plan)
      : judgeAgain(planned, recorded, options));
    recorded.set(planned.name, finished);
    const outcome = compare(planned, finished);
    if (!outcome.asExpected && !finished.facts.interrupted) options.explain(finished);
    return outcome;
  } catch (error) {
    if (!(error instanceof OrdealError)) throw error;
    options.say(describeError(error));
    return {
      ...planned,
      got: options.signal.aborted ? 'interrupted' : 'not run',
      asExpected: false,
      exit: options.signal.aborted ? exitCode.interrupted : error.exit,
      anomaly: null,
      seconds: (options.clock.now() - begin) / nanosPerSecond,
      directory: null,
    };
  }
}

async function judgeAgain(
  { name, plan, sameHistoryAs }: PlannedCase,
  recorded: ReadonlyMap<string, FinishedRun>,
  { clock }: CasesOptions,
): Promise<FinishedRun> {
  const begin = clock.now();
  const run = recorded.get(present(sameHistoryAs));
  if (!run) {
    throw new OrdealError(`${name}: there is no history, since ${sameHistoryAs} was not run to its end`, {
      code: 'NO_HISTORY',
      exit: exitCode.unknown,
    });
  }
  const { directory, facts, report } = run;
  const { judgement, verdict } = await judgeRun({ plan: { ...run.plan, ...consistencyOf(plan) }, directory, facts });
  const file = `verdict-${name.replace(/[^\w.-]/g, '_')}.json`;
  writeVerdict(join(directory.path, file), { judgement, verdict, facts });
  return { plan, directory, facts, judgement, verdict, report, seconds: (clock.now() - begin) / nanosPerSecond };
}

/** Only this is changed: everything else is how the history came to be. */
function consistencyOf({ consistency }: Plan): Pick<Plan, 'consistency'> {
  return consistency === undefined ? {} : { consistency };
}

function compare({ name, expect }: PlannedCase, finished: FinishedRun): CaseOutcome {
  const { judgement, verdict, directory, seconds, facts } = finished;
  const anomalies = anomaliesOf(judgement);
  const wanted = anomalies.find(anomaly => names(anomaly, expect?.anomaly ?? []));
  const isVerdict = expect === null ? verdict.verdict === 'pass' : verdict.verdict === expect.verdict;
  const asExpected = !facts.interrupted && isVerdict && (!expect?.anomaly.length || wanted !== undefined);
  return {
    name,
    expect,
    got: facts.interrupted ? 'interrupted' : verdict.verdict,
    asExpected,
    exit: asExpected ? exitCode.pass : exitOf(verdict, expect),
    anomaly: (wanted ?? anomalies[0])?.kind ?? null,
    seconds,
    directory: directory.path,
  };
}

function anomaliesOf({ results }: Judgement): readonly Anomaly[] {
  return results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []));
}

function names({ kind, signature }: Anomaly, words: readonly string[]): boolean {
  const text = `${kind} ${signature}`.toLowerCase();
  return words.some(word => text.includes(word.toLowerCase()));
}

/** Of one that came out otherwise. A harness that broke says nothing of the system. */
function exitOf({ verdict, exit }: Verdict, expect: CaseExpectation | null): ExitCode {
  if (exit === exitCode.interrupted || expect === null) return exit;
  return verdict === 'error' ? exitCode.software : exitCode.fail;
}

function sentence(outcome: CaseOutcome): string {
  const { name, got, asExpected, expect, anomaly, seconds } = outcome;
  const came = `${got}${anomaly === null ? '' : ` (${anomaly})`}`;
  const compared =
    expect === null || got === 'interrupted' ? '' : asExpected ? ', as expected' : `, expected ${expected(expect)}`;
  return `${asExpected ? '✓' : '✗'} ${name}: ${came}${compared}, ${seconds.toFixed(1)} s`;
}

function expected(expect: CaseExpectation | null): string {
  if (expect === null) return '-';
  return `${expect.verdict}${expect.anomaly.length > 0 ? ` (${expect.anomaly.join(' or ')})` : ''}`;
}

function summary(outcomes: readonly CaseOutcome[]): readonly string[] {
  const rows = outcomes.map(outcome => [
    `${outcome.asExpected ? '✓' : '✗'} ${outcome.name}`,
    expected(outcome.expect),
    outcome.got,
    outcome.anomaly ?? '-',
    outcome.seconds.toFixed(1),
    outcome.directory === null ? '-' : shownPath(outcome.directory),
  ]);
  const table = [['  case', 'expected', 'got', 'anomaly', 'seconds', 'run directory'], ...rows];
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map(row => row[column]?.length ?? 0)));
  return table.map(row =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** `bad: 5 of 5 as expected` */
function rates(outcomes: readonly CaseOutcome[]): readonly string[] {
  return [...new Set(outcomes.map(({ name }) => name))].map(name => {
    const runs = outcomes.filter(outcome => outcome.name === name);
    const good = runs.filter(({ asExpected }) => asExpected).length;
    return `${name}: ${good} of ${runs.length} ${runs[0]?.expect === null ? 'passed' : 'as expected'}`;
  });
}
