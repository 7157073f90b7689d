/**
 * The operation that is selected, and how the shared time moves so that it is seen.
 */
import type { Report } from '../../../data.ts';
import type { Context } from '../panel.ts';
import type { State, View } from '../state.ts';

/** Null when none is, or a link names one that is not there. */
export function selectedOperation({ operations }: Report, { operation }: Pick<View, 'operation'>): number | null {
  const isThere = operation !== null && Number.isInteger(operation) && operation >= 0 && operation < operations.length;
  return isThere ? operation : null;
}

/** Selects an operation. The time moves only when the operation is not to be seen, and is never zoomed. */
export function selectOperation({ report, state }: Context, id: number): void {
  state.set({ operation: id, ...timeFor(report, state, id) });
}

function timeFor({ operations }: Report, { view, whole }: State, id: number): Partial<View> {
  const { from, to } = view;
  const begin = operations.callTime[id] as number;
  const end = Math.min(operations.returnTime[id] as number, whole.to);
  if (begin <= to && end >= from) return {};
  const span = to - from;
  const middle = end - begin < span ? (begin + end) / 2 : begin + span * 0.4;
  return { from: middle - span / 2, to: middle + span / 2 };
}

/** The part of the time in which these operations are, with room on both sides. */
export function timeAround({ operations }: Report, { whole }: State, ids: readonly number[]): Partial<View> {
  let [from, to] = [Infinity, -Infinity];
  for (const id of ids) {
    from = Math.min(from, operations.callTime[id] as number);
    // One that nobody saw end would make the rest small.
    const end = operations.returnTime[id] as number;
    to = Math.max(to, Number.isFinite(end) ? end : (operations.callTime[id] as number));
  }
  if (!(from <= to)) return {};
  const room = Math.max((to - from) * 0.15, (whole.to - whole.from) * 1e-6, 1000);
  return { from: from - room, to: to + room };
}
