/**
 * The labels left of a plot, and the lines across it.
 */
import type { UprightTick } from './axes.ts';
import { plotRange, type TimePaint } from './plot.ts';

/** `name` says what is measured, at the far left. */
export function drawUprightAxis(
  { context, colour, scale }: TimePaint,
  marks: readonly UprightTick[],
  name: string,
): void {
  const { left, right } = plotRange(scale.width);
  context.save();
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { y, label } of marks) {
    context.fillStyle = colour('grid');
    context.fillRect(left, Math.round(y), right - left, 1);
    context.fillStyle = colour('faint');
    context.fillText(label, left - 8, y);
  }
  context.textAlign = 'left';
  context.textBaseline = 'top';
  context.fillStyle = colour('faint');
  context.fillText(name, 0, 4);
  context.restore();
}
