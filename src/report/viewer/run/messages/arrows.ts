/**
 * The arrows of the message diagram: from where and when a message was sent to where and when it arrived. A lost one is
 * broken and ends in a ✗ half-way; of one that was still under way, the end is not known and fades.
 *
 * How it can mislead: how far a lost message came is not known. The drawing stops it half-way.
 */
import { svg } from '../../parts/dom.ts';
import type { Fate } from './message-words.ts';

export interface Arrow {
  /** Of the message. */
  readonly id: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  /** Where it arrives; for others only the direction. */
  readonly y2: number;
  readonly fate: Fate;
  /** Lifelines from the sender to the receiver. */
  readonly apart: number;
  readonly label: string;
  /** In words, for those who do not see it. */
  readonly sentence: string;
}

/** Of text, roughly, in pixels. */
const characterWidth = 6.4;
/** How far down a message goes of which no arrival is known. */
const slope = 14;

/** One group for each, that can be reached with the keyboard; only the first by Tab, the others from there. */
export function arrowElements(arrows: readonly Arrow[]): readonly SVGGElement[] {
  const taken: Box[] = [];
  return arrows.map((arrow, at) => {
    const end = endOf(arrow);
    const label = labelElement(arrow, end, taken);
    return svg(
      'g',
      {
        class: `message ${arrow.fate.replace(' ', '-')}`,
        tabindex: at === 0 ? 0 : -1,
        role: 'img',
        'aria-label': arrow.sentence,
        'data-message': arrow.id,
      },
      svg('path', { class: 'hit', d: pathOf(arrow, end) }),
      svg('path', { class: 'flight', d: pathOf(arrow, end), ...(arrow.fate === 'under way' ? fadeOf(arrow.id) : {}) }),
      arrow.fate === 'under way' ? fade(arrow, end) : null,
      svg('circle', { class: 'head', cx: round(arrow.x1), cy: round(arrow.y1), r: 2 }),
      tip(arrow, end),
      label,
    );
  });
}

interface Point {
  readonly x: number;
  readonly y: number;
}

function endOf({ x1, y1, x2, y2, fate, apart }: Arrow): Point {
  if (fate === 'arrived') return { x: x2, y: y2 };
  // About half-way, and between two lifelines: it did not end at somebody else's.
  const halfWay = (Math.floor((apart - 1) / 2) + 0.5) / Math.max(1, apart);
  const part = fate === 'lost' ? halfWay : 0.75;
  return { x: x1 + (x2 - x1) * part, y: y1 + slope * part };
}

/** To itself: a loop to the right. */
function pathOf({ x1, y1, x2, y2 }: Arrow, end: Point): string {
  if (x1 === x2) return `M${x1} ${y1} c 34 0 34 ${round(Math.max(y2 - y1, 8))} 0 ${round(Math.max(y2 - y1, 8))}`;
  return `M${round(x1)} ${round(y1)} L${round(end.x)} ${round(end.y)}`;
}

function tip({ x1, y1, x2, fate }: Arrow, { x, y }: Point): SVGElement | null {
  if (fate === 'under way') return null;
  if (fate === 'lost')
    return svg('path', { class: 'cross', d: `M${x - 4.5} ${y - 4.5} l9 9 M${x - 4.5} ${y + 4.5} l9 -9` });
  if (x1 === x2) return svg('path', { class: 'head', d: `M${x1} ${Math.max(y, y1 + 8)} l8 -4 v8 z` });
  const angle = (Math.atan2(y - y1, x - x1) * 180) / Math.PI;
  const place = `translate(${round(x)} ${round(y)}) rotate(${round(angle)})`;
  return svg('path', { class: 'head', d: 'M0 0 L-9 -3.8 L-9 3.8 Z', transform: place });
}

function fadeOf(id: number): Readonly<Record<string, string>> {
  return { stroke: `url(#fade-${id})` };
}

function fade({ id, x1, y1 }: Arrow, { x, y }: Point): SVGElement {
  return svg(
    'linearGradient',
    { id: `fade-${id}`, gradientUnits: 'userSpaceOnUse', x1, y1, x2: x, y2: y },
    svg('stop', { offset: 0, class: 'begin' }),
    svg('stop', { offset: 1, class: 'end' }),
  );
}

interface Box extends Point {
  readonly half: number;
}

/** Along the arrow, when there is room for it and no other label is there. */
function labelElement({ x1, y1, label }: Arrow, end: Point, taken: Box[]): SVGElement | null {
  const half = (label.length * characterWidth) / 2;
  const length = Math.hypot(end.x - x1, end.y - y1);
  const angle = (Math.atan2(end.y - y1, end.x - x1) * 180) / Math.PI;
  const upright = angle > 90 ? angle - 180 : angle < -90 ? angle + 180 : angle;
  if (label === '' || length < half * 2 + 24 || Math.abs(upright) > 60) return null;
  // A little towards the sender, so that what crosses in the middle does not cross the words.
  const x = x1 + (end.x - x1) * 0.42;
  const y = y1 + (end.y - y1) * 0.42;
  if (taken.some(box => Math.abs(box.y - y) < 13 && Math.abs(box.x - x) < box.half + half + 4)) return null;
  taken.push({ x, y, half });
  const place = `translate(${round(x)} ${round(y - 4)}) rotate(${round(upright)})`;
  return svg('text', { class: 'type', transform: place }, label);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
