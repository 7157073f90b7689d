/**
 * A clock that a test turns by hand. Between two timers everything that is ready to run gets its turn.
 */
import { type Clock, nanosPerMs } from '../../src/base/time.ts';

interface Timer {
  readonly timeMs: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  private timeMs = 0;
  private readonly timers = new Set<Timer>();

  now(): number {
    return this.timeMs * nanosPerMs;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { timeMs: this.timeMs + delayMs, callback };
    this.timers.add(timer);
    return () => this.timers.delete(timer);
  }

  /** Every timer up to `timeMs` goes off in order. */
  async until(timeMs: number): Promise<void> {
    for (;;) {
      await settled();
      const next = [...this.timers].reduce<Timer | null>(
        (first, timer) => (timer.timeMs <= timeMs && (!first || timer.timeMs < first.timeMs) ? timer : first),
        null,
      );
      if (!next) break;
      this.timers.delete(next);
      this.timeMs = Math.max(this.timeMs, next.timeMs);
      next.callback();
    }
    this.timeMs = Math.max(this.timeMs, timeMs);
  }

  /** Timers that have been set and neither gone off nor been cancelled. */
  get pending(): number {
    return this.timers.size;
  }
}

/** Everything that waits for nothing but its turn has had it. */
export function settled(): Promise<void> {
  return new Promise(resolve => {
    setImmediate(resolve);
  });
}
