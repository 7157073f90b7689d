/**
 * The fewest intervals that together cover a stretch: again and again, of those that begin in what is covered already, the
 * one that reaches farthest.
 */
export interface Cover {
  /** In order of `start`. */
  readonly intervals: readonly number[] | Int32Array;
  /** By interval: it covers `start`, `start + 1`, ..., `end - 1`. */
  readonly start: Int32Array;
  readonly end: Int32Array;
  /** Covered are to be `from`, ..., `to - 1`. */
  readonly from: number;
  readonly to: number;
}

/** In order of `start`. Null when there is a gap. */
export function cover({ intervals, start, end, from, to }: Cover): readonly number[] | null {
  const chosen: number[] = [];
  let covered = from;
  let farthest = -1;
  let reach = from;
  for (let index = 0; covered < to; ) {
    const interval = index < intervals.length ? intervals[index]! : -1;
    if (interval !== -1 && start[interval]! <= covered) {
      if (end[interval]! > reach) {
        farthest = interval;
        reach = end[interval]!;
      }
      index++;
      continue;
    }
    if (reach === covered) return null;
    chosen.push(farthest);
    covered = reach;
  }
  return chosen;
}
