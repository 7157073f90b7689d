/**
 * The whole run in a strip: how much was answered, the faults with their names, the phases, and which part of it the other
 * panels show.
 */
import type { Report, ReportFault } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import type { Paint } from '../../parts/canvas.ts';
import { type TimeScale, tickLabel, ticks, timeScale } from '../../parts/time-scale.ts';
import { linearScale } from './axes.ts';
import { binsOver, endTimes } from './bins.ts';
import { faultRows, nextInRow } from './fault-rows.ts';
import { drawFault, drawFaults, faultBox } from './fault-shade.ts';
import type { Box } from './hatch.ts';
import type { Span } from './look.ts';
import { drawOutcomeStack, type OutcomeStack, outcomeStack } from './outcome-stack.ts';
import { plotRange } from './plot.ts';

export interface Overview {
  readonly height: number;
  readonly scale: (width: number) => TimeScale;
  readonly draw: (paint: Paint, shown: Span) => void;
  /** Whose bar is there; null: none. */
  readonly faultAt: (point: { readonly x: number; readonly y: number }, width: number) => ReportFault | null;
}

/** Only the frame moves when the reader looks around: all else is kept as it was drawn, for this size and these colours. */
function rememberPicture(draw: (paint: Paint) => void): (paint: Paint) => void {
  const kept = document.createElement('canvas');
  let keptFor = '';
  return paint => {
    const { context, colour } = paint;
    const { width, height } = context.canvas;
    const wanted = `${width} ${height} ${colour('page')} ${colour('ink')}`;
    const inner = kept.getContext('2d');
    if (inner && wanted !== keptFor) {
      keptFor = wanted;
      [kept.width, kept.height] = [width, height];
      inner.setTransform(context.getTransform());
      inner.font = context.font;
      draw({ ...paint, context: inner });
    }
    context.save();
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.drawImage(kept, 0, 0);
    context.restore();
  };
}

const small = '11px system-ui, sans-serif';
const labelRow = 15;
const stripHeight = 26;
const mostRows = 4;
const below = 3;

export function createOverview({ data, operations }: Report, whole: Span): Overview {
  const rows = faultRows(data.faults, mostRows);
  const freeUntil = nextInRow(data.faults, rows).map(time => Math.min(time, whole.to));
  const rowCount = data.faults.length === 0 ? 0 : Math.max(...rows) + 1;
  const rowHeight = rowCount <= 2 ? 15 : rowCount === 3 ? 12 : 10;
  const stripBottom = labelRow + stripHeight;
  const height = stripBottom + rowCount * rowHeight + below;
  const scale = (width: number): TimeScale => timeScale({ ...whole, width });
  const bar = (at: number, width: number): Box | null =>
    faultBox(data.faults[at] as ReportFault, scale(width), {
      top: stripBottom + 2 + (rows[at] as number) * rowHeight,
      height: rowHeight - 2,
    });
  const stackOf = rememberStack(width => {
    const { left, right } = plotRange(width);
    const step = ((whole.to - whole.from) / (right - left)) * 3;
    return outcomeStack(endTimes(operations), { bins: binsOver({ ...whole, step }), whole, unit: 1e9 });
  });
  const drawStill = (paint: Paint): void => {
    const { context, colour, width } = paint;
    const { left, right } = plotRange(width);
    const time = scale(width);
    const stack = stackOf(width);
    const box = { x: left, y: labelRow, width: right - left, height: stripHeight };
    context.fillStyle = colour('card');
    context.fillRect(box.x, box.y, box.width, box.height);
    drawFaults(context, time, data.faults, { top: box.y, height: box.height });
    const y = linearScale(stack.highest, { top: labelRow + 2, bottom: stripBottom });
    drawOutcomeStack(paint, stack, { scale: time, y, box });
    context.font = small;
    drawRowNames(paint, {
      stripMiddle: labelRow + stripHeight / 2,
      faultMiddle: stripBottom + 2 + rowHeight / 2,
      rowCount,
    });
    drawMoments(paint, time, data);
    data.faults.forEach((fault, at) => {
      const place = bar(at, width);
      if (place) drawBar(paint, { fault, place, room: time.x(freeUntil[at] as number) - place.x });
    });
  };
  const still = rememberPicture(drawStill);
  const draw = (paint: Paint, shown: Span): void => {
    const time = scale(paint.width);
    still(paint);
    drawWindow(paint, { left: time.x(shown.from), right: time.x(shown.to) });
  };
  return {
    height,
    scale,
    draw,
    faultAt: ({ x, y }, width) =>
      data.faults.find((_, at) => {
        const box = bar(at, width);
        return box && y >= box.y && y < box.y + box.height && x >= box.x - 3 && x <= box.x + box.width + 3;
      }) ?? null,
  };
}

