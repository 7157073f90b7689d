/**
 * Intervals of whole numbers that wait until one of their numbers is called: an interval tree.
 *
 * Each interval waits at the number in it that is divisible by the highest power of two. The numbers at which intervals
 * that contain x can wait are the ancestors of x in the tree of these powers, about as many as x has digits. At each, the
 * intervals are sorted by both ends, so those that contain x come first in one of the two lists.
 */
export interface Waiting {
  /** All numbers are from 1 to `limit - 1`. */
  readonly limit: number;
  /** By interval: it holds `low + 1`, ..., `high`, and may be empty. */
  readonly low: Int32Array;
  readonly high: Int32Array;
  /** The intervals, the lowest `low` first. */
  readonly byLow: Int32Array;
  /** The intervals, the lowest `high` first. */
  readonly byHigh: Int32Array;
}

export class IntervalStabs {
  private readonly waiting: Waiting;
  /** By number: where its intervals begin in both lists. */
  private readonly begin: Int32Array;
  private readonly lows: Int32Array;
  private readonly highs: Int32Array;
  /** By number: how many are left in `lows` from their end, and in `highs`. */
  private readonly lowsLeft: Int32Array;
  private readonly highsLeft: Int32Array;

  constructor(waiting: Waiting) {
    const { limit, low, high, byLow, byHigh } = waiting;
    const counts = new Int32Array(limit + 1);
    for (let index = 0; index < byLow.length; index++) {
      const at = placeOf(low[byLow[index]!]!, high[byLow[index]!]!);
      counts[at] = counts[at]! + 1;
    }
    counts[0] = 0;
    const begin = new Int32Array(limit + 1);
    for (let number = 1; number <= limit; number++) begin[number] = begin[number - 1]! + counts[number - 1]!;
    this.waiting = waiting;
    this.begin = begin;
    this.lows = new Int32Array(begin[limit]!);
    this.highs = new Int32Array(begin[limit]!);
    this.lowsLeft = new Int32Array(limit);
    this.highsLeft = new Int32Array(limit);
    // The next to come is at the end of its list: the lowest `low`, and the highest `high`.
    for (let index = byLow.length - 1; index >= 0; index--) this.push(this.lows, this.lowsLeft, byLow[index]!);
    for (let index = 0; index < byHigh.length; index++) this.push(this.highs, this.highsLeft, byHigh[index]!);
  }

  private push(list: Int32Array, left: Int32Array, interval: number): void {
    const at = placeOf(this.waiting.low[interval]!, this.waiting.high[interval]!);
    if (at === 0) return;
    const count = left[at]!;
    list[this.begin[at]! + count] = interval;
    left[at] = count + 1;
  }

  /** Visits every interval with this number that was not visited before; some once more. */
  call(number: number, visit: (interval: number) => void): void {
    const { waiting, begin, lows, highs, lowsLeft, highsLeft } = this;
    const { limit, low, high } = waiting;
    for (let step = number & -number; step < limit; step *= 2) {
      const at = (number & -(2 * step)) | step;
      if (at >= limit) continue;
      const from = begin[at]! - 1;
      if (at >= number) {
        let left = lowsLeft[at]!;
        while (left > 0 && low[lows[from + left]!]! < number) visit(lows[from + left--]!);
        lowsLeft[at] = left;
      }
      if (at <= number) {
        let left = highsLeft[at]!;
        while (left > 0 && high[highs[from + left]!]! >= number) visit(highs[from + left--]!);
        highsLeft[at] = left;
      }
    }
  }
}

/** Where an interval waits; 0 when it is empty. */
function placeOf(low: number, high: number): number {
  if (low >= high) return 0;
  const digit = 31 - Math.clz32(low ^ high);
  return (high >> digit) << digit;
}
