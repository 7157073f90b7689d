/**
 * What each fault did to the clients: how much was answered before, while it lasted and afterwards, and how long it took
 * until all was as before. It reports and never judges.
 *
 * ```
 *        before           during             after
 *   |--------------|#################|--------------|#####
 *   ^ the fault    ^ begin           ^ end          ^ the next fault
 *     before ended                                    begins
 * ```
 *
 * Only the time while clients worked counts: from the begin of the main phase to healing, or to the last call where a
 * history knows no phases. A fault that goes on until then lasts until then, and has no afterwards.
 *
 * How it can mislead: faults may overlap, and then each is charged with what the other did. And an operation counts where
 * it ended: what timed out in the first moments of a fault was asked before it.
 */
import type { Nanos } from '../../base/names.ts';
import { nanosPerMs, nanosPerSecond } from '../../base/time.ts';
import { columnsOf, outcomeCodes } from '../../history/columns.ts';
import { hasTimes } from '../../history/has-times.ts';
import { type FaultWindow, type History, phaseStart } from '../../history/history.ts';
import { type AnswerTimes, answerTimes, type Served, type Span, servedIn } from './answer-times.ts';
import { countBelow, countWhile } from '../bisect.ts';
import { longestSilence } from './silence.ts';

export type { Served } from './answer-times.ts';

export interface FaultEffect {
  /** Of the fault; see `FaultRecord.id`. */
  readonly id: number;
  /**
   * While nothing else was broken: from the end of the last fault, at most 5 s back. Null when another fault was going on
   * when it began, or when there were less than 200 ms.
   */
  readonly before: Served | null;
  readonly during: Served;
  /**
   * Until the next fault began, or the clients stopped, at most 5 s. Null when another fault was going on when it ended, or
   * when there were less than 200 ms.
   */
  readonly after: Served | null;
  /** The longest time without an `ok` while it lasted. */
  readonly longestGap: Nanos;
  /**
   * From its end to the first `ok` of an operation that was asked for afterwards, while the clients worked; null when
   * there was none.
   */
  readonly firstOk: Nanos | null;
  /**
   * From its end until the clients were served as before: the first moment after which the rate of `ok`, over half a
   * second, was at least 80 % of that before. That moment is its end, or an `ok`. Where there is less than half a second
   * of `after`, over all of that. Null when it was not until the next fault began or the clients stopped, or when there is
   * no rate before or no `after`.
   */
  readonly recovered: Nanos | null;
}

const longestLook: Nanos = 5 * nanosPerSecond;
/** In less time a rate says nothing. */
const shortestLook: Nanos = 200 * nanosPerMs;
/** What lasted less was over before anybody noticed. */
const shortestFault: Nanos = nanosPerMs;

const recovery = { window: nanosPerSecond / 2, part: 0.8 } as const;

/**
 * In the order in which they began. Left out are faults that began when the clients had stopped, or lasted less than a
 * millisecond. Empty when the history has no times.
 */
export function faultEffects(history: History): readonly FaultEffect[] {
  const work = workTime(history);
  if (work === null || history.faults.length === 0 || !hasTimes(history)) return [];
  const times = answerTimes(history.operations);
  const silence = longestSilence(times.ok);
  const firstOkAfter = firstOks(history, work);
  return surroundings(history.faults, work).flatMap(({ window, span, before, after }) => {
    if (span.to - span.from < shortestFault) return [];
    const servedBefore = lookIn(times, { ...before, from: Math.max(before.from, before.to - longestLook) });
    return {
      id: window.fault.id,
      before: servedBefore,
      during: servedIn(times, span),
      after: lookIn(times, { ...after, to: Math.min(after.to, after.from + longestLook) }),
      longestGap: silence(span),
      firstOk: window.endTime < work.to ? firstOkAfter(window) : null,
      recovered: recoveredAfter(times.ok, after, servedBefore?.okPerSecond ?? 0),
    };
  });
}

