/**
 * The worker's side of judging: reads the history, then runs one checker after the other, and says when each begins and
 * what it found, so that what is finished survives the worker.
 *
 * A checker that throws is a bug of ours in that checker, and the others still run. Out of memory and out of time end
 * the whole worker: those the judge sees from outside.
 */
import type { MessagePort } from 'node:worker_threads';
import { OrdealError } from '../base/errors.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import { readHistory } from '../history/reader.ts';
import { availabilityOf } from './availability.ts';
import type { CheckerOptions } from './catalogue.ts';
import type { Budget, Checker, CheckResult } from './checker.ts';
import { coverageOf } from './coverage.ts';
import { type CheckOrder, type HistoryFacts, toWire, type WorkerMessage, type WorkerTask } from './messages.ts';

export interface Service {
  readonly port: MessagePort;
  readonly task: WorkerTask;
  /** Throws an `OrdealError` for a name that it does not know. */
  readonly checkerByName: (name: string, options: CheckerOptions) => Checker;
}

/** Returns when the history has been read; the checkers run when the order comes. */
export function serve({ port, task, checkerByName }: Service): void {
  const say = (message: WorkerMessage): void => port.postMessage(message);
  guard(say, () => {
    const history = readHistory(task.file, { ...task.reading, header: 'optional' });
    say({ kind: 'loaded', facts: factsOf(history, task) });
    port.once('message', (order: CheckOrder) => {
      guard(say, () => {
        const options = { model: task.model, bail: task.bail, expectation: task.expectation };
        const chosen = order.checkers.map(name => checkerByName(name, options));
        for (const checker of chosen) {
          say({ kind: 'begin', checker: checker.name });
          judgeWith({ checker, history, budget: order.budget, say });
        }
      });
      port.close();
    });
  });
}

/** A user's error is told to the judge; anything else ends the worker, which the judge sees. */
function guard(say: (message: WorkerMessage) => void, task: () => void): void {
  try {
    task();
  } catch (error) {
    if (!(error instanceof OrdealError)) throw error;
    say({ kind: 'refused', error: toWire(error) });
  }
}

function factsOf(history: History, task: WorkerTask): HistoryFacts {
  const { header, truncated, eventCount, duration, faults, phases } = history;
  return {
    header,
    truncated,
    eventCount,
    operationCount: history.operations.length,
    duration,
    faults,
    phases,
    availability: availabilityOf(history),
    coverage: coverageOf(history, task.expectation),
  };
}

interface Hearing {
  readonly checker: Checker;
  readonly history: History;
  readonly budget: Budget;
  readonly say: (message: WorkerMessage) => void;
}

function judgeWith({ checker, history, budget, say }: Hearing): void {
  try {
    const result = checker.check(history, budget);
    say({ kind: 'result', result, operations: citedOperations(result, history) });
  } catch (error) {
    if (error instanceof OrdealError) throw error;
    say({ kind: 'result', result: brokenDown(checker.name, error), operations: [] });
  }
}

/** What the engine says when a table or a buffer cannot grow any more; the heap as a whole may still have room. */
const memoryErrors = /^(Array buffer allocation failed|(Map|Set) maximum size exceeded)/;

function brokenDown(checker: string, error: unknown): CheckResult {
  const message = error instanceof Error ? error.message : String(error);
  const isMemory = error instanceof RangeError && memoryErrors.test(message);
  const detail = isMemory
    ? `it needed more memory than there is: ${message}`
    : `the checker broke down, which is a bug of ordeal: ${message}`;
  return { checker, validity: 'unknown', reason: isMemory ? 'memory' : 'crash', detail, summary: detail, stats: {} };
}

function citedOperations(result: CheckResult, history: History): readonly Operation[] {
  if (result.validity !== 'invalid') return [];
  const ids = new Set(result.anomalies.flatMap(({ operations }) => operations));
  return [...ids].map(id => history.operations.get(id));
}
