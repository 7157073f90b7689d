/**
 * What is written about an operation in more than one place: how long it took, and when it was.
 */
import { eventSpan, type Report } from '../../../data.ts';
import { countOf, showDuration, showTime } from '../../../shown-text.ts';

/** From call to completion; null when there is no completion. */
export function latencyText({ data, operations }: Report, id: number): string | null {
  const latency = (operations.returnTime[id] as number) - (operations.callTime[id] as number);
  if (!Number.isFinite(latency)) return null;
  return data.hasTimes ? showDuration(latency) : countOf(Math.round(latency / eventSpan), 'event');
}

export function callText({ data, operations }: Report, id: number): string {
  return momentText(data.hasTimes, operations.callTime[id] as number);
}

/** Null when there is no completion. */
export function returnText({ data, operations }: Report, id: number): string | null {
  const time = operations.returnTime[id] as number;
  return Number.isFinite(time) ? momentText(data.hasTimes, time) : null;
}

/** A moment of an operation: microseconds count where operations are short. */
function momentText(hasTimes: boolean, time: number): string {
  return hasTimes ? `${(time / 1e9).toFixed(6)} s` : showTime(time, hasTimes);
}