/** While the clients worked. Null when they never did. */
function workTime(history: History): Span | null {
  const { callTime } = columnsOf(history.operations);
  const from = phaseStart(history, 'main')?.time ?? callTime.at(0);
  const to = phaseStart(history, 'heal')?.time ?? callTime.at(-1);
  if (callTime.length === 0 || from === undefined || to === undefined || to <= from) return null;
  return { from, to };
}

/** A fault, and the time on both sides of it in which nothing was broken: of no length where there was none. */
interface Surroundings {
  readonly window: FaultWindow;
  /** While it lasted and clients worked. */
  readonly span: Span;
  readonly before: Span;
  readonly after: Span;
}

function surroundings(faults: readonly FaultWindow[], work: Span): readonly Surroundings[] {
  const sorted = faults.toSorted((left, right) => left.begin - right.begin);
  const clipped = (time: Nanos): Nanos => Math.min(Math.max(time, work.from), work.to);
  /** The fault among the first ones that ends last, by how many these are. */
  const latest: (FaultWindow | null)[] = [null];
  for (const window of sorted) {
    const sofar = latest.at(-1) ?? null;
    latest.push(sofar === null || window.end > sofar.end ? window : sofar);
  }
  return sorted.map((window, place) => {
    const [from, to] = [clipped(window.beginTime), clipped(window.endTime)];
    const last = latest[place] ?? null;
    const isAlone = last === null || last.end <= window.begin;
    const begun = countWhile(sorted.length, at => (sorted[at]?.begin ?? 0) <= window.end);
    const isLast = (latest[begun]?.end ?? 0) <= window.end;
    return {
      window,
      span: { from, to },
      before: { from: isAlone ? clipped(last?.endTime ?? work.from) : from, to: from },
      after: { from: to, to: isLast ? clipped(sorted[begun]?.beginTime ?? work.to) : to },
    };
  });
}

function lookIn(times: AnswerTimes, span: Span): Served | null {
  return span.to - span.from < shortestLook ? null : servedIn(times, span);
}

/** For each fault that ended: the time from its end to the first `ok` that was asked for after it, while clients worked. */
function firstOks(history: History, { to }: Span): (window: FaultWindow) => Nanos | null {
  const { call, callTime, outcome, returnTime } = columnsOf(history.operations);
  const count = countWhile(callTime.length, id => (callTime[id] as number) <= to);
  /** By operation: the earliest `ok` of it and of all that were asked later. */
  const earliest = new Float64Array(count + 1).fill(Number.POSITIVE_INFINITY);
  for (let id = count - 1; id >= 0; id--) {
    const own = outcome[id] === outcomeCodes.ok ? (returnTime[id] as number) : Number.POSITIVE_INFINITY;
    earliest[id] = Math.min(own, earliest[id + 1] as number);
  }
  return ({ end, endTime }) => {
    const first = Math.min(count, countBelow(call, end));
    const time = (earliest[first] as number) - endTime;
    return Number.isFinite(time) ? time : null;
  };
}

/** `oks` are sorted; `quiet` begins where the fault ended. */
function recoveredAfter(oks: Float64Array, quiet: Span, ratePerSecond: number): Nanos | null {
  const length = Math.min(recovery.window, quiet.to - quiet.from);
  if (ratePerSecond === 0 || length < shortestLook) return null;
  const wanted = recovery.part * ratePerSecond * (length / nanosPerSecond);
  const next = countBelow(oks, quiet.from);
  // The moments: its end, then each `ok`.
  for (let moment = next - 1, beyond = next; moment < oks.length; moment++) {
    const from = moment < next ? quiet.from : (oks[moment] as number);
    if (from + length > quiet.to) return null;
    while (beyond < oks.length && (oks[beyond] as number) < from + length) beyond++;
    if (beyond - Math.max(moment, next) >= wanted) return from - quiet.from;
  }
  return null;
}