/** The run does not change, the width seldom. */
function rememberStack(make: (width: number) => OutcomeStack): (width: number) => OutcomeStack {
  let made: { readonly width: number; readonly stack: OutcomeStack } | null = null;
  return width => {
    if (made?.width !== width) made = { width, stack: make(width) };
    return made.stack;
  };
}

function drawRowNames(
  { context, colour }: Paint,
  { stripMiddle, faultMiddle, rowCount }: { stripMiddle: number; faultMiddle: number; rowCount: number },
): void {
  context.fillStyle = colour('faint');
  context.textAlign = 'right';
  context.textBaseline = 'middle';
  const { left } = plotRange(0);
  context.fillText('operations ended', left - 8, stripMiddle);
  if (rowCount > 0) context.fillText('faults', left - 8, faultMiddle);
  context.textAlign = 'left';
}

const phaseNames: Readonly<Record<string, string>> = { 'final-reads': 'final reads', start: '', stop: '' };

/** Where phases begin, with their names, and between them the time; a name that has no room is left out. */
function drawMoments(paint: Paint, scale: TimeScale, { phases, hasTimes }: Report['data']): void {
  const { context, colour } = paint;
  const taken: { readonly from: number; readonly to: number }[] = [];
  const { left, right } = plotRange(scale.width);
  context.textBaseline = 'middle';
  const label = (text: string, at: number, align: 'after' | 'before' | 'around'): boolean => {
    const width = context.measureText(text).width;
    const from = Math.max(left, align === 'after' ? at + 4 : align === 'before' ? at - 4 - width : at - width / 2);
    if (from + width > right + 10 || taken.some(other => from < other.to + 8 && other.from < from + width + 8))
      return false;
    taken.push({ from, to: from + width });
    context.fillText(text, from, labelRow / 2);
    return true;
  };
  for (const { name, time } of phases) {
    const text = phaseNames[name] ?? name;
    if (text === '') continue;
    const x = Math.round(scale.x(time));
    context.fillStyle = colour('ink');
    if (label(text, x, 'after') || label(text, x, 'before')) context.fillRect(x, 2, 1, labelRow - 2);
    context.fillRect(x, labelRow, 1, stripHeight);
  }
  context.fillStyle = colour('faint');
  const times = ticks(scale.from, scale.to, Math.max(2, Math.floor((right - left) / 140)));
  const step = (times[1] ?? scale.to) - (times[0] ?? scale.from);
  for (const time of times) {
    const x = Math.round(scale.x(time));
    if (label(tickLabel(time, step, hasTimes), x, 'around')) context.fillRect(x, labelRow - 2, 1, 3);
  }
}

interface Bar {
  readonly fault: ReportFault;
  readonly place: Box;
  /** For its name: it may stand out on the right, until the next one begins. */
  readonly room: number;
}

function drawBar({ context, colour }: Paint, { fault, place: box, room }: Bar): void {
  drawFault(context, fault, box);
  if (fault.bit !== null) {
    context.strokeStyle = colour('fault');
    context.lineWidth = 1;
    context.strokeRect(box.x + 0.5, box.y + 0.5, Math.max(box.width - 1, 1), box.height - 1);
  }
  if (box.height < 8) return;
  const kind = showForeign(fault.kind, 30);
  const described = `${fault.id} ${kind} ${showForeign(fault.description, 60)}`;
  const text = [described, `${fault.id} ${kind}`, `${fault.id}`].find(
    candidate => context.measureText(candidate).width + 8 <= room,
  );
  if (text === undefined) return;
  context.textBaseline = 'middle';
  // The edges of the bar, and hatching, do not run through the letters.
  context.strokeStyle = colour('page');
  context.lineWidth = 3;
  context.lineJoin = 'round';
  context.strokeText(text, box.x + 4, box.y + box.height / 2 + 0.5);
  context.fillStyle = colour('ink');
  context.fillText(text, box.x + 4, box.y + box.height / 2 + 0.5);
}

/** What is not shown by the other panels is veiled; what is shown has a frame with two handles. */
function drawWindow(
  { context, colour, width, height }: Paint,
  { left, right }: { readonly left: number; readonly right: number },
): void {
  const plot = plotRange(width);
  const bottom = height - below;
  context.save();
  context.globalAlpha = 0.65;
  context.fillStyle = colour('page');
  context.fillRect(plot.left, labelRow, left - plot.left, bottom - labelRow);
  context.fillRect(right, labelRow, plot.right - right, bottom - labelRow);
  context.restore();
  context.strokeStyle = colour('select');
  context.lineWidth = 1.5;
  context.strokeRect(left, labelRow, Math.max(right - left, 1), bottom - labelRow);
  context.fillStyle = colour('select');
  for (const x of [left - 4, right]) {
    context.beginPath();
    context.roundRect(x, labelRow + stripHeight / 2 - 9, 4, 18, x === right ? [0, 3, 3, 0] : [3, 0, 0, 3]);
    context.fill();
  }
}
