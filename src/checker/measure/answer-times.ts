/**
 * When operations ended, so that what was served in a span of time is a matter of bisection.
 *
 * A span goes from a time up to another, which is not in it. How it can mislead: an operation counts where it ended, so
 * what times out in a span may have been asked before it.
 */
import type { Nanos } from '../../base/names.ts';
import { nanosPerSecond } from '../../base/time.ts';
import { absent, columnsOf, outcomeCodes } from '../../history/columns.ts';
import type { Operations } from '../../history/history.ts';
import { countBelow } from '../bisect.ts';

/** Each ascending. */
export interface AnswerTimes {
  readonly ok: Float64Array;
  /** Failed with an answer about the data: a refused compare-and-set. */
  readonly refused: Float64Array;
  /** Failed otherwise, or of unknown outcome. What never ended is not here. */
  readonly other: Float64Array;
}

export interface Span {
  readonly from: Nanos;
  readonly to: Nanos;
}

export interface Served {
  readonly okPerSecond: number;
  /** Part of the operations that ended then that were `ok` or refused; null when none ended. */
  readonly answered: number | null;
}

export function answerTimes(operations: Operations): AnswerTimes {
  const { outcome, output, returnTime } = columnsOf(operations);
  const times = new Float64Array(outcome.length);
  const timesWhere = (holds: (id: number) => boolean): Float64Array => {
    let length = 0;
    for (let id = 0; id < outcome.length; id++) if (holds(id)) times[length++] = returnTime[id] as number;
    return times.subarray(0, length).toSorted();
  };
  const isRefused = (id: number): boolean => outcome[id] === outcomeCodes.fail && output[id] !== absent;
  return {
    ok: timesWhere(id => outcome[id] === outcomeCodes.ok),
    refused: timesWhere(isRefused),
    other: timesWhere(id => outcome[id] !== outcomeCodes.ok && !isRefused(id) && Number.isFinite(returnTime[id])),
  };
}

/** The span must last. */
export function servedIn({ ok, refused, other }: AnswerTimes, span: Span): Served {
  const answers = countIn(ok, span) + countIn(refused, span);
  const ended = answers + countIn(other, span);
  return {
    okPerSecond: countIn(ok, span) / ((span.to - span.from) / nanosPerSecond),
    answered: ended === 0 ? null : answers / ended,
  };
}

function countIn(times: Float64Array, { from, to }: Span): number {
  return countBelow(times, to) - countBelow(times, from);
}
