/**
 * Bars of one lane after the other. Pixels with many operations are joined to one rectangle as long as they are alike, and
 * nothing is allocated for a bar but the words in it.
 */
import type { ReportOperations } from '../../../data.ts';
import { gutter, margin } from '../../parts/time-scale.ts';
import type { TimePaint } from '../chart/plot.ts';
import { operationWords } from '../operation-words.ts';
import type { BarSink } from './bars.ts';
import { cutToWidth } from './cut-text.ts';
import { barHeight } from './layout.ts';
import type { Packing } from './packing.ts';

/** Words are not written into less, in pixels. */
const leastForWords = 34;
const wordsFont = '11px system-ui, sans-serif';
const jag = 4;

/** Outcomes that are in a dense stretch, as bits. */
const [okBit, failBit, infoBit] = [1, 2, 4];

export interface BarDrawing extends BarSink {
  /** A lane begins, with its top here. Below its bars: that something in it may still take effect. */
  readonly beginLane: (lane: number, y: number) => void;
  readonly endLane: () => void;
  /** Whether any operations share a pixel. */
  readonly hasMerged: () => boolean;
}

interface Lanes {
  readonly operations: ReportOperations;
  readonly packing: Packing;
}

export function barDrawing(paint: TimePaint, { operations, packing }: Lanes): BarDrawing {
  const right = paint.width - margin;
  const stretch: Stretch = { from: 0, to: 0, kinds: 0 };
  let y = 0;
  let merged = false;
  const flush = (): void => {
    if (stretch.kinds !== 0) drawStretch(paint, stretch, y);
    stretch.kinds = 0;
  };
  return {
    beginLane: (lane, top) => {
      y = top;
      const info = packing.firstInfo[lane] as number;
      if (info >= 0) drawOpenEnd(paint, { since: paint.scale.x(operations.returnTime[info] as number), y, right });
    },
    endLane: flush,
    hasMerged: () => merged,
    dense: (x, first, end) => {
      const kinds = kindsOf(packing, first, end);
      if (end - first > 1) merged = true;
      if (stretch.kinds !== kinds || stretch.to < x) {
        flush();
        stretch.from = x;
      }
      stretch.to = x + 1;
      stretch.kinds = kinds;
    },
    bar: (id, begin, end) => {
      flush();
      const outcome = operations.outcome[id] as number;
      const left = Math.max(begin, gutter - 10);
      // A gap between neighbours, where there is room for one.
      const stop = Math.min(end - begin >= 4 ? end - 1 : end, right + 10);
      // One that nobody saw end would outshine all the others.
      const isOpen = operations.returnTime[id] === Infinity;
      if (isOpen) paint.context.globalAlpha = 0.35;
      drawShape(paint, outcome, { left, width: stop - left, y });
      paint.context.globalAlpha = 1;
      const room = { left: Math.max(begin, gutter), right: Math.min(stop, right), y };
      if (room.right - room.left >= leastForWords) drawWords(paint, operations, { id, outcome, isOpen, ...room });
    },
  };
}

/** Pixels that are alike. */
interface Stretch {
  from: number;
  to: number;
  kinds: number;
}

function kindsOf({ failsBefore, infosBefore }: Packing, first: number, end: number): number {
  const fails = (failsBefore[end] as number) - (failsBefore[first] as number);
  const infos = (infosBefore[end] as number) - (infosBefore[first] as number);
  const oks = end - first - fails - infos;
  return (oks > 0 ? okBit : 0) | (fails > 0 ? failBit : 0) | (infos > 0 ? infoBit : 0);
}

function drawOpenEnd(
  { context, colour }: TimePaint,
  { since, y, right }: { readonly since: number; readonly y: number; readonly right: number },
): void {
  if (!(since < right)) return;
  const middle = Math.round(y + barHeight / 2) + 0.5;
  context.save();
  context.strokeStyle = colour('info');
  context.globalAlpha = 0.5;
  context.setLineDash([2, 4]);
  context.beginPath();
  context.moveTo(Math.max(since, gutter), middle);
  context.lineTo(right, middle);
  context.stroke();
  context.restore();
}

function drawShape(
  { context, colour }: TimePaint,
  outcome: number,
  { left, width, y }: { readonly left: number; readonly width: number; readonly y: number },
): void {
  context.beginPath();
  if (outcome === 0) {
    context.fillStyle = colour('ok');
    context.roundRect(left, y, width, barHeight, Math.min(3, width / 2));
    context.fill();
  } else if (outcome === 1) {
    const inset = Math.min(0.75, width / 4);
    context.roundRect(left + inset, y + 0.75, width - 2 * inset, barHeight - 1.5, Math.min(3, width / 2));
    context.fillStyle = colour('page');
    context.fill();
    context.lineWidth = 1.5;
    context.strokeStyle = colour('fail');
    context.stroke();
  } else {
    context.fillStyle = colour('info');
    jagged(context, { left, top: y, right: left + width });
    context.fill();
  }
}

interface Words {
  readonly id: number;
  readonly outcome: number;
  readonly isOpen: boolean;
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

function drawWords(
  { context, colour }: TimePaint,
  operations: ReportOperations,
  { id, outcome, isOpen, left, right, y }: Words,
): void {
  const room = right - left - 10 - (outcome === 2 ? jag : 0);
  context.font = wordsFont;
  context.textBaseline = 'middle';
  context.fillStyle = colour(isOpen ? 'ink' : outcome === 0 ? 'on-colour' : outcome === 1 ? 'faint' : 'on-info');
  const words = cutToWidth(context, operationWords(operations, id, 80), room);
  // A few letters say nothing.
  if (words.length > 8 || !words.endsWith('…')) context.fillText(words, left + 5, y + barHeight / 2 + 0.5);
}

/** Failed ones as a strip below, unknown ones as a strip above: neither may drown in the others. */
function drawStretch({ context, colour }: TimePaint, { from, to, kinds }: Stretch, y: number): void {
  const width = to - from;
  const strip = kinds & okBit ? Math.round(barHeight / 3) : kinds === (failBit | infoBit) ? barHeight / 2 : barHeight;
  if (kinds & okBit) {
    context.fillStyle = colour('ok');
    context.fillRect(from, y, width, barHeight);
  }
  if (kinds & failBit) {
    context.fillStyle = colour('fail');
    context.fillRect(from, y + barHeight - strip, width, strip);
  }
  if (kinds & infoBit) {
    context.fillStyle = colour('info');
    context.fillRect(from, y, width, strip);
  }
}

/** Closed on the left, torn off on the right. */
function jagged(
  context: CanvasRenderingContext2D,
  { left, top, right }: { readonly left: number; readonly top: number; readonly right: number },
): void {
  const depth = Math.min(jag, (right - left) / 2);
  const bottom = top + barHeight;
  const radius = Math.min(3, (right - left) / 3);
  const teeth = 3;
  context.moveTo(left + radius, top);
  context.lineTo(right, top);
  for (let tooth = 0; tooth < teeth; tooth++) {
    context.lineTo(right - depth, top + ((tooth + 0.5) * barHeight) / teeth);
    context.lineTo(right, top + ((tooth + 1) * barHeight) / teeth);
  }
  context.lineTo(left + radius, bottom);
  context.arcTo(left, bottom, left, bottom - radius, radius);
  context.arcTo(left, top, left + radius, top, radius);
  context.closePath();
}
