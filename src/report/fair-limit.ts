/**
 * How much each may take when all together may take so much: what the small ones leave over is for the large ones.
 */

/** The largest whole number so that the sizes, each cut to it, add up to no more than the total. Infinity: nothing is cut. */
export function fairLimit(sizes: readonly number[], total: number): number {
  const ascending = sizes.toSorted((left, right) => left - right);
  let rest = total;
  for (const [index, size] of ascending.entries()) {
    const share = rest / (ascending.length - index);
    if (size > share) return Math.floor(share);
    rest -= size;
  }
  return Infinity;
}
