/**
 * How to read the picture, for somebody who has never seen one: four sentences, and what each shape means.
 */
import { element, svg } from '../../parts/dom.ts';

export function howToRead(hasOrders: boolean): HTMLElement {
  return element(
    'details',
    { class: 'how' },
    element('summary', {}, 'How to read this'),
    element('ol', {}, ...(hasOrders ? [...bars, ...moments] : bars).map(words => element('li', {}, words))),
    element(
      'ul',
      { class: 'legend' },
      item('answered', bar('bar ok')),
      item('failed: it did not happen', bar('bar fail')),
      item('nobody knows whether it happened, or when', openBar()),
      ...(hasOrders
        ? [
            item('when it ran is not used', bar('bar ok weakened')),
            item('the order comes this far', circle()),
            item('no moment in it fits its answer', cross()),
          ]
        : []),
      item('a fault was there', shade('shade')),
      item('a fault that did nothing', shade('shade missed')),
    ),
  );
}

const bars: readonly string[] = [
  'Each bar is an operation: it begins when a client asked for it, and ends when the answer came.',
  'At one moment in between it took effect; nobody outside can see when. What ended before another began came before it for certain.',
];

const moments: readonly string[] = [
  'If the store behaves like a single copy, a moment can be chosen in each bar so that, read from left to right, every answer is right. The numbers are an attempt; below them is what is stored from each moment on.',
  'Here there is no such choice: wherever the attempt goes, it ends at the bar with the cross, whose answer does not fit what is stored then.',
];

function item(words: string, drawing: SVGElement): HTMLElement {
  return element('li', {}, svg('svg', { width: 46, height: 22, 'aria-hidden': 'true' }, drawing), words);
}

function bar(kind: string): SVGElement {
  const shape = { x: 2, y: 3, width: 40, height: 16, rx: 4 };
  return svg('g', { class: kind }, svg('rect', { class: 'tint', ...shape }), svg('rect', { class: 'edge', ...shape }));
}

function openBar(): SVGElement {
  return svg(
    'g',
    { class: 'bar info' },
    svg('rect', { class: 'tint', x: 2, y: 3, width: 22, height: 16, rx: 4 }),
    svg('path', { class: 'edge', d: 'M24 3H6a4 4 0 0 0 -4 4v8a4 4 0 0 0 4 4H24' }),
    svg('line', { class: 'open info', x1: 24, x2: 46, y1: 11, y2: 11 }),
  );
}

function circle(): SVGElement {
  const number = svg('text', { x: 22, y: 15, 'text-anchor': 'middle' }, '1');
  return svg('g', { class: 'mark-step' }, svg('circle', { cx: 22, cy: 11, r: 9 }), number);
}

function cross(): SVGElement {
  return svg(
    'g',
    { class: 'mark-cross' },
    svg('circle', { cx: 22, cy: 11, r: 9 }),
    svg('path', { d: 'M18 7l8 8M26 7l-8 8' }),
  );
}

function shade(kind: string): SVGElement {
  return svg('rect', { class: kind, x: 2, y: 2, width: 40, height: 18 });
}
