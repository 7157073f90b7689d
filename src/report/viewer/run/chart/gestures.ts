/**
 * What the pointer does on every panel with a time axis. Dragging to a side looks closer at a part, two clicks look at the
 * whole run, the wheel with Ctrl zooms around the pointer, and sideways it moves. The wheel alone scrolls the page, as
 * everywhere.
 */
import { gutter, margin, type TimeScale } from '../../parts/time-scale.ts';
import type { State } from '../state.ts';
import { setHoverTime } from './hover.ts';
import { lookAt, zoomAround } from './look.ts';

export interface TimePoint {
  /** In CSS pixels, from the corner of the canvas. */
  readonly x: number;
  readonly y: number;
  readonly time: number;
}

export interface Gestures {
  readonly canvas: HTMLCanvasElement;
  readonly state: State;
  readonly scale: () => TimeScale;
  /** Null: the pointer has left. */
  readonly onPoint: (point: TimePoint | null) => void;
  readonly onClick: (point: TimePoint) => void;
  /** The part that is being chosen; null when none is any more. */
  readonly onSelection: (selection: Selection | null) => void;
}

/** Two pixels, the smaller one first. */
export interface Selection {
  readonly left: number;
  readonly right: number;
}

/** Less than that is a click by a hand that is not quite still. */
export const leastDrag = 4;

export function bindGestures(gestures: Gestures): void {
  const { canvas, state } = gestures;
  bindDrag(gestures);
  bindPinch(gestures);
  canvas.addEventListener('dblclick', () => state.set(state.whole));
  bindWheel(gestures);
}

export function pointOf(canvas: HTMLCanvasElement, scale: TimeScale, event: MouseEvent): TimePoint {
  const { left, top } = canvas.getBoundingClientRect();
  const x = event.clientX - left;
  return { x, y: event.clientY - top, time: scale.time(x) };
}

function bindDrag({ canvas, state, scale, onPoint, onClick, onSelection }: Gestures): void {
  let start: TimePoint | null = null;
  let isDragging = false;
  const end = (): void => {
    if (isDragging) onSelection(null);
    [start, isDragging] = [null, false];
  };
  canvas.addEventListener('pointerdown', event => {
    end();
    if (event.button === 0 && event.isPrimary) start = pointOf(canvas, scale(), event);
  });
  canvas.addEventListener('pointermove', event => {
    const point = hoverAt(canvas, scale(), event);
    onPoint(point);
    if (!start || !event.isPrimary) return;
    if (!isDragging && Math.abs(point.x - start.x) < leastDrag) return;
    if (!isDragging) canvas.setPointerCapture(event.pointerId);
    isDragging = true;
    onSelection(selectionOf(scale(), start.x, point.x));
  });
  canvas.addEventListener('pointerup', event => {
    if (!start || !event.isPrimary) return;
    const point = pointOf(canvas, scale(), event);
    const { left, right } = selectionOf(scale(), start.x, point.x);
    if (!isDragging) onClick(point);
    else if (right - left >= leastDrag) lookAt(state, { from: scale().time(left), to: scale().time(right) });
    end();
    // The pointer is where it was, and the time under it is another.
    hoverAt(canvas, scale(), event);
  });
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('keydown', event => {
    if (event.key !== 'Escape' || !isDragging) return;
    event.preventDefault();
    end();
  });
  canvas.addEventListener('pointerleave', () => {
    setHoverTime(null);
    onPoint(null);
  });
}

function isOnAxis({ width }: TimeScale, x: number): boolean {
  return x >= gutter && x <= width - margin;
}

function selectionOf({ width }: TimeScale, one: number, other: number): Selection {
  const limit = (x: number): number => Math.min(Math.max(x, gutter), width - margin);
  return { left: limit(Math.min(one, other)), right: limit(Math.max(one, other)) };
}

/** The moment under the pointer is what all panels show. */
export function hoverAt(canvas: HTMLCanvasElement, scale: TimeScale, event: MouseEvent): TimePoint {
  const point = pointOf(canvas, scale, event);
  setHoverTime(isOnAxis(scale, point.x) ? point.time : null);
  return point;
}

/** Two fingers: the moments under them stay under them. */
function bindPinch({ canvas, state, scale, onSelection }: Gestures): void {
  const fingers = new Map<number, number>();
  let held: readonly [number, number] | null = null;
  const places = (): readonly [number, number] | null => {
    const [one, other] = [...fingers.values()];
    return one === undefined || other === undefined ? null : [Math.min(one, other), Math.max(one, other)];
  };
  const lift = (event: PointerEvent): void => {
    fingers.delete(event.pointerId);
    held = null;
  };
  canvas.addEventListener('pointerdown', event => {
    if (event.pointerType !== 'touch') return;
    fingers.set(event.pointerId, pointOf(canvas, scale(), event).x);
    const at = places();
    held = at && [scale().time(at[0]), scale().time(at[1])];
  });
  canvas.addEventListener('pointermove', event => {
    if (!fingers.has(event.pointerId)) return;
    fingers.set(event.pointerId, pointOf(canvas, scale(), event).x);
    const at = places();
    if (!at || !held || at[1] - at[0] < leastDrag) return;
    onSelection(null);
    const perPixel = (held[1] - held[0]) / (at[1] - at[0]);
    const from = held[0] - (at[0] - gutter) * perPixel;
    lookAt(state, { from, to: from + (scale().width - gutter - margin) * perPixel });
  });
  canvas.addEventListener('pointerup', lift);
  canvas.addEventListener('pointercancel', lift);
}

export function bindWheel(gestures: Pick<Gestures, 'canvas' | 'state' | 'scale'>): void {
  gestures.canvas.addEventListener('wheel', event => turnWheel(gestures, event), { passive: false });
}

function turnWheel({ canvas, state, scale }: Pick<Gestures, 'canvas' | 'state' | 'scale'>, event: WheelEvent): void {
  const isZoom = event.ctrlKey || event.metaKey;
  const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
  if (!isZoom && !isSideways) return;
  event.preventDefault();
  // A line of text is 16 pixels, a page 400.
  const unit = [1, 16, 400][event.deltaMode] ?? 1;
  if (isZoom) {
    const steps = Math.min(Math.max(event.deltaY * unit, -200), 200);
    zoomAround(state, pointOf(canvas, scale(), event).time, 2 ** (steps / 200));
    hoverAt(canvas, scale(), event);
    return;
  }
  const pixels = (event.deltaX === 0 ? event.deltaY : event.deltaX) * unit;
  const { from, to } = state.view;
  const distance = scale().time(pixels) - scale().time(0);
  lookAt(state, { from: from + distance, to: to + distance });
  hoverAt(canvas, scale(), event);
}
