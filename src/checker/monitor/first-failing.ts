/**
 * Finds the first event up to which a history is impossible, by halving: what was impossible stays so, whatever comes.
 */

/** The lowest rank that fails. `known`: one that does, and is not asked again. */
export function firstFailing(known: number, fails: (rank: number) => boolean): number {
  let [low, high] = [0, known];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fails(middle)) high = middle;
    else low = middle + 1;
  }
  return high;
}
