/**
 * The visible rows of the lanes on a canvas: separators, labels, bars, and rings around what matters.
 *
 * Shapes say what colours say: a certain operation is filled and closed at both ends, a failed one is hollow, one of which
 * nobody knows ends in a jagged edge, and a dashed line goes on from there, as it may still take effect.
 */
import type { Report } from '../../../data.ts';
import { gutter, margin } from '../../parts/time-scale.ts';
import type { TimePaint } from '../chart/plot.ts';
import { barDrawing } from './bar-drawing.ts';
import { visibleBars } from './bars.ts';
import { cutToWidth } from './cut-text.ts';
import { barHeight, type Layout, laneHeight, laneTop, rowAt, rowPadding, rowTop } from './layout.ts';

export interface LanesPicture {
  readonly report: Report;
  readonly layout: Layout;
  /** How far it is scrolled down. */
  readonly offset: number;
  /** Room for rows: the height without the axis below. */
  readonly height: number;
  /** Ringed: operations that anomalies cite. */
  readonly cited: ReadonlyMap<number, unknown>;
  readonly selected: number | null;
  readonly last: number;
}

/** What was drawn. Rows from 0, the last one included. */
export interface Drawn {
  readonly firstRow: number;
  readonly lastRow: number;
  /** Whether the first and the last of all rows are there in full. */
  readonly isWhole: boolean;
  /** Whether any operations share a pixel. */
  readonly merged: boolean;
}

export function drawLanes(paint: TimePaint, picture: LanesPicture): Drawn {
  const { context, width, scale } = paint;
  const { report, layout, offset, height, last } = picture;
  const { packing } = layout;
  if (packing.rows === 0) return { firstRow: 0, lastRow: -1, isWhole: true, merged: false };
  const firstRow = rowAt(packing, offset);
  const lastRow = rowAt(packing, offset + height - 1);
  context.save();
  clip(context, { x: 0, y: 0, width, height });
  drawRows(paint, picture, { firstRow, lastRow });
  clip(context, { x: gutter, y: 0, width: width - gutter - margin, height });
  const drawing = barDrawing(paint, { operations: report.operations, packing });
  for (let row = firstRow; row <= lastRow; row++) {
    const end = packing.rowLanes[row + 1] as number;
    for (let lane = packing.rowLanes[row] as number; lane < end; lane++) {
      const y = laneTop(packing, row, lane) - offset;
      if (y + barHeight < 0 || y > height) continue;
      drawing.beginLane(lane, y);
      const [start, stop] = [packing.laneIds[lane] as number, packing.laneIds[lane + 1] as number];
      visibleBars(report.operations, packing.ids, { start, end: stop, scale, last }, drawing);
      drawing.endLane();
    }
  }
  context.restore();
  drawRings(paint, picture);
  return { firstRow, lastRow, isWhole: layout.height <= height, merged: drawing.hasMerged() };
}

function clip(
  context: CanvasRenderingContext2D,
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  context.beginPath();
  context.rect(box.x, box.y, box.width, box.height);
  context.clip();
}

/** Labels and separators. A row with an operation that an anomaly cites has a mark. */
function drawRows(
  { context, width, colour }: TimePaint,
  { report, layout, offset, cited, selected }: LanesPicture,
  { firstRow, lastRow }: Pick<Drawn, 'firstRow' | 'lastRow'>,
): void {
  const { rows, packing } = layout;
  const marked = new Set<number>();
  for (const id of cited.keys()) if ((packing.laneOf[id] ?? -1) >= 0) marked.add(rows.rowOf(id));
  const own = selected === null || (packing.laneOf[selected] ?? -1) < 0 ? -1 : rows.rowOf(selected);
  context.textBaseline = 'middle';
  for (let row = firstRow; row <= lastRow; row++) {
    const top = rowTop(packing, row) - offset;
    const bottom = rowTop(packing, row + 1) - offset;
    context.fillStyle = colour('grid');
    context.fillRect(0, Math.round(bottom) - 1, width - margin, 1);
    // The label stays visible while the row is.
    const y = Math.min(Math.max(top, 0) + rowPadding + laneHeight / 2, bottom - rowPadding - laneHeight / 2);
    if (marked.has(row)) {
      context.fillStyle = colour('bad');
      context.fillText('✗', 0, y);
    }
    context.font = row === own || marked.has(row) ? `600 ${labelFont}` : labelFont;
    context.fillStyle = colour(row === own ? 'select' : 'ink');
    const label = report.operations.length === 0 ? '' : rows.label(row);
    context.fillText(cutToWidth(context, label, gutter - 26), 16, y);
  }
}

const labelFont = '12px system-ui, sans-serif';

/** Around operations that anomalies cite, and then the selected one, over all else. */
function drawRings(paint: TimePaint, picture: LanesPicture): void {
  const { colour, context } = paint;
  context.save();
  clip(context, { x: gutter - 4, y: 0, width: paint.width - gutter - margin + 8, height: picture.height });
  context.lineWidth = 2;
  context.strokeStyle = colour('bad');
  for (const id of picture.cited.keys()) ring(paint, picture, { id, by: 1.5 });
  context.lineWidth = 2.5;
  context.strokeStyle = colour('select');
  if (picture.selected !== null) ring(paint, picture, { id: picture.selected, by: 1.5 });
  context.restore();
}

function ring(
  { context, scale }: TimePaint,
  { report, layout, offset, height, last }: LanesPicture,
  { id, by }: { readonly id: number; readonly by: number },
): void {
  const { rows, packing } = layout;
  const lane = packing.laneOf[id] ?? -1;
  if (lane < 0) return;
  const y = laneTop(packing, rows.rowOf(id), lane) - offset;
  if (y + barHeight < 0 || y > height) return;
  const begin = scale.x(report.operations.callTime[id] as number);
  const end = scale.x(Math.min(report.operations.returnTime[id] as number, last));
  if (end < gutter || begin > scale.width - margin) return;
  const left = Math.max(begin, gutter - 10) - by;
  const right = Math.min(Math.max(end, begin + 5), scale.width) + by;
  context.beginPath();
  context.roundRect(left, y - by, right - left, barHeight + 2 * by, 4);
  context.stroke();
}
