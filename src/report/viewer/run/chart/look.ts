/**
 * Which part of the time is looked at, in the words of those who change it.
 */
import type { ReportFault } from '../../../data.ts';
import type { State } from '../state.ts';

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Times are whole microseconds: closer than a few of them there is nothing to see. */
const leastSpan = 10_000;

/** Whole nanoseconds: nobody wants more of them in a link. */
export function lookAt(state: State, { from, to }: Span): void {
  const span = Math.max(to - from, Math.min(leastSpan, state.whole.to - state.whole.from));
  const start = Math.round((from + to - span) / 2);
  state.set({ from: start, to: start + Math.round(span) });
}

/** Around a moment, which stays where it is. */
export function zoomAround(state: State, time: number, factor: number): void {
  const { from, to } = state.view;
  lookAt(state, { from: time - (time - from) * factor, to: time + (to - time) * factor });
}

export function isWhole({ view, whole }: State): boolean {
  return view.from <= whole.from && view.to >= whole.to;
}

/** A fault, and half of its time before and after it. */
export function spanOfFault({ beginTime, endTime }: ReportFault, whole: Span): Span {
  const end = endTime ?? whole.to;
  const around = Math.max((end - beginTime) / 2, (whole.to - whole.from) / 200);
  return {
    from: Math.max(whole.from, Math.round(beginTime - around)),
    to: Math.min(whole.to, Math.round(end + around)),
  };
}
