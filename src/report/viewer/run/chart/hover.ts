/**
 * The moment under the pointer. Every panel with a time axis shows it, so that the eye need not carry it from one to the
 * next. It is gone in an instant and no part of a link, and hence not in `state.ts`.
 */

type Listener = (time: number | null) => void;

let hovered: number | null = null;
let isTold = true;
const listeners = new Set<Listener>();

export function hoverTime(): number | null {
  return hovered;
}

/** Null: the pointer is at no moment. */
export function setHoverTime(time: number | null): void {
  if (time === hovered) return;
  hovered = time;
  if (!isTold) return;
  isTold = false;
  requestAnimationFrame(tell);
}

/** Called in the next frame after each change. */
export function onHoverTime(listener: Listener): void {
  listeners.add(listener);
}

function tell(): void {
  isTold = true;
  for (const listener of listeners) listener(hovered);
}
