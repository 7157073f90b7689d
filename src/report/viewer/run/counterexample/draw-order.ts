/**
 * Draws one order over the picture: the moments, the lines between them, and below the band of what is stored.
 */
import { svg } from '../../parts/dom.ts';
import type { Attempt, Mark, Stretch } from './attempt.ts';
import { measured } from './measure.ts';

/** Of the band below the lanes that says what is stored. */
export const bandHeight = 34;

/** From moment to moment, and from each down to what is stored then. */
export function orderLines({ marks, refused }: Attempt, bottom: number): readonly SVGElement[] {
  const down = (mark: Mark, kind: string) =>
    svg('line', { class: kind, x1: mark.x, x2: mark.x, y1: mark.y, y2: bottom + 4 });
  const last = marks.at(-1);
  return [
    ...marks.map(mark => down(mark, 'down')),
    ...refused.map(mark => down(mark, 'down impossible')),
    svg('polyline', { class: 'path', points: marks.map(({ x, y }) => `${x},${y}`).join(' ') }),
    ...(last
      ? refused.map(({ x, y }) => svg('line', { class: 'path impossible', x1: last.x, y1: last.y, x2: x, y2: y }))
      : []),
  ];
}

const markRadius = 9.5;

export function stepMark({ id, number, x, y, isCurrent, isAside }: Mark): SVGElement {
  return svg(
    'g',
    { class: `mark-step${isCurrent ? ' current' : ''}${isAside ? ' aside' : ''}`, 'data-operation': id },
    svg('circle', { cx: x, cy: y, r: isCurrent ? markRadius + 1.5 : markRadius }),
    svg('text', { x, y: y + 4.2, 'text-anchor': 'middle' }, String(number)),
  );
}

export function crossMark({ id, x, y }: Mark): SVGElement {
  const arm = 4.2;
  return svg(
    'g',
    { class: 'mark-cross', 'data-operation': id },
    svg('circle', { cx: x, cy: y, r: markRadius }),
    svg('path', { d: `M${x - arm} ${y - arm}L${x + arm} ${y + arm}M${x + arm} ${y - arm}L${x - arm} ${y + arm}` }),
  );
}

export function stateBand({ stretches, refused }: Attempt, top: number): readonly SVGElement[] {
  const begins = commonBeginning(stretches.slice(1).map(({ state }) => state));
  return [
    ...stretches.map((stretch, at) => stateStretch({ ...stretch, begins }, top, at)),
    ...refused.map(({ x }) => svg('path', { class: 'tip', d: `M${x - 5} ${top - 6}h10l-5 7z` })),
  ];
}

/** `the value is ` of states that all begin so. */
function commonBeginning(states: readonly string[]): string {
  const [first = '', ...others] = states;
  let words = first.split(' ').slice(0, -1);
  while (words.length > 0 && !others.every(state => state.startsWith(`${words.join(' ')} `)))
    words = words.slice(0, -1);
  return words.length === 0 ? '' : `${words.join(' ')} `;
}

interface Begun extends Stretch {
  /** What can be left out where there is little room. */
  readonly begins: string;
}

function stateStretch({ from, to, state, isCurrent, begins }: Begun, top: number, at: number): SVGElement {
  const padding = Math.min(8, (to - from) / 7);
  const room = to - from - 2 * padding;
  const isShortened = measured(state) > room && begins !== '' && state.startsWith(begins);
  const text = cutToWidth(isShortened ? state.slice(begins.length) : state, room);
  return svg(
    'g',
    { class: `state${at % 2 === 0 ? '' : ' odd'}${isCurrent ? ' current' : ''}` },
    svg('title', {}, state),
    svg('rect', { x: from, y: top, width: Math.max(0, to - from), height: bandHeight - 4 }),
    ...(text === ''
      ? []
      : repeated(from + padding, to - measured(text)).map(x => svg('text', { x, y: top + 20 }, text))),
  );
}

const partInSight = 560;

/** So often that a part of it is in sight wherever one has scrolled to. */
function repeated(from: number, to: number): readonly number[] {
  return Array.from(
    { length: 1 + Math.max(0, Math.floor((to - from) / partInSight)) },
    (_, at) => from + at * partInSight,
  );
}

/** Nothing when there is no room for a few letters. */
function cutToWidth(text: string, room: number): string {
  if (measured(text) <= room) return text;
  let length = text.length;
  while (length > 1 && measured(`${text.slice(0, length)}…`) > room) length = Math.floor(length * 0.9);
  return length > 1 ? `${text.slice(0, length)}…` : '';
}
