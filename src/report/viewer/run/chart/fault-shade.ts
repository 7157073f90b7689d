/**
 * Faults, as every panel with a time axis shows them: a shade for one that took effect, hatching for one that did not, a
 * dotted outline where nobody measured it.
 *
 * The shade lasts from the order to break something to the order to repair it. What a fault did may begin later and last
 * longer.
 */
import type { ReportFault } from '../../../data.ts';
import { colour } from '../../parts/canvas.ts';
import type { TimeScale } from '../../parts/time-scale.ts';
import { type Box, hatch } from './hatch.ts';
import { plotRange } from './plot.ts';

interface Rows {
  readonly top: number;
  readonly height: number;
}

export function drawFaults(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  faults: readonly ReportFault[],
  { top, height }: Rows,
): void {
  for (const fault of faults) {
    const box = faultBox(fault, scale, { top, height });
    if (box) drawFault(context, fault, box);
  }
}

/** Where a fault is; null when it is outside of what is visible. One that never ended lasts to the end. */
export function faultBox(fault: ReportFault, scale: TimeScale, { top, height }: Rows): Box | null {
  const { left, right } = plotRange(scale.width);
  const begin = Math.max(scale.x(fault.beginTime), left);
  const end = Math.min(fault.endTime === null ? right : scale.x(fault.endTime), right);
  if (begin > right || end < left) return null;
  // However short it was, it is seen.
  return { x: begin, y: top, width: Math.max(end - begin, 2), height };
}

/** One fault in a box: in the shading, and in the rows of the overview. */
export function drawFault(context: CanvasRenderingContext2D, { bit }: Pick<ReportFault, 'bit'>, box: Box): void {
  const { x, y, width, height } = box;
  if (bit === true) {
    context.fillStyle = colour('fault-shade');
    context.fillRect(x, y, width, height);
  } else if (bit === false) {
    const area = new Path2D();
    area.rect(x, y, width, height);
    hatch(context, { area, box, colour: colour('fault-hatch'), gap: 8 });
  } else {
    context.save();
    context.strokeStyle = colour('fault');
    context.setLineDash([2, 3]);
    context.strokeRect(x + 0.5, y + 0.5, Math.max(width - 1, 1), Math.max(height - 1, 1));
    context.restore();
  }
}
