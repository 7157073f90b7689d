/**
 * A clock that stands still until it is told to go on, so that an hour of schedule takes a moment and is the same every
 * time.
 *
 * Between two times it lets everything that is ready run to the end: it waits for some turns of the event loop. So it
 * serves code that waits for clocks and promises, and not code that waits for files or sockets.
 */
import { setImmediate } from 'node:timers/promises';
import type { Nanos } from '../src/base/names.ts';
import { type Clock, nanosPerMs } from '../src/base/time.ts';

/** Turns of the event loop after which nothing is taken to be ready any more. */
const settlingTurns = 10;

interface Timer {
  readonly due: Nanos;
  readonly serial: number;
  readonly callback: () => void;
}

export class FakeClock implements Clock {
  private time: Nanos = 0;
  private timers: Timer[] = [];
  private serial = 0;

  now(): Nanos {
    return this.time;
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer: Timer = { due: this.time + Math.max(0, delayMs) * nanosPerMs, serial: this.serial++, callback };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter(other => other !== timer);
    };
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.timers.length;
  }

  /** Goes on by this much, from timer to timer. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms * nanosPerMs;
    await settled();
    while (await this.goOn(end)) await settled();
    this.time = end;
    await settled();
  }

  /** Goes on to this time. */
  async until(timeMs: number): Promise<void> {
    await this.advance(Math.max(0, timeMs - this.time / nanosPerMs));
  }

  /** Goes on until the promise is settled. Fails when nothing is left to wait for, or after `limitMs` of its own time. */
  async run<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const outcome = { settled: false };
    const mark = (): void => {
      outcome.settled = true;
    };
    promise.then(mark, mark);
    const end = this.time + limitMs * nanosPerMs;
    await settled();
    while (!outcome.settled) {
      if (!(await this.goOn(end))) throw new Error(`nothing is left to wait for at ${this.time / nanosPerMs} ms`);
      await settled();
    }
    return await promise;
  }

  /** To the next timer, unless that is after `end`. All that are due then have their turn, the first made first. */
  private async goOn(end: Nanos): Promise<boolean> {
    const time = Math.min(...this.timers.map(timer => timer.due));
    if (time > end || time === Infinity) return false;
    this.time = Math.max(this.time, time);
    const due = this.timers.filter(timer => timer.due <= this.time);
    due.sort((one, other) => one.due - other.due || one.serial - other.serial);
    for (const timer of due) {
      // One may have cancelled another.
      if (!this.timers.includes(timer)) continue;
      this.timers = this.timers.filter(other => other !== timer);
      timer.callback();
      await Promise.resolve();
    }
    return true;
  }
}

/** Everything that waits for nothing but its turn has had it. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < settlingTurns; turn++) await setImmediate();
}
