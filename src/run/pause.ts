/**
 * How often a thread may fail.
 *
 * A node that is down refuses in a fraction of a millisecond. Its threads would ask again at once, take the rate from the
 * threads whose nodes answer, and fill the history with thousands of refusals. So a thread that fails again and again
 * begins its operations further and further apart; one success, and it is as quick as ever.
 *
 * How it can mislead: the number of failed operations says how often we asked, not how long the system was away. For
 * that look at the time between successes.
 */
import type { Completion } from '../history/event.ts';

/** Failures cost little, and the first moment after recovery is worth seeing: 1, 2, 4, ... 50 ms apart. */
const fail = { firstMs: 1, mostMs: 50 };

/** What may have happened stays open for ever, and makes the history harder to judge: 10, 20, 40, ... 200 ms apart. */
const info = { firstMs: 10, mostMs: 200 };

/** Whether the completion counts: a refusal that carries a value is an answer, and no sign of trouble. */
export function isFailure(completion: Completion): boolean {
  return completion.type === 'info' || (completion.type === 'fail' && completion.value === undefined);
}

/** Milliseconds from the begin of the last failed operation to the earliest begin of the next, after so many in a row. */
export function pauseMs(type: 'fail' | 'info', failuresInARow: number): number {
  const { firstMs, mostMs } = type === 'fail' ? fail : info;
  return Math.min(mostMs, firstMs * 2 ** (failuresInARow - 1));
}
