/**
 * Runs checkers off the main thread, and survives them: one that eats all memory, never returns or breaks down loses its
 * own verdict and nobody else's.
 *
 * One worker at a time holds the history (it may be large). When a worker is lost, the checker that it was running is
 * `unknown` with the reason, and a fresh worker reads the history again and goes on with the rest. Checkers are not
 * asked to stop; their thread is ended.
 */
import { Worker } from 'node:worker_threads';
import { formatDurationMs } from '../base/duration.ts';
import { exitCode, OrdealError } from '../base/errors.ts';
import type { Clock } from '../base/time.ts';
import type { Operation } from '../history/operation.ts';
import type { Budget, CheckResult } from './checker.ts';
import { type CheckOrder, fromWire, type HistoryFacts, type WorkerMessage, type WorkerTask } from './messages.ts';

export interface PoolOptions {
  /** The compiled module that a worker starts with. */
  readonly entry: string;
  readonly task: WorkerTask;
  /** For each checker. */
  readonly budget: Budget;
  /** How much longer than its budget a checker may take before its thread is ended. */
  readonly graceMs: number;
  /** Heap of a worker. */
  readonly memoryMb: number;
  /** Which checkers to run, in order; asked once, when the history has been read. */
  readonly choose: (facts: HistoryFacts) => readonly string[];
  readonly clock: Clock;
  /** Aborted: the worker is ended, and the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
}

export interface PoolOutcome {
  readonly facts: HistoryFacts;
  /** One for each checker, in order. */
  readonly results: readonly CheckResult[];
  /** Those that anomalies cite, each once, by id. */
  readonly operations: readonly Operation[];
}

/** Rejects with an `OrdealError` when the history cannot be read, or a checker refuses it. */
export async function runCheckers(options: PoolOptions): Promise<PoolOutcome> {
  let facts: HistoryFacts | null = null;
  let remaining: readonly string[] = [];
  const results: CheckResult[] = [];
  const operations = new Map<number, Operation>();
  do {
    const shift = await runWorker(options, loaded => {
      if (facts === null) remaining = options.choose(loaded);
      facts ??= loaded;
      return remaining;
    });
    if (shift.refusal !== null && (facts === null || shift.loaded)) throw shift.refusal;
    if (facts === null) throw lossOfHistory(shift.loss, options);
    results.push(...shift.results);
    for (const operation of shift.operations) operations.set(operation.id, operation);
    const left = remaining.slice(shift.results.length);
    // A worker that was lost before it began with any of them would be lost again.
    const lost = shift.running !== null ? left.slice(0, 1) : shift.results.length > 0 ? [] : left;
    results.push(...lost.map(name => withoutVerdict(name, shift.loss)));
    remaining = left.slice(lost.length);
  } while (remaining.length > 0);
  return { facts, results, operations: [...operations.values()].toSorted((left, right) => left.id - right.id) };
}

/** Why a worker did not come to its end. */
interface Loss {
  readonly reason: 'memory' | 'timeout' | 'crash';
  readonly detail: string;
}

/** What one worker came to. */
interface Shift {
  /** Whether it had read the history. */
  readonly loaded: boolean;
  readonly results: readonly CheckResult[];
  readonly operations: readonly Operation[];
  /** The checker that it was running when it was lost. */
  readonly running: string | null;
  /** Means nothing when all that was asked for has a result. */
  readonly loss: Loss;
  readonly refusal: Error | null;
}

/** Starts a worker, gives it the order once it has read the history, and waits until it has exited. */
function runWorker(options: PoolOptions, order: (facts: HistoryFacts) => readonly string[]): Promise<Shift> {
  const { entry, task, signal, memoryMb } = options;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const worker = new Worker(entry, {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    const listener = new Listener(options, worker, order);
    const end = (): void => listener.end();
    worker.on('message', (message: WorkerMessage) => listener.hear(message));
    worker.on('error', (error: Error & { readonly code?: string }) => listener.lost(error));
    worker.on('exit', () => {
      signal.removeEventListener('abort', end);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve(listener.shift());
    });
    signal.addEventListener('abort', end, { once: true });
  });
}

