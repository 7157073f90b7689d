/**
 * The time axis that all panels share: the same margins, so that a moment is at the same place in each of them.
 */
import { eventSpan } from '../../data.ts';

/** Left of the time axis, for labels; in CSS pixels. */
export const gutter = 132;
/** Right of it. */
export const margin = 14;

export interface TimeScale {
  readonly from: number;
  readonly to: number;
  /** Of the whole canvas. */
  readonly width: number;
  /** Pixel of a moment. Not limited to what is visible. */
  x(time: number): number;
  /** Moment of a pixel. */
  time(x: number): number;
}

export function timeScale({ from, to, width }: Pick<TimeScale, 'from' | 'to' | 'width'>): TimeScale {
  const span = Math.max(to - from, 1);
  const room = Math.max(width - gutter - margin, 1);
  return {
    from,
    to,
    width,
    x: time => gutter + ((time - from) / span) * room,
    time: x => from + ((x - gutter) / room) * span,
  };
}

/** Round numbers between two, `wanted` of them or a few less. */
export function ticks(from: number, to: number, wanted: number): readonly number[] {
  const span = to - from;
  if (!(span > 0)) return [from];
  const raw = span / Math.max(1, wanted);
  const unit = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find(factor => factor * unit >= raw) ?? 10) * unit;
  const first = Math.ceil(from / step) * step;
  return Array.from({ length: Math.max(0, Math.floor((to - first) / step) + 1) }, (_, at) => first + at * step);
}

/** `12 s`, `12.5 s`, `12.534 s`: as many digits as neighbours need to differ. Without times, the number of the event. */
export function tickLabel(time: number, step: number, hasTimes: boolean): string {
  if (!hasTimes) return Math.round(time / eventSpan).toLocaleString('en-US');
  if (step < 1e3) return `${(time / 1e3).toFixed(1)} µs`;
  const decimals = Math.min(6, Math.max(0, Math.ceil(-Math.log10(step / 1e9) - 1e-9)));
  return `${(time / 1e9).toFixed(decimals)} s`;
}
