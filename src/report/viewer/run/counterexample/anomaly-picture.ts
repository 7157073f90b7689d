/**
 * The picture of one anomaly, as the state says: which order, how many of its steps, which axis.
 */
import type { PartialLinearization } from '../../../../checker/evidence/evidence.ts';
import { element, fill } from '../../parts/dom.ts';
import { gutter } from '../../parts/time-scale.ts';
import type { Context } from '../panel.ts';
import { attemptOf } from './attempt.ts';
import { orderAxis, timeAxis } from './axis.ts';
import type { Bar } from './bars.ts';
import { measured } from './measure.ts';
import { clamped, startOf, stepOf } from './orders.ts';
import { drawPicture } from './picture.ts';
import { overlappingFaults, sceneOf } from './scene.ts';

interface Shown {
  readonly bars: readonly Bar[];
  /** Empty where none was tried. */
  readonly orders: readonly PartialLinearization[];
  readonly anyStart: boolean;
}

export interface AnomalyPicture {
  readonly element: HTMLElement;
  /** In the width that there is now. */
  draw(): void;
}

/** Faults whose shades are drawn; the list below the picture has more of them. */
export const mostShades = 5;

export function anomalyPicture(context: Context, shown: Shown): AnomalyPicture {
  const place = element('div', { class: 'picture' });
  const draw = (): void => {
    if (place.clientWidth === 0) return;
    const before = place.querySelector('.scroll')?.scrollLeft ?? 0;
    fill(place, drawn(context, { ...shown, room: place.clientWidth - gutter }));
    showTheEnd(place, before);
  };
  return { element: place, draw };
}

/** What is wider than its place is scrolled to where the order stands. */
function showTheEnd(place: HTMLElement, before: number): void {
  const scroll = place.querySelector('.scroll');
  const mark = place.querySelector('.mark-step.current circle, .mark-cross circle');
  if (!scroll || scroll.scrollWidth <= scroll.clientWidth) return;
  const x = Number(mark?.getAttribute('cx') ?? 0);
  const room = scroll.clientWidth - gutter;
  const isInSight = x > before + 40 && x < before + room - 40;
  scroll.scrollLeft = isInSight || !mark ? before : x - room / 2;
}

function drawn(
  { report, state }: Context,
  { bars, orders, anyStart, room }: Shown & { readonly room: number },
): HTMLElement {
  const { hasTimes, faults } = report.data;
  const order = orders[clamped(state.view.order, orders.length)];
  const axis =
    state.view.axis === 'time' && hasTimes ? timeAxis({ bars, room, hasTimes }) : orderAxis({ bars, widthOf, room });
  const near = overlappingFaults(bars, faults).slice(-mostShades);
  const scene = sceneOf({
    axis,
    bars,
    faults: near,
    widthOf,
    captionWidthOf: bar => 0.92 * measured(bar.caption) + 12,
  });
  const start = order ? startOf({ anyStart }, order) : '';
  const attempt = order ? attemptOf({ scene, order, start, step: stepOf(state.view.step, order) }) : null;
  const stuck = order?.next.filter(({ refused }) => refused !== null).map(({ operation }) => operation) ?? [];
  const isCompleted = new Set(bars.filter(({ mayBeLater }) => !mayBeLater).map(({ position }) => position));
  const blocked = new Set(stuck.filter(position => isCompleted.has(position)));
  const label = `${bars.length} operations of ${scene.lanes.length} processes, from left to right as they overlapped`;
  return drawPicture({ scene, axis, attempt, blocked, label });
}

function widthOf(bar: Bar): number {
  return 1.1 * measured(bar.words) + measured(`#${bar.id}`) + 30;
}
