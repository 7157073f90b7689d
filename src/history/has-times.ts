/**
 * Whether a history says when things happened. Where a file gives no times, an event's time is the number of its line,
 * which is good for order and for nothing else: a rate or an age of such a history would be an invention.
 */
import type { History } from './history.ts';

export function hasTimes({ duration, eventCount }: Pick<History, 'duration' | 'eventCount'>): boolean {
  return duration > eventCount + 1;
}
