/**
 * The clock: the only place that knows what time it is.
 *
 * Everything that waits takes a `Clock`, so that a test can run an hour of schedule in a millisecond. All waits are
 * cancellable, and none is unbounded.
 */
import type { Nanos } from './names.ts';

export interface Clock {
  /** Monotonic. Zero is when the clock was made. */
  now(): Nanos;
  /** Calls back once, not before `delayMs` have passed. The result cancels it. */
  schedule(delayMs: number, callback: () => void): () => void;
}

export function systemClock(): Clock {
  const origin = performance.now();
  return {
    now: () => Math.round((performance.now() - origin) * 1e6),
    schedule(delayMs, callback) {
      const timer = setTimeout(callback, delayMs);
      return () => clearTimeout(timer);
    },
  };
}

/** What the threads of a process can agree on: milliseconds since a common zero. */
export function threadTimeMs(): number {
  return performance.timeOrigin + performance.now();
}

/** A clock that is at zero at this `threadTimeMs`. */
export function threadClock(zeroMs: number): Clock {
  return { ...systemClock(), now: () => Math.round((threadTimeMs() - zeroMs) * 1e6) };
}

/** Wall-clock time for names of runs and for reports; never for order. ISO 8601, UTC. */
export function wallTime(): string {
  return new Date().toISOString();
}

/** Waits. Rejects with the signal's reason when it is aborted. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const cancel = clock.schedule(delayMs, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    function abort(): void {
      cancel();
      reject(signal?.reason as Error);
    }
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Lets everything that waits have its turn: what has come in from the network, timers, other tasks. */
export function yieldToEventLoop(): Promise<void> {
  return new Promise(resolve => setImmediate(resolve));
}

/** What `withDeadline` throws. `what` names the thing that was waited for. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  constructor(what: string, deadlineMs: number) {
    super(`${what}: no answer within ${deadlineMs} ms`);
  }
}

/** The task's result, or a `DeadlineError`. The task is told by its signal to stop; it is not waited for. */
export async function withDeadline<T>(
  options: { readonly clock: Clock; readonly deadlineMs: number; readonly what: string; readonly signal?: AbortSignal },
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const signal = options.signal ? AbortSignal.any([controller.signal, options.signal]) : controller.signal;
  return await new Promise<T>((resolve, reject) => {
    const cancel = options.clock.schedule(options.deadlineMs, () =>
      controller.abort(new DeadlineError(options.what, options.deadlineMs)),
    );
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    task(signal).then(resolve, reject).finally(cancel);
  });
}

export const nanosPerMs = 1e6;
export const nanosPerSecond = 1e9;

/** `3.204 s`: seconds with three digits, for people. */
export function formatNanos(time: Nanos): string {
  return `${(time / nanosPerSecond).toFixed(3)} s`;
}

/** Wall-clock milliseconds, for systems that stamp their data with it. May jump; never for order. */
export function wallMs(): number {
  return Date.now();
}
