/**
 * A line at the moment under the pointer, behind whatever a canvas shows.
 *
 * The pointer moves often and drawing is dear: the line is the background of the canvas, so nothing is drawn for it.
 */
import { gutter, margin } from '../../parts/time-scale.ts';

/** `x` in CSS pixels; null: nowhere. */
export function moveCrosshair(canvas: HTMLCanvasElement, x: number | null): void {
  const isOnAxis = x !== null && x >= gutter && x <= canvas.clientWidth - margin;
  canvas.style.background = isOnAxis
    ? `linear-gradient(var(--faint), var(--faint)) ${Math.round(x)}px 0 / 1px 100% no-repeat`
    : '';
}
