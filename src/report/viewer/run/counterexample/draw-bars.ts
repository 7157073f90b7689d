/**
 * Draws the bars of the picture. Every bar is a button: it selects its operation.
 */
import { svg } from '../../parts/dom.ts';
import type { Bar } from './bars.ts';
import { barHeight, type Scene, type SceneBar } from './scene.ts';

/** Of lines that would otherwise lie on each other only the beginnings are drawn. */
const stub = 14;

/** Where it may have taken effect although it was not running. */
export function openEnds({ bar, from, to, y }: SceneBar, { width, hasLines }: Scene): SVGElement {
  const middle = y + barHeight / 2;
  const line = (x1: number, x2: number) =>
    svg('line', { class: `open ${bar.outcome}`, x1, x2, y1: middle, y2: middle });
  return svg(
    'g',
    {},
    bar.mayBeEarlier ? line(hasLines ? 0 : from - stub, from) : null,
    bar.mayBeLater || bar.end === null ? line(to, hasLines ? width : to + stub) : null,
  );
}

export function barButton({ bar, x, y, width, words }: SceneBar, isBlocked: boolean): SVGElement {
  const kind = [
    'bar',
    bar.outcome,
    isBlocked ? 'blocked' : '',
    bar.mayBeEarlier || (bar.mayBeLater && bar.end !== null) ? 'weakened' : '',
  ];
  const caption = isBlocked ? ['no place for it', bar.caption].filter(text => text !== '').join('; ') : bar.caption;
  const said = `#${bar.id} ${bar.words}${caption === '' ? '' : `, ${caption}`}`;
  const shape = { x, y, width, height: barHeight, rx: Math.min(5, width / 2) };
  const edge = bar.end === null ? openEdge(x, y, width) : svg('rect', { class: 'edge', ...shape });
  return svg(
    'g',
    { class: kind.join(' ').trim(), 'data-operation': bar.id, tabindex: 0, role: 'button', 'aria-label': said },
    svg('title', {}, `#${bar.id} process ${bar.process}${bar.node === '' ? '' : ` on ${bar.node}`}: ${bar.whole}`),
    svg('rect', { class: 'base', ...shape }),
    svg('rect', { class: 'tint', ...shape }),
    edge,
    barWords(bar, words, y),
    caption === '' ? null : svg('text', { class: 'caption', x: x + 2, y: y + barHeight + 13 }, caption),
  );
}

function barWords(bar: Bar, { x, anchor }: SceneBar['words'], y: number): SVGElement {
  return svg(
    'text',
    { class: 'words', x, y: y + 22, 'text-anchor': anchor },
    bar.words,
    svg('tspan', { class: 'id', dx: 7 }, `#${bar.id}`),
  );
}

/** No right side: nobody knows its end. */
function openEdge(x: number, y: number, width: number): SVGElement {
  const d = `M${x + width} ${y}H${x + 5}a5 5 0 0 0 -5 5v${barHeight - 10}a5 5 0 0 0 5 5H${x + width}`;
  return svg('path', { class: 'edge', d });
}
