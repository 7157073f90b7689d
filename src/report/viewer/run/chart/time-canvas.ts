/**
 * A canvas on the time axis that all panels share. It draws again when another part of the time is looked at, shades the
 * faults behind what it shows, has the line under the pointer, and obeys the same gestures as the others.
 *
 * What is far off the screen is not drawn until it comes near: there are many panels and one reader.
 */
import { type Canvas, createCanvas } from '../../parts/canvas.ts';
import { type TimeScale, tickLabel, ticks, timeScale } from '../../parts/time-scale.ts';
import type { Context } from '../panel.ts';
import { moveCrosshair } from './crosshair.ts';
import { drawFaults } from './fault-shade.ts';
import { bindGestures, type Selection, type TimePoint } from './gestures.ts';
import { hoverTime, onHoverTime } from './hover.ts';
import { plotRange, type TimePaint } from './plot.ts';

export interface TimeCanvasOptions {
  readonly context: Context;
  readonly height: number;
  readonly label: string;
  readonly draw: (paint: TimePaint) => void;
  /** The pointer moves over it; null: it has left. */
  readonly onPoint?: (point: TimePoint | null) => void;
  readonly onClick?: (point: TimePoint) => void;
  /** Whether faults are shaded behind it. @default true */
  readonly shade?: boolean;
  /** Whether its lowest `axisHeight` pixels are for `drawTimeAxis`: no fault is shaded there. @default false */
  readonly hasAxis?: boolean;
}

/** Space for `drawTimeAxis` below a plot. */
export const axisHeight = 20;

export function timeCanvas(options: TimeCanvasOptions): Canvas {
  const { context, height, label, draw, onPoint, onClick, shade = true, hasAxis = false } = options;
  const { report, state } = context;
  const paper = matchMedia('print');
  let isNear = false;
  let isStale = false;
  let selection: Selection | null = null;
  const scaleOf = (width: number): TimeScale => timeScale({ from: state.view.from, to: state.view.to, width });
  const inner = createCanvas({
    height,
    label,
    draw: paint => {
      isStale = !isNear && !paper.matches;
      if (isStale) return;
      const scale = scaleOf(paint.width);
      if (shade)
        drawFaults(paint.context, scale, report.data.faults, {
          top: 0,
          height: paint.height - (hasAxis ? axisHeight : 0),
        });
      paint.context.save();
      draw({ ...paint, scale });
      paint.context.restore();
      if (selection) drawSelection({ ...paint, scale }, selection);
      moveCrosshair(canvas, hoverPlace(scale));
    },
  });
  const canvas = inner.element;
  canvas.classList.add('time');
  new IntersectionObserver(
    entries => {
      isNear = entries.at(-1)?.isIntersecting ?? false;
      if (isNear && isStale) inner.redraw();
    },
    { rootMargin: '300px' },
  ).observe(canvas);
  state.subscribe((_, changed) => {
    if (changed.has('from') || changed.has('to')) inner.redraw();
  });
  onHoverTime(() => {
    if (isNear && !isStale) moveCrosshair(canvas, hoverPlace(scaleOf(canvas.clientWidth)));
  });
  bindGestures({
    canvas,
    state,
    scale: () => scaleOf(canvas.clientWidth),
    onPoint: point => onPoint?.(point),
    onClick: point => onClick?.(point),
    onSelection: chosen => {
      selection = chosen;
      inner.redraw();
    },
  });
  return inner;
}

/**
 * The axis of time below a plot whose bottom is at `y`, with a line upwards to `top` for each label.
 *
 * @example drawTimeAxis(paint, { y: paint.height - axisHeight, top: 0, hasTimes: report.data.hasTimes })
 */
export function drawTimeAxis(
  { context, colour, scale }: TimePaint,
  { y, top, hasTimes }: { readonly y: number; readonly top: number; readonly hasTimes: boolean },
): void {
  const { left, right } = plotRange(scale.width);
  // The closer one looks, the more digits: there may be room for fewer labels than at first thought.
  const label = (time: number, step: number): string => tickLabel(time, step, hasTimes);
  const widest = context.measureText(label(scale.to, (scale.to - scale.from) / 10)).width;
  const times = ticks(scale.from, scale.to, Math.max(1, Math.floor((right - left) / Math.max(100, widest + 30))));
  const step = (times[1] ?? scale.to) - (times[0] ?? scale.from);
  context.save();
  context.textBaseline = 'top';
  for (const time of times) {
    const x = Math.round(scale.x(time)) + 0.5;
    context.fillStyle = colour('grid');
    context.fillRect(x - 0.5, top, 1, y - top + 4);
    context.fillStyle = colour('faint');
    const text = label(time, step);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(Math.max(x - half, left), scale.width - 2 * half), y + 5);
  }
  context.fillStyle = colour('line');
  context.fillRect(left, Math.round(y), right - left, 1);
  context.restore();
}

function hoverPlace(scale: TimeScale): number | null {
  const time = hoverTime();
  return time === null ? null : scale.x(time);
}

function drawSelection({ context, colour, height }: TimePaint, { left, right }: Selection): void {
  context.fillStyle = colour('selection');
  context.fillRect(left, 0, right - left, height);
  context.fillStyle = colour('select');
  context.fillRect(left, 0, 1, height);
  context.fillRect(right - 1, 0, 1, height);
}
