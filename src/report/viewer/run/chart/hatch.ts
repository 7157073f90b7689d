/**
 * Slanted lines in place of a filled area: a difference that is seen without colour. The lines belong to the canvas and not
 * to the area, so that neighbours join.
 */

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Hatch {
  /** What is filled. */
  readonly area: Path2D;
  /** Around it: no line is drawn outside. */
  readonly box: Box;
  readonly colour: string;
  /** Between two lines, in pixels. @default 6 */
  readonly gap?: number;
  /** @default 1 */
  readonly thickness?: number;
}

export function hatch(context: CanvasRenderingContext2D, { area, box, colour, gap = 6, thickness = 1 }: Hatch): void {
  if (!(box.width > 0 && box.height > 0)) return;
  context.save();
  context.clip(area);
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.beginPath();
  // A line is where x + y is a multiple of the gap.
  const last = box.x + box.width + box.y + box.height;
  for (let sum = Math.ceil((box.x + box.y) / gap) * gap; sum <= last; sum += gap) {
    context.moveTo(sum - box.y, box.y);
    context.lineTo(sum - box.y - box.height, box.y + box.height);
  }
  context.stroke();
  context.restore();
}
