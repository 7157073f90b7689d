/**
 * What the marks of a chart mean, and beside it what is at the moment under the pointer.
 */
import { element, svg } from '../../parts/dom.ts';

/** Each looks different without its colour. */
export type Swatch =
  | 'ok-area'
  | 'fail-area'
  | 'info-area'
  | 'ok-dot'
  | 'fail-cross'
  | 'info-triangle'
  | 'line'
  | 'band'
  | 'dashes'
  | 'thin'
  | 'bit'
  | 'missed'
  | 'unmeasured';

export interface LegendEntry {
  readonly swatch: Swatch;
  readonly label: string;
  /** In a sentence. */
  readonly title?: string;
}

export function legend(entries: readonly LegendEntry[]): HTMLElement {
  return element('ul', { class: 'chart-legend' }, ...entries.map(legendEntry));
}

function legendEntry({ swatch, label, title }: LegendEntry): HTMLElement {
  return element('li', title === undefined ? {} : { title }, swatchOf(swatch), label);
}

export function swatchOf(swatch: Swatch): SVGElement {
  return svg(
    'svg',
    { class: `chart-swatch ${swatch}`, width: 20, height: 12, viewBox: '0 0 20 12', 'aria-hidden': 'true' },
    ...shapes[swatch](),
  );
}

const box = (): SVGElement => svg('rect', { x: 1, y: 1, width: 18, height: 10, class: 'box' });
const slants = (): SVGElement =>
  svg('path', { d: 'M1 7 7 1M1 11 11 1M5 11 15 1M9 11 19 1M13 11 19 5M17 11 19 9', class: 'lines' });

const shapes: Readonly<Record<Swatch, () => readonly SVGElement[]>> = {
  'ok-area': () => [box()],
  'fail-area': () => [box()],
  'info-area': () => [box(), slants()],
  'ok-dot': () => [svg('circle', { cx: 10, cy: 6, r: 3.5, class: 'box' })],
  'fail-cross': () => [svg('path', { d: 'M6.5 2.5l7 7m0-7l-7 7', class: 'lines' })],
  'info-triangle': () => [svg('path', { d: 'M10 2l4.5 8h-9z', class: 'lines' })],
  line: () => [svg('path', { d: 'M1 6h18', class: 'lines' })],
  band: () => [box()],
  dashes: () => [svg('path', { d: 'M1 6h18', class: 'lines' })],
  thin: () => [svg('path', { d: 'M1 6h18', class: 'lines' })],
  bit: () => [box()],
  missed: () => [box(), slants()],
  unmeasured: () => [box()],
};

/** One line: the legend, and a place for words that change. */
export function legendRow(entries: readonly LegendEntry[], readout: HTMLElement): HTMLElement {
  return element('div', { class: 'chart-words' }, legend(entries), readout);
}

/** Words that follow the pointer. Not read aloud: they change too often. */
export function readoutLine(): HTMLElement {
  return element('p', { class: 'chart-readout' });
}
