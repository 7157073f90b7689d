/**
 * What was around an operation: what overlapped it, and what came before and after. By the order of events, which is what
 * counts, and not by the clock.
 */
import type { ReportFault, ReportOperations } from '../../../data.ts';

export interface Overlap {
  /** Of all keys. */
  readonly count: number;
  /** Of the same key, in order of invocation; the first few. */
  readonly sameKey: readonly number[];
  readonly sameKeyCount: number;
  /** Earlier ones of the same key of which nobody knows what came of them: they may take effect during it too. */
  readonly stillPossible: number;
}

/** Those whose client waited while that of this one did. */
export function overlapOf(operations: ReportOperations, id: number, most: number): Overlap {
  const { call, key, outcome } = operations;
  const [begin, end] = [call[id] as number, endOf(operations, id)];
  const sameKey: number[] = [];
  let [count, sameKeyCount, stillPossible] = [0, 0, 0];
  for (let other = 0; other < operations.length && (call[other] as number) < end; other++) {
    if (other === id) continue;
    const isSameKey = key[other] === key[id];
    if (endOf(operations, other) < begin) {
      if (isSameKey && outcome[other] === 2) stillPossible++;
      continue;
    }
    count++;
    if (!isSameKey) continue;
    sameKeyCount++;
    if (sameKey.length < most) sameKey.push(other);
  }
  return { count, sameKey, sameKeyCount, stillPossible };
}

function endOf({ completion }: ReportOperations, id: number): number {
  const end = completion[id] as number;
  return end < 0 ? Infinity : end;
}

/** The nearest operation before (-1) or after (1) that has the same number in a column. */
export function neighbour(
  operations: ReportOperations,
  id: number,
  { by, column }: { readonly by: 1 | -1; readonly column: 'process' | 'key' },
): number | null {
  const numbers = operations[column];
  for (let other = id + by; other >= 0 && other < operations.length; other += by) {
    if (numbers[other] === numbers[id]) return other;
  }
  return null;
}

/** Faults that were there at some time of it. Where it never ended, also those that came later. */
export function faultsDuring(
  { callTime, returnTime }: ReportOperations,
  id: number,
  faults: readonly ReportFault[],
): readonly ReportFault[] {
  return faults.filter(
    ({ beginTime, endTime }) =>
      beginTime <= (returnTime[id] as number) && (endTime ?? Infinity) >= (callTime[id] as number),
  );
}
