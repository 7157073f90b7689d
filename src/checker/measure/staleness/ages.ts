/**
 * How old each answer was: by operation, in nanoseconds, `fresh` where it was not out of date as far as anybody can tell,
 * and `NaN` where nothing is known, as of everything that is no read.
 */
export type Ages = Float64Array;

export const fresh = -1;

export function unknownAges(length: number): Ages {
  return new Float64Array(length).fill(Number.NaN);
}