/** What is known of one worker, as long as it lives. */
class Listener {
  private readonly options: PoolOptions;
  private readonly worker: Worker;
  private readonly order: (facts: HistoryFacts) => readonly string[];
  private readonly results: CheckResult[] = [];
  private readonly operations: Operation[] = [];
  private loaded = false;
  private ended = false;
  private running: string | null = null;
  private loss: Loss = { reason: 'crash', detail: 'its thread ended without a word' };
  private refusal: Error | null = null;
  private stopWatch: () => void = () => undefined;

  constructor(options: PoolOptions, worker: Worker, order: (facts: HistoryFacts) => readonly string[]) {
    this.options = options;
    this.worker = worker;
    this.order = order;
  }

  hear(message: WorkerMessage): void {
    // What was said before the end still arrives after it, and only a verdict is of use then.
    if (this.ended && message.kind !== 'result') return;
    switch (message.kind) {
      case 'loaded':
        this.loaded = true;
        this.giveOrder(message.facts);
        break;
      case 'begin':
        this.running = message.checker;
        this.stopWatch = this.watch();
        break;
      case 'result':
        this.stopWatch();
        this.running = null;
        this.results.push(message.result);
        this.operations.push(...message.operations);
        break;
      case 'refused':
        this.refusal = fromWire(message.error);
        this.loss = { reason: 'crash', detail: `the history could not be read again: ${message.error.message}` };
        break;
    }
  }

  /** The thread broke. */
  lost(error: Error & { readonly code?: string }): void {
    const isMemory = error.code === 'ERR_WORKER_OUT_OF_MEMORY';
    this.loss = isMemory ? memoryLoss(this.options.memoryMb) : { reason: 'crash', detail: error.message };
  }

  end(): void {
    this.ended = true;
    void this.worker.terminate();
  }

  /** Once the thread has exited. */
  shift(): Shift {
    this.stopWatch();
    const { loaded, results, operations, running, loss, refusal } = this;
    return { loaded, results, operations, running, loss, refusal };
  }

  private giveOrder(facts: HistoryFacts): void {
    try {
      const order: CheckOrder = { checkers: this.order(facts), budget: this.options.budget };
      this.worker.postMessage(order, []);
    } catch (error) {
      this.refusal = error as Error;
      this.end();
    }
  }

  private watch(): () => void {
    const { clock, budget, graceMs } = this.options;
    return clock.schedule(budget.timeMs + graceMs, () => {
      this.loss = timeLoss(this.options);
      this.end();
    });
  }
}

function timeLoss({ budget, graceMs }: PoolOptions): Loss {
  const waited = formatDurationMs(budget.timeMs + graceMs);
  return { reason: 'timeout', detail: `no verdict within ${waited}, so it was ended; give it more time with --budget` };
}

function memoryLoss(memoryMb: number): Loss {
  return {
    reason: 'memory',
    detail: `it needed more than ${memoryMb} MB; a shorter history, or one with more keys, needs less`,
  };
}

function withoutVerdict(checker: string, { reason, detail }: Loss): CheckResult {
  return { checker, validity: 'unknown', reason, detail, summary: detail, stats: {} };
}

/** Lost before the first checker began. */
function lossOfHistory({ reason, detail }: Loss, { task, memoryMb }: PoolOptions): Error {
  if (reason !== 'memory') return new Error(`the worker that read ${task.file} was lost: ${detail}`);
  return new OrdealError(`the history needs more than ${memoryMb} MB of memory`, {
    code: 'HISTORY_TOO_LARGE',
    hint: 'record a shorter run, or judge it on a machine with more memory',
    place: { file: task.file },
    exit: exitCode.unknown,
  });
}
