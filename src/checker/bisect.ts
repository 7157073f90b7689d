/**
 * Bisection over what is sorted.
 */

/** How many of the first `length` indexes hold, when those that hold come first. */
export function countWhile(length: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** How many of the sorted numbers are below the limit. */
export function countBelow(sorted: ArrayLike<number>, limit: number): number {
  return countWhile(sorted.length, index => (sorted[index] as number) < limit);
}
