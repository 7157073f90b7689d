/**
 * From what the checkers and the run say to one word and an exit code.
 *
 * Gravest first: fail, error, unknown, vacuous, pass. A finding is never hidden by something that is merely broken, and
 * nothing that was not looked at ever passes.
 */
import { type ExitCode, exitCode } from '../base/errors.ts';
import type { CheckResult } from '../checker/checker.ts';
import type { Judgement } from '../checker/judge.ts';
import type { RunFacts } from '../run/run.ts';

export type RunVerdict = 'fail' | 'error' | 'unknown' | 'vacuous' | 'pass';

export interface Verdict {
  readonly verdict: RunVerdict;
  readonly exit: ExitCode;
  /** Sentences: why it is this one. For a pass: what was shown. */
  readonly reasons: readonly string[];
}

const exitOf: Readonly<Record<RunVerdict, ExitCode>> = {
  fail: exitCode.fail,
  error: exitCode.software,
  unknown: exitCode.unknown,
  vacuous: exitCode.vacuous,
  pass: exitCode.pass,
};

/** `facts` is null when a history is judged without the run that made it. */
export function conclude(judgement: Judgement, facts: RunFacts | null): Verdict {
  const reasons: Record<RunVerdict, readonly string[]> = {
    fail: [
      ...judgement.results.flatMap(result =>
        result.validity === 'invalid' ? [`${result.checker}: ${result.summary}`] : [],
      ),
      ...(facts?.crashed ? [facts.crashed] : []),
    ],
    error: [...(facts?.errors ?? []), ...unknowns(judgement, reason => reason === 'crash')],
    unknown: unknowns(judgement, reason => reason !== 'crash' && reason !== 'no-data'),
    vacuous: unknowns(judgement, reason => reason === 'no-data'),
    pass: judgement.results.flatMap(result =>
      result.validity === 'valid' ? [`${result.checker}: ${result.summary}`] : [],
    ),
  };
  const order: readonly RunVerdict[] = ['fail', 'error', 'unknown', 'vacuous'];
  const verdict = order.find(candidate => reasons[candidate].length > 0) ?? 'pass';
  const exit = facts?.interrupted ? exitCode.interrupted : exitOf[verdict];
  return { verdict, exit, reasons: reasons[verdict] };
}

type Reason = Extract<CheckResult, { readonly validity: 'unknown' }>['reason'];

function unknowns(judgement: Judgement, wanted: (reason: Reason) => boolean): readonly string[] {
  return judgement.results.flatMap(result =>
    result.validity === 'unknown' && wanted(result.reason) ? [`${result.checker}: ${result.detail}`] : [],
  );
}

/** Over several histories the gravest wins: 1, 70, 69, 2, 3, 4, then 0. */
export function gravest(exits: readonly ExitCode[]): ExitCode {
  const order: readonly ExitCode[] = [
    exitCode.interrupted,
    exitCode.fail,
    exitCode.software,
    exitCode.unavailable,
    exitCode.usage,
    exitCode.unknown,
    exitCode.vacuous,
    exitCode.limit,
  ];
  return order.find(candidate => exits.includes(candidate)) ?? exitCode.pass;
}
