/**
 * Takes the items of a stack away from the bottom up, until none is left or none may be at the bottom.
 *
 * An item whose push returned before its pop was called is certainly inside in between. A *cluster* is a maximal stretch
 * during which some item is always certainly inside, with those items. It begins at the first return of a push, and ends at
 * the last call of a pop. During a cluster the stack is never empty, so one item lies at the bottom all the time: its push
 * was called before the beginning, and its pop returned after the end. An item for which this holds may be at the bottom:
 * it is pushed just before all others and popped just after them, so the others have an order exactly when they have one
 * without it. Without it, they may be several clusters, which are judged each by itself: in between the stack can be empty
 * but for what was taken away. If there is no such item, there is no order.
 *
 * A cluster only shrinks, so an item that may be at the bottom once, may be so for ever, and every item is looked at a few
 * times only. A *peak* is a number of first returns of pushes and then calls of pops. Where the next peak begins is a
 * *valley*; nowhere near it is less certainly inside, so clusters part at valleys. When a valley is uncovered, the pushes and
 * pops that go on during it are marked, and then those in the peaks beside it up to the first return of a push, and down to
 * the last call of a pop.
 *
 * O(n log n). `IntervalCoverage` tells which valleys are uncovered, `IntervalStabs` what goes on there.
 */
import { present } from '../../../base/assert.ts';
import { IntervalCoverage } from './interval-coverage.ts';
import { IntervalStabs } from './interval-stabs.ts';
import { RankSet } from './rank-set.ts';

/** What an event is, as `4 * item + mark` in a sequence of events. */
export const marks = { pushCall: 0, pushReturn: 1, popCall: 2, popReturn: 3 } as const;

export interface Peeled {
  /** The items that were taken away, in this order: those at the bottom of a cluster before all others of it. */
  readonly items: Int32Array;
  /** Index in the sequence, for each of them: where its cluster begins and ends. */
  readonly begin: Int32Array;
  readonly end: Int32Array;
  /** The items of a cluster without a bottom. Null when all were taken away. */
  readonly stuck: readonly number[] | null;
}

/** `sequence`: of each item, all four events, and the push returns before the pop is called. `limit`: of the items. */
export function peel(sequence: Int32Array, limit: number): Peeled {
  return new Peeling(sequence, limit).run();
}

const mayBegin = 1;
const mayEnd = 2;
const isGone = 4;

class Peeling {
  private readonly sequence: Int32Array;
  /** By item: the peak in which its push returned. */
  private readonly peakOf: Int32Array;
  /** By peak: index of its first event. The first peak begins with the sequence, others with the return of a push. */
  private readonly peaks: Int32Array;
  private readonly popPeakOf: Int32Array;
  /** In the order in which their pushes returned. */
  private readonly items: Int32Array;
  /** By item: `mayBegin`, `mayEnd`, `isGone`. */
  private readonly state: Uint8Array;
  private readonly coverage: IntervalCoverage;
  private readonly pushes: IntervalStabs;
  private readonly pops: IntervalStabs;
  /** The valleys that are uncovered, and both ends of the sequence. A valley has the number of the peak behind it. */
  private readonly bounds: RankSet;
  /** By peak, if a cluster begins or ends with it: index of the first return of a push, and of the last call of a pop. */
  private readonly first: Int32Array;
  private readonly last: Int32Array;
  /** Items that may be at the bottom, and are not taken away yet. */
  private readonly ready: Int32Array;
  private readyCount = 0;
  private readonly markBegin = (item: number): void => this.mark(item, mayBegin);
  private readonly markEnd = (item: number): void => this.mark(item, mayEnd);

  constructor(sequence: Int32Array, limit: number) {
    this.sequence = sequence;
    const { peaks, peakOf, byMark } = sortByMark(sequence, limit);
    const count = peaks.length - 1;
    this.peaks = peaks;
    this.peakOf = peakOf[marks.pushReturn];
    this.popPeakOf = peakOf[marks.popCall];
    this.items = byMark[marks.pushReturn];
    this.state = new Uint8Array(limit);
    this.coverage = new IntervalCoverage(count);
    for (const item of this.items) this.coverage.add(this.peakOf[item]!, this.popPeakOf[item]!);
    this.coverage.begin();
    const stabs = (call: 0 | 2, end: 1 | 3): IntervalStabs =>
      new IntervalStabs({
        limit: count,
        low: peakOf[call],
        high: peakOf[end],
        byLow: byMark[call],
        byHigh: byMark[end],
      });
    this.pushes = stabs(marks.pushCall, marks.pushReturn);
    this.pops = stabs(marks.popCall, marks.popReturn);
    this.bounds = new RankSet(count + 1);
    this.first = peaks.slice(0, count);
    this.last = Int32Array.from({ length: count }, (_, index) => peaks[index + 1]! - 1);
    this.ready = new Int32Array(limit);
  }

