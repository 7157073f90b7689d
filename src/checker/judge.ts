/**
 * Judges a recorded history: the door to all checkers.
 *
 * The file is read and judged in a worker thread, so the caller's event loop stays free, and a judgement can be aborted
 * at any time. What comes back holds the operations that the anomalies cite, so nobody has to read the file again.
 */
import { entryPoint } from '../base/entry.ts';
import { OrdealError } from '../base/errors.ts';
import { type Clock, systemClock } from '../base/time.ts';
import { workloads } from '../generator/workloads/catalogue.ts';
import type { HistoryHeader } from '../history/event.ts';
import type { Operation } from '../history/operation.ts';
import { type Budget, type CheckResult, defaultBudget } from './checker.ts';
import type { Expectation } from './coverage.ts';
import type { HistoryFacts, Reading } from './messages.ts';
import { runCheckers } from './pool.ts';

export interface JudgeRequest {
  /** A history, ours or another tool's; `-` is standard input. */
  readonly file: string;
  /** How the file is to be read. @default guessed */
  readonly reading?: Reading;
  /** Linearizability is judged against this model, also when the workload does not ask for it. */
  readonly model?: string;
  /** Names of the checker catalogue. @default those of the workload that the history names */
  readonly checkers?: readonly string[];
  /** For each checker. @default defaultBudget */
  readonly budget?: Budget;
  /** Whether linearizability is decided by the first key that is invalid. @default false: by all */
  readonly bail?: boolean;
  /** What the run had set out to do, for `coverage`. */
  readonly expectation?: Expectation;
}

export interface JudgeOptions {
  /** Aborted: the judgement is given up at once, and the promise rejects with the signal's reason. */
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** How much longer than its budget a checker may take before its thread is ended. @default 10000 */
  readonly graceMs?: number;
  /** Heap of the worker. @default 2000 */
  readonly memoryMb?: number;
  /** The compiled module that a worker starts with: another catalogue of checkers. @default ours */
  readonly entry?: string;
}

/** Can be cloned. As JSON, an `Infinity` becomes null. */
export interface Judgement extends HistoryFacts {
  /** One for each checker, in the order of the request; `availability` and `coverage` first. */
  readonly results: readonly CheckResult[];
  /** The operations that anomalies cite, by id. */
  readonly operations: readonly Operation[];
}

/**
 * Errors: those of reading (`CANNOT_READ_HISTORY`, `MALFORMED_HISTORY`, `HISTORY_TOO_LARGE`), of names
 * (`UNKNOWN_CHECKER`, `UNKNOWN_MODEL`, `NO_MODEL`, `NOTHING_TO_JUDGE`), and what a checker refuses
 * (`UNSUPPORTED_OPERATION`). A checker that fails in any other way is `unknown` in the results.
 */
export async function judge(request: JudgeRequest, options: JudgeOptions = {}): Promise<Judgement> {
  const { facts, results, operations } = await runCheckers({
    entry: options.entry ?? entryPoint(import.meta.url, './worker'),
    task: {
      file: request.file,
      reading: request.reading ?? {},
      model: request.model ?? null,
      bail: request.bail ?? false,
      expectation: request.expectation ?? {},
    },
    budget: request.budget ?? defaultBudget,
    graceMs: options.graceMs ?? 10_000,
    memoryMb: options.memoryMb ?? 2_000,
    choose: ({ header }) => [...new Set(['availability', 'coverage', ...chosenCheckers(request, header)])],
    clock: options.clock ?? systemClock(),
    signal: options.signal ?? new AbortController().signal,
  });
  return { ...facts, results, operations };
}

/** What was asked for; else what the workload asks for, and linearizability where a model is known. */
function chosenCheckers(request: JudgeRequest, header: HistoryHeader): readonly string[] {
  if (request.checkers) return request.checkers;
  const ofWorkload = workloads.find(({ name }) => name === header.workload)?.checkers ?? [];
  const names = (request.model ?? header.model) === null ? ofWorkload : ['linearizable', ...ofWorkload];
  if (names.length > 0) return names;
  throw new OrdealError('the history does not say how to judge it: its workload is not one of ours', {
    code: 'NOTHING_TO_JUDGE',
    hint: 'name a model (--model cas-register) or a checker (--checker set)',
    place: { file: request.file },
  });
}
