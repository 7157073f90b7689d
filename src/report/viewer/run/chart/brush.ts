/**
 * The frame in the overview, as something to take hold of: drag it to move it, its edges to change it, anywhere else to draw
 * a new one; arrows move it, with Shift they change its end.
 */
import type { TimeScale } from '../../parts/time-scale.ts';
import type { State } from '../state.ts';
import { bindWheel, hoverAt, leastDrag, pointOf, type TimePoint } from './gestures.ts';
import { setHoverTime } from './hover.ts';
import { isWhole, lookAt, type Span } from './look.ts';

export interface Brush {
  readonly canvas: HTMLCanvasElement;
  readonly state: State;
  readonly scale: () => TimeScale;
  /** True: something was there that took the click. */
  readonly onClick: (point: TimePoint) => boolean;
  /** Whether a click there does something else than to move the frame. */
  readonly isButton: (point: TimePoint) => boolean;
}

type Grip = 'from' | 'to' | 'inside' | 'outside';

export function bindBrush(brush: Brush): void {
  const { canvas, state } = brush;
  bindWheel(brush);
  bindHold(brush);
  canvas.addEventListener('dblclick', () => state.set(state.whole));
  canvas.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || !pressKey(state, event)) return;
    event.preventDefault();
  });
}

function bindHold(brush: Brush): void {
  const { canvas, state, scale, onClick } = brush;
  let held: Held | null = null;
  let isDragging = false;
  const point = (event: PointerEvent): TimePoint => pointOf(canvas, scale(), event);
  const end = (): void => {
    [held, isDragging] = [null, false];
  };
  canvas.addEventListener('pointerdown', event => {
    end();
    if (event.button !== 0 || !event.isPrimary) return;
    const at = point(event);
    const { from, to } = state.view;
    held = { grip: gripOf(brush, at), at, shown: { from, to } };
    canvas.setPointerCapture(event.pointerId);
  });
  canvas.addEventListener('pointermove', event => {
    const at = hoverAt(canvas, scale(), event);
    if (!held) {
      canvas.style.cursor = cursorOf(brush, at);
      return;
    }
    if (!isDragging && Math.abs(at.x - held.at.x) < leastDrag) return;
    isDragging = true;
    lookAt(state, dragged(held, at, state.whole));
  });
  canvas.addEventListener('pointerup', event => {
    const [was, dragging] = [held, isDragging];
    end();
    if (!was || dragging) return;
    const at = point(event);
    if (!onClick(at) && was.grip === 'outside') lookAt(state, around(at.time, was.shown, state));
  });
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('pointerleave', () => setHoverTime(null));
}

/** At least eight pixels are an edge's; what is narrow between them can still be moved. */
function gripAt(x: number, { left, right }: { readonly left: number; readonly right: number }): Grip {
  const inward = Math.min(4, (right - left) / 4);
  if (x >= left - 8 && x <= left + inward) return 'from';
  if (x >= right - inward && x <= right + 8) return 'to';
  return x > left && x < right ? 'inside' : 'outside';
}

/** There is nowhere to move the whole run to: then the inside is for drawing a new frame. */
function gripOf({ state, scale }: Brush, { x }: TimePoint): Grip {
  const { from, to } = state.view;
  const grip = gripAt(x, { left: scale().x(from), right: scale().x(to) });
  return grip === 'inside' && isWhole(state) ? 'outside' : grip;
}

const cursors = { from: 'ew-resize', to: 'ew-resize', inside: 'grab', outside: 'crosshair' } as const;

function cursorOf(brush: Brush, at: TimePoint): string {
  const grip = gripOf(brush, at);
  return grip !== 'from' && grip !== 'to' && brush.isButton(at) ? 'pointer' : cursors[grip];
}

interface Held {
  readonly grip: Grip;
  readonly at: TimePoint;
  readonly shown: Span;
}

/** An edge stops at the end of the run; what is moved keeps its length, for which the state sees. */
function dragged({ grip, at, shown }: Held, { time }: TimePoint, whole: Span): Span {
  const by = time - at.time;
  if (grip === 'inside') return { from: shown.from + by, to: shown.to + by };
  const [still, moved] =
    grip === 'outside' ? [at.time, time] : grip === 'from' ? [shown.to, shown.from + by] : [shown.from, shown.to + by];
  return { from: Math.max(whole.from, Math.min(still, moved)), to: Math.min(whole.to, Math.max(still, moved)) };
}

function around(time: number, { from, to }: Span, { whole, view }: State): Span {
  const half = (to - from) / 2;
  return to - from >= whole.to - whole.from ? view : { from: time - half, to: time + half };
}

function pressKey(state: State, { key, shiftKey }: KeyboardEvent): boolean {
  const { from, to } = state.view;
  const step = (to - from) / 10;
  const by = key === 'ArrowLeft' || key === 'ArrowDown' ? -step : key === 'ArrowRight' || key === 'ArrowUp' ? step : 0;
  if (by !== 0) lookAt(state, shiftKey ? { from, to: to + by } : { from: from + by, to: to + by });
  else if (key === 'Home') lookAt(state, { from: state.whole.from, to: state.whole.from + to - from });
  else if (key === 'End') lookAt(state, { from: state.whole.to - to + from, to: state.whole.to });
  else return false;
  return true;
}