  run(): Peeled {
    const { items: all, peakOf, bounds, first, last, ready } = this;
    const items = new Int32Array(all.length);
    const begin = new Int32Array(all.length);
    const end = new Int32Array(all.length);
    const count = this.peaks.length - 1;
    bounds.add(0);
    bounds.add(count);
    this.seekFirst(0);
    this.seekLast(count - 1);
    this.part();
    let taken = 0;
    while (this.readyCount > 0) {
      const item = ready[--this.readyCount]!;
      const within = peakOf[item]!;
      const from = bounds.atOrBelow(within);
      const to = bounds.above(within) - 1;
      items[taken] = item;
      begin[taken] = first[from]!;
      end[taken++] = last[to]!;
      this.take(item, from, to);
    }
    const stuck =
      taken === all.length ? null : this.clusterOf(present(all.find(item => !(this.state[item]! & isGone))));
    return { items: items.subarray(0, taken), begin, end, stuck };
  }

  /** Out of the cluster from one peak to another. */
  private take(item: number, from: number, to: number): void {
    const { sequence, first, last } = this;
    this.state[item] = this.state[item]! | isGone;
    if (sequence[first[from]!]! >> 2 === item) this.seekFirst(from);
    if (sequence[last[to]!]! >> 2 === item) this.seekLast(to);
    this.coverage.remove(this.peakOf[item]!, this.popPeakOf[item]!);
    this.part();
  }

  /** Parts clusters at the valleys that are newly uncovered. */
  private part(): void {
    const { coverage, bounds, pushes, pops } = this;
    for (let valley = coverage.next(); valley !== 0; valley = coverage.next()) {
      bounds.add(valley);
      pushes.call(valley, this.markBegin);
      pops.call(valley, this.markEnd);
      this.seekFirst(valley);
      this.seekLast(valley - 1);
    }
  }

  /** On to the first return of a push in a peak. What was called before may be at the bottom from here. */
  private seekFirst(peak: number): void {
    const { sequence, first, state } = this;
    const end = this.peaks[peak + 1]!;
    let at = first[peak]!;
    for (; at < end; at++) {
      const event = sequence[at]!;
      const mark = event & 3;
      if (mark === marks.pushReturn && !(state[event >> 2]! & isGone)) break;
      if (mark === marks.pushCall) this.mark(event >> 2, mayBegin);
    }
    first[peak] = at;
  }

  /** Back to the last call of a pop in a peak. What returned later may be at the bottom until here. */
  private seekLast(peak: number): void {
    const { sequence, last, state } = this;
    const begin = this.peaks[peak]!;
    let at = last[peak]!;
    for (; at >= begin; at--) {
      const event = sequence[at]!;
      const mark = event & 3;
      if (mark === marks.popCall && !(state[event >> 2]! & isGone)) break;
      if (mark === marks.popReturn) this.mark(event >> 2, mayEnd);
    }
    last[peak] = at;
  }

  private mark(item: number, bit: number): void {
    const before = this.state[item]!;
    if (before & bit) return;
    this.state[item] = before | bit;
    if ((before | bit) === (mayBegin | mayEnd)) this.ready[this.readyCount++] = item;
  }

  private clusterOf(item: number): readonly number[] {
    const { items, peakOf, bounds, state } = this;
    const within = peakOf[item]!;
    const from = bounds.atOrBelow(within);
    const to = bounds.above(within);
    const isInside = (other: number): boolean =>
      peakOf[other]! >= from && peakOf[other]! < to && !(state[other]! & isGone);
    return [...items.filter(isInside)];
  }
}

type ByMark = readonly [Int32Array, Int32Array, Int32Array, Int32Array];

interface Sorted {
  /** By peak: index of its first event; and the length of the sequence. */
  readonly peaks: Int32Array;
  /** By item: the peak of the event. */
  readonly peakOf: ByMark;
  /** The items in the order of the event. */
  readonly byMark: ByMark;
}

function sortByMark(sequence: Int32Array, limit: number): Sorted {
  const columns = (length: number): ByMark => [
    new Int32Array(length),
    new Int32Array(length),
    new Int32Array(length),
    new Int32Array(length),
  ];
  const peakOf = columns(limit);
  const byMark = columns(sequence.length / 4);
  const peaks = new Int32Array(sequence.length / 4 + 2);
  const counts = [0, 0, 0, 0];
  let peak = 0;
  let isFalling = false;
  for (let index = 0; index < sequence.length; index++) {
    const event = sequence[index]!;
    const mark = (event & 3) as 0 | 1 | 2 | 3;
    if (mark === marks.popCall) isFalling = true;
    else if (mark === marks.pushReturn && isFalling) {
      isFalling = false;
      peaks[++peak] = index;
    }
    peakOf[mark][event >> 2] = peak;
    byMark[mark][counts[mark]!++] = event >> 2;
  }
  peaks[++peak] = sequence.length;
  return { peaks: peaks.slice(0, peak + 1), peakOf, byMark };
}
