/**
 * What a loop sleeps on: until something happens, or until a time.
 *
 * One timer at a time, for the earliest wish. A later wish leaves it alone, so a loop that wishes for something with every
 * round makes few timers; it wakes now and then without a reason, and has to look at the clock itself.
 */
import type { Nanos } from '../base/names.ts';
import { type Clock, nanosPerMs } from '../base/time.ts';

/** The longest that is slept in one go: timers do not go much further than this. */
const longestSleepMs = 3_600_000;

export class Alarm {
  private readonly clock: Clock;
  private timer: { readonly at: Nanos; readonly cancel: () => void } | null = null;
  private resume: (() => void) | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Resolves when woken, and not much later than `at`. Null: only when woken. For one sleeper. */
  sleepUntil(at: Nanos | null): Promise<void> {
    if (at !== null && (this.timer === null || at < this.timer.at)) {
      this.cancel();
      const delayMs = Math.min(longestSleepMs, Math.max(0, Math.ceil((at - this.clock.now()) / nanosPerMs)));
      const cancel = this.clock.schedule(delayMs, () => {
        this.timer = null;
        this.wake();
      });
      this.timer = { at, cancel };
    }
    return new Promise(resolve => {
      this.resume = resolve;
    });
  }

  /** Whoever is awake does not notice. */
  wake(): void {
    this.resume?.();
    this.resume = null;
  }

  cancel(): void {
    this.timer?.cancel();
    this.timer = null;
  }
}
