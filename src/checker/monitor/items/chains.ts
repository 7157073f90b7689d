/**
 * Lists of what happens at the same moment, as a chain of numbers for each moment: for placing millions of operations in time.
 */
export interface Chains {
  /** By moment: the first one, or -1. */
  readonly head: Int32Array;
  /** By number: the next one, or -1. */
  readonly next: Int32Array;
}

/** `moments`: of each number; what is not below `limit` is in no chain. Each chain is in order, or the last one first. */
export function chains(moments: Int32Array, limit: number, isReversed = false): Chains {
  const { length } = moments;
  const head = new Int32Array(limit).fill(-1);
  const next = new Int32Array(length).fill(-1);
  for (let index = 0; index < length; index++) {
    const number = isReversed ? index : length - 1 - index;
    const moment = moments[number]!;
    if (moment >= limit) continue;
    next[number] = head[moment]!;
    head[moment] = number;
  }
  return { head, next };
}
