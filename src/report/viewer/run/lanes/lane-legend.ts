/**
 * What the bars of the lanes mean.
 */
import { element, svg } from '../../parts/dom.ts';
import { outcomeMeanings } from '../operation-words.ts';

export function laneLegend({ hasAnomalies }: { readonly hasAnomalies: boolean }): HTMLElement {
  return element(
    'ul',
    { class: 'lane-legend' },
    entry(svg('path', { d: 'M4 2h18a3 3 0 0 1 3 3v4a3 3 0 0 1-3 3H4a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3z', class: 'ok' }), [
      'ok',
      outcomeMeanings.ok,
    ]),
    entry(svg('rect', { x: 1.75, y: 2.75, width: 22.5, height: 8.5, rx: 3, class: 'fail' }), [
      'fail',
      outcomeMeanings.fail,
    ]),
    entry(
      svg('path', {
        d: 'M4 2h12l-3 1.7 3 1.6-3 1.7 3 1.7-3 1.6 3 1.7H4a3 3 0 0 1-3-3V5a3 3 0 0 1 3-3zM18 7h8',
        class: 'info',
      }),
      ['info', 'nobody knows; the dashed line: it may still take effect'],
    ),
    hasAnomalies &&
      entry(svg('rect', { x: 1.5, y: 1.5, width: 23, height: 11, rx: 3, class: 'cited' }), ['', 'part of an anomaly']),
    entry(svg('rect', { x: 1.5, y: 1.5, width: 23, height: 11, rx: 3, class: 'chosen' }), ['', 'selected']),
  );
}

function entry(shape: SVGElement, [name, meaning]: readonly [string, string]): HTMLElement {
  return element(
    'li',
    {},
    svg('svg', { width: 26, height: 14, viewBox: '0 0 26 14', 'aria-hidden': 'true' }, shape),
    name === '' ? meaning : `${name}: ${meaning}`,
  );
}
