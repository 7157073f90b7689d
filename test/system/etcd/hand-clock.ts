/** A clock whose long waits end when the test says so. It stands still; waits of up to 100 ms end at once. */
import type { Clock } from '../../../src/base/time.ts';

interface Timer {
  readonly delayMs: number;
  readonly callback: () => void;
}

export class HandClock implements Clock {
  private readonly timers = new Set<Timer>();

  now(): number {
    return 0;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { delayMs, callback };
    this.timers.add(timer);
    if (delayMs <= 100) setImmediate(() => this.run(timer));
    return () => void this.timers.delete(timer);
  }

  /** Ends every wait of exactly this length. */
  end(delayMs: number): void {
    for (const timer of [...this.timers]) if (timer.delayMs === delayMs) this.run(timer);
  }

  waitsFor(delayMs: number): boolean {
    return [...this.timers].some(timer => timer.delayMs === delayMs);
  }

  private run(timer: Timer): void {
    if (this.timers.delete(timer)) timer.callback();
  }
}
