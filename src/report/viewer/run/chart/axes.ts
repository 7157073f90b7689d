/**
 * The upright axes: numbers from 0, and latencies on a log scale.
 */
import { ticks } from '../../parts/time-scale.ts';

/** Where a value is, in CSS pixels from the top. */
export type Upright = (value: number) => number;

interface Rows {
  readonly top: number;
  readonly bottom: number;
}

export function linearScale(high: number, { top, bottom }: Rows): Upright {
  return value => bottom - (value / Math.max(high, 1e-9)) * (bottom - top);
}

/** Values below `low` are at the bottom. */
export function logScale(
  { low, high }: { readonly low: number; readonly high: number },
  { top, bottom }: Rows,
): Upright {
  const decades = Math.log10(high / low);
  return value => bottom - (Math.max(0, Math.log10(value / low)) / decades) * (bottom - top);
}

/** The powers of ten around two values, at least two of them apart. */
export function decadesAround(least: number, most: number): { readonly low: number; readonly high: number } {
  const low = 10 ** Math.floor(Math.log10(Math.max(least, 1)) + 1e-9);
  const high = 10 ** Math.ceil(Math.log10(Math.max(most, 1)) - 1e-9);
  return { low, high: Math.max(high, low * 100) };
}

export interface UprightTick {
  readonly y: number;
  readonly label: string;
}

export function linearTicks(high: number, y: Upright): readonly UprightTick[] {
  return ticks(0, high, 5).map(value => ({ y: y(value), label: shortNumber(value) }));
}

export function decadeTicks({ low, high }: { readonly low: number; readonly high: number }, y: Upright): UprightTick[] {
  const decades = Math.round(Math.log10(high / low));
  return Array.from({ length: decades + 1 }, (_, at) => low * 10 ** at).map(value => ({
    y: y(value),
    label: decadeLabel(value),
  }));
}

/** `1,200`, `12k`, `1.5M` */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return Number(value.toPrecision(3)).toLocaleString('en-US');
}

function decadeLabel(nanos: number): string {
  if (nanos < 1e3) return `${Math.round(nanos)} ns`;
  if (nanos < 1e6) return `${Math.round(nanos / 1e3)} µs`;
  if (nanos < 1e9) return `${Math.round(nanos / 1e6)} ms`;
  return `${Math.round(nanos / 1e9).toLocaleString('en-US')} s`;
}
