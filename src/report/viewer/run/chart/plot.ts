/**
 * The part of a canvas in which time is drawn: between the labels on the left and the margin on the right.
 */
import type { Paint } from '../../parts/canvas.ts';
import { gutter, margin, type TimeScale } from '../../parts/time-scale.ts';

/** What a panel on the time axis draws with. */
export interface TimePaint extends Paint {
  readonly scale: TimeScale;
}

/** In CSS pixels. */
export function plotRange(width: number): { readonly left: number; readonly right: number } {
  return { left: gutter, right: Math.max(width - margin, gutter + 1) };
}

/** Draws with nothing outside of the plot; `spare` pixels more on either side, for marks that lie on the edge. */
export function insidePlot({ context, width, height }: Paint, draw: () => void, spare = 0): void {
  const { left, right } = plotRange(width);
  context.save();
  context.beginPath();
  context.rect(left - spare, 0, right - left + 2 * spare, height);
  context.clip();
  draw();
  context.restore();
}
