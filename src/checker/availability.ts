/**
 * Availability: how much was answered, how fast, and how long nothing was. It reports and never judges; a gate may set
 * thresholds over its numbers.
 *
 * How it can mislead: times are those of the recorder, so an answer that waited for our own event loop counts as slow.
 * And a `fail` is an answer of the system too, only not one that anybody was hoping for; a refused compare-and-set, which
 * says something about the data, is counted apart.
 */
import type { Nanos } from '../base/names.ts';
import { formatNanos, nanosPerMs, nanosPerSecond } from '../base/time.ts';
import { type History, phaseStart } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Checker, CheckResult } from './checker.ts';
import { countOf } from './words.ts';

export interface Counts {
  readonly ok: number;
  /** Failed with an answer about the data: a refused compare-and-set. */
  readonly refused: number;
  /** Failed otherwise. */
  readonly fail: number;
  readonly info: number;
}

export interface Availability {
  readonly total: Counts;
  readonly byFunction: Readonly<Record<string, Counts>>;
  /** Operations of processes that are bound to a node. */
  readonly byNode: Readonly<Record<string, Counts>>;
  /** Part of all operations that were `ok` or refused; 0 when there are none. */
  readonly answered: number;
  /** Operations that ended `ok` in the main phase, per second. */
  readonly okPerSecond: number;
  /** Of `ok` operations from call to return, over the whole run. */
  readonly latency: { readonly p50: Nanos; readonly p99: Nanos; readonly max: Nanos } | null;
  /** The longest time without any `ok` in the main phase, as long as operations were asked for. */
  readonly longestGap: { readonly from: Nanos; readonly to: Nanos } | null;
  /** From healing to the first `ok` of an operation that was asked for afterwards. Null when there was none. */
  readonly recovery: Nanos | null;
}

/** Below it, a rate says nothing. */
const leastDuration: Nanos = nanosPerMs;

export const availability: Checker = {
  name: 'availability',
  summary: 'counts what was answered, and how long nothing was; reports and never judges',
  check,
};

function check(history: History): CheckResult {
  const measured = availabilityOf(history);
  const { total, answered, okPerSecond, latency, longestGap, recovery } = measured;
  const operations = history.operations.length;
  const stats = {
    operations,
    ...total,
    'ok/s': Number(okPerSecond.toFixed(1)),
    ...(latency === null ? {} : { p50Ms: milliseconds(latency.p50), p99Ms: milliseconds(latency.p99) }),
    ...(longestGap === null ? {} : { longestGapMs: milliseconds(longestGap.to - longestGap.from) }),
    ...(recovery === null ? {} : { recoveryMs: milliseconds(recovery) }),
  };
  if (operations === 0) {
    const detail = 'the history has no operations';
    return { checker: 'availability', validity: 'unknown', reason: 'no-data', detail, summary: detail, stats };
  }
  const sentences = [
    `${(answered * 100).toFixed(1)} % of ${countOf(operations, 'operation')} answered`,
    // A history without times, or of a moment, has no rate.
    ...(history.duration < leastDuration ? [] : [`${okPerSecond.toFixed(1)} ok a second`]),
    ...(longestGap === null ? [] : [`at most ${formatNanos(longestGap.to - longestGap.from)} without an ok`]),
    ...(recovery === null ? [] : [`the first ok ${formatNanos(recovery)} after healing`]),
  ];
  return { checker: 'availability', validity: 'valid', summary: sentences.join(', '), stats };
}

/** Several ask for it, and a long history takes a while. */
const known = new WeakMap<History, Availability>();

export function availabilityOf(history: History): Availability {
  const before = known.get(history);
  if (before !== undefined) return before;
  const found = measure(history);
  known.set(history, found);
  return found;
}

function measure(history: History): Availability {
  const begin = phaseStart(history, 'main')?.time ?? 0;
  const healed = phaseStart(history, 'heal')?.time ?? Number.POSITIVE_INFINITY;
  const tallies = { total: newTally(), functions: new Map<string, Tally>(), nodes: new Map<string, Tally>() };
  const okTimes: Nanos[] = [];
  const latencies: Nanos[] = [];
  let lastCall: Nanos | null = null;
  let recovery: Nanos | null = null;
  for (const operation of history.operations) {
    const { f, node, outcome, callTime, returnTime } = operation;
    count(
      [tallies.total, tallyOf(tallies.functions, f), ...(node === null ? [] : [tallyOf(tallies.nodes, node)])],
      operation,
    );
    if (callTime >= begin && callTime < healed) lastCall = callTime;
    if (outcome !== 'ok') continue;
    latencies.push(returnTime - callTime);
    if (returnTime >= begin && returnTime < healed) okTimes.push(returnTime);
    if (callTime >= healed) recovery = Math.min(recovery ?? Number.POSITIVE_INFINITY, returnTime - healed);
  }
  const answers = Float64Array.from(okTimes).toSorted();
  const { total } = tallies;
  const end = Math.max(answers.at(-1) ?? begin, lastCall ?? begin);
  return {
    total,
    byFunction: Object.fromEntries(tallies.functions),
    byNode: Object.fromEntries(tallies.nodes),
    answered: history.operations.length === 0 ? 0 : (total.ok + total.refused) / history.operations.length,
    okPerSecond: end > begin ? answers.length / ((end - begin) / nanosPerSecond) : 0,
    latency: quantiles(latencies),
    longestGap: lastCall === null ? null : longestSilence(answers, { begin, end }),
    recovery,
  };
}

type Tally = { -readonly [N in keyof Counts]: Counts[N] };

function newTally(): Tally {
  return { ok: 0, refused: 0, fail: 0, info: 0 };
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  let tally = tallies.get(name);
  if (!tally) tallies.set(name, (tally = newTally()));
  return tally;
}

function count(tallies: readonly Tally[], { outcome, output }: Operation): void {
  const column = outcome === 'fail' && output !== undefined ? 'refused' : outcome;
  for (const tally of tallies) tally[column]++;
}

function quantiles(latencies: readonly Nanos[]): Availability['latency'] {
  if (latencies.length === 0) return null;
  const sorted = Float64Array.from(latencies).toSorted();
  const at = (part: number): Nanos => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

function longestSilence(
  answers: Float64Array,
  { begin, end }: { begin: Nanos; end: Nanos },
): Availability['longestGap'] {
  let longest = { from: begin, to: begin };
  let from = begin;
  for (const to of answers) {
    if (to - from > longest.to - longest.from) longest = { from, to };
    from = to;
  }
  return end - from > longest.to - longest.from ? { from, to: end } : longest;
}

function milliseconds(time: Nanos): number {
  return Number((time / nanosPerMs).toFixed(3));
}
