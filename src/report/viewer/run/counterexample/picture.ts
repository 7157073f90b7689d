/**
 * Draws the picture: a lane for each process, a bar for each operation, and over them one order, as far as it comes.
 *
 * The names of the lanes go along when the rest is scrolled.
 */

import { showForeign } from '../../../shown-text.ts';
import { element, svg } from '../../parts/dom.ts';
import { gutter } from '../../parts/time-scale.ts';
import type { Attempt } from './attempt.ts';
import type { Axis } from './axis.ts';
import { barButton, openEnds } from './draw-bars.ts';
import { bandHeight, crossMark, orderLines, stateBand, stepMark } from './draw-order.ts';
import { faultRow, faultWords, type Scene, type SceneFault } from './scene.ts';

export interface Picture {
  readonly scene: Scene;
  readonly axis: Axis;
  /** Null where no order was tried. */
  readonly attempt: Attempt | null;
  /** Positions of those that the order cannot get past. */
  readonly blocked: ReadonlySet<number>;
  /** Said to those who do not see it. */
  readonly label: string;
}

const axisHeight = 22;

export function drawPicture(picture: Picture): HTMLElement {
  const { scene, attempt, label } = picture;
  const bottom = scene.height + (attempt ? bandHeight + 8 : 0);
  const height = bottom + axisHeight;
  const width = gutter + scene.width;
  const names = laneNames(picture, height);
  const drawing = svg(
    'svg',
    { width, height, viewBox: `0 0 ${width} ${height}`, role: 'group', 'aria-label': label },
    patterns(),
    svg('g', { transform: `translate(${gutter} 0)` }, ...layers(picture, bottom)),
    names,
  );
  const scroll = element('div', { class: 'scroll' }, drawing);
  scroll.addEventListener('scroll', () => names.setAttribute('transform', `translate(${scroll.scrollLeft} 0)`));
  return scroll;
}

/** From the back to the front. */
function layers({ scene, axis, attempt, blocked }: Picture, bottom: number): readonly SVGElement[] {
  return [
    ...scene.faults.map(fault => faultShade(fault, scene.height)),
    ...scene.lanes.map(({ y }) => svg('line', { class: 'lane', x1: 0, x2: scene.width, y1: y, y2: y })),
    ...axis.breaks.map(x => breakMark(x, bottom)),
    ...(attempt ? orderLines(attempt, scene.height) : []),
    ...scene.bars.map(bar => openEnds(bar, scene)),
    ...scene.bars.map(bar => barButton(bar, bar.bar.position !== null && blocked.has(bar.bar.position))),
    ...(attempt ? [...attempt.marks.map(stepMark), ...attempt.refused.map(crossMark)] : []),
    ...(attempt ? stateBand(attempt, scene.height + 4) : []),
    ...axisMarks(axis, bottom),
    ...scene.faults.map(faultName),
  ];
}

function laneNames({ scene, attempt }: Picture, height: number): SVGGElement {
  const line = (y: number, text: string, kind: string) => svg('text', { class: kind, x: 0, y }, text);
  return svg(
    'g',
    { class: 'names', 'aria-hidden': 'true' },
    svg('rect', { x: 0, y: 0, width: gutter, height }),
    ...scene.lanes.map(lane => svg('line', { class: 'lane', x1: 0, x2: gutter, y1: lane.y, y2: lane.y })),
    ...scene.lanes.flatMap(({ process, node, y }) => [
      line(y + 35, `process ${process}`, 'name'),
      ...(node === '' ? [] : [line(y + 50, `on ${showForeign(node, 14)}`, 'faint')]),
    ]),
    scene.faults.length === 0 ? null : line(15, 'faults', 'faint'),
    attempt ? line(scene.height + 19, 'what is stored', 'name') : null,
    attempt ? line(scene.height + 33, 'in this order', 'faint') : null,
  );
}

function patterns(): SVGElement {
  const stripe = svg('line', { class: 'stripe', x1: 0, y1: 0, x2: 0, y2: 8 });
  const hatch = {
    id: 'missed-fault',
    width: 8,
    height: 8,
    patternUnits: 'userSpaceOnUse',
    patternTransform: 'rotate(45)',
  };
  return svg('defs', {}, svg('pattern', hatch, stripe));
}

function faultShade({ fault, from, to, row }: SceneFault, bottom: number): SVGElement {
  const y = row * faultRow;
  const kind = fault.bit === false ? 'shade missed' : 'shade';
  return svg('rect', { class: kind, x: from, y, width: to - from, height: bottom - y });
}

/** On the left edge of its shade, or of the picture. */
function faultName({ fault, from, to, row }: SceneFault): SVGElement {
  const text = `${faultWords(fault)}${fault.bit === false ? ' (did nothing)' : ''}`;
  return svg(
    'g',
    {},
    svg('line', { class: 'fault-edge', x1: from, x2: to, y1: row * faultRow + 1, y2: row * faultRow + 1 }),
    svg('text', { class: 'fault-name', x: Math.max(from, 0) + 6, y: row * faultRow + 15 }, text),
  );
}

function breakMark(x: number, bottom: number): SVGElement {
  return svg(
    'g',
    { class: 'break' },
    svg('rect', { x: x - 9, y: 0, width: 18, height: bottom }),
    svg('path', { d: `M${x - 6} ${bottom + 6}l6 -12M${x + 1} ${bottom + 6}l6 -12` }),
  );
}

function axisMarks(axis: Axis, y: number): readonly SVGElement[] {
  if (axis.ticks.length === 0) {
    return [svg('text', { class: 'tick', x: 0, y: y + 15 }, 'earlier → later; only the order is to scale')];
  }
  return axis.ticks.flatMap(({ x, label }) => [
    svg('line', { class: 'tick-line', x1: x, x2: x, y1: y - 3, y2: y + 3 }),
    svg('text', { class: 'tick', x, y: y + 16, 'text-anchor': x < 30 ? 'start' : 'middle' }, label),
  ]);
}
