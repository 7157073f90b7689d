/**
 * The live check: the lines of a history as they are recorded go to a worker thread, and an alarm comes back soon after
 * the first completion that no order explains.
 *
 * The caller's thread does nothing but hand over text, some times a second. A worker that dies, runs out of memory or
 * falls behind takes only the live check with it, which is said in one sentence.
 *
 * How it can mislead: silence is no verdict; see `stream.ts`. The recorded history is judged in the end as always.
 */
import { Worker } from 'node:worker_threads';
import { entryPoint } from '../../base/entry.ts';
import type { Nanos } from '../../base/names.ts';
import { type Clock, nanosPerMs } from '../../base/time.ts';
import type { LiveReport, LiveTask } from './live-messages.ts';
import type { Alarm } from './stream.ts';

export interface LiveOptions {
  /** Of the model. */
  readonly model: string;
  readonly clock: Clock;
  /** Called at most once. */
  readonly onAlarm: (alarm: Alarm) => void;
  /** Told what is not looked at any more, and why. */
  readonly onLimit: (sentence: string) => void;
  /** Heap of the worker. @default 512 */
  readonly memoryMb?: number;
  /** The compiled module that the worker starts with. @default ours */
  readonly entry?: string;
}

/** Lines wait so long for others, */
const intervalMs = 50;
/** and no more than so many characters. */
const mostWaiting = 256 * 1024;
/** A worker that is so far behind is given up. */
const longestBehindMs = 10_000;

export class LiveCheck implements AsyncDisposable {
  private readonly options: LiveOptions;
  private readonly worker: Worker;
  private waiting: string[] = [];
  private waitingLength = 0;
  /** When those batches were sent that have no answer yet. */
  private unanswered: Nanos[] = [];
  private cancel: (() => void) | null = null;
  /** Nothing is sent and nothing is told any more. */
  private over = false;

  constructor(options: LiveOptions) {
    const { model, memoryMb = defaultMemoryMb, entry } = options;
    const task: LiveTask = { model };
    this.options = options;
    this.worker = new Worker(entry ?? entryPoint(import.meta.url, './live-worker'), {
      workerData: task,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    this.worker.on('message', (report: LiveReport) => this.hear(report));
    this.worker.on('error', (error: Error & { readonly code?: string }) => this.lose(reasonOf(error, memoryMb)));
    this.worker.on('exit', () => this.lose('its thread ended without a word'));
  }

  /** Whole lines of the history, in order. */
  add(lines: string): void {
    if (this.over) return;
    this.waiting.push(lines);
    this.waitingLength += lines.length;
    if (this.waitingLength >= mostWaiting) this.send();
    else this.cancel ??= this.options.clock.schedule(intervalMs, () => this.send());
  }

  /** Resolves when the thread has ended. Nothing is told after the call. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.end();
    await this.worker.terminate();
  }

  private send(): void {
    this.cancel?.();
    this.cancel = null;
    const text = this.waiting.join('');
    this.waiting = [];
    this.waitingLength = 0;
    const now = this.options.clock.now();
    if (now - (this.unanswered[0] ?? now) > longestBehindMs * nanosPerMs) this.lose('it could not keep up');
    if (this.over) return;
    this.unanswered.push(now);
    this.worker.postMessage(text, []);
  }

  private hear({ alarm, limit }: LiveReport): void {
    if (this.over) return;
    this.unanswered.shift();
    if (limit !== null) this.options.onLimit(`the live check is not complete: ${limit}`);
    if (alarm === null) return;
    this.end();
    this.options.onAlarm(alarm);
  }

  private lose(reason: string): void {
    if (this.over) return;
    this.end();
    this.options.onLimit(`the live check was lost, the run goes on without it: ${reason}`);
    void this.worker.terminate();
  }

  private end(): void {
    this.over = true;
    this.cancel?.();
    this.cancel = null;
    this.waiting = [];
  }
}

const defaultMemoryMb = 512;

function reasonOf(error: Error & { readonly code?: string }, memoryMb: number): string {
  return error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? `it needed more than ${memoryMb} MB` : error.message;
}
