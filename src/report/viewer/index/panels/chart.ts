/**
 * One small chart: a measure of one combination over the nights.
 *
 * How it can mislead: runs of a night are drawn side by side in their order, at equal distances, not by the clock.
 */
import type { IndexData, IndexRun } from '../../../many/index-data.ts';
import { nightLabel } from '../../../many/night.ts';
import { showMeasure, showMoment } from '../../../many/show.ts';
import { type Measure, nightMedians } from '../../../many/trends.ts';
import { showForeign } from '../../../shown-text.ts';
import { element, svg } from '../../parts/dom.ts';

interface Chart {
  readonly data: IndexData;
  readonly runs: readonly number[];
  readonly measure: Measure;
  /** The last night is worse than all before. */
  readonly standsOut: boolean;
}

const [width, height] = [300, 92];
const [left, right, top, bottom] = [4, 4, 16, 16];

interface Scale {
  /** Left edge of a night. */
  readonly nightX: (night: number) => number;
  readonly nightWidth: number;
  readonly y: (value: number) => number;
}

export function chart({ data, runs, measure, standsOut }: Chart): HTMLElement {
  const medians = nightMedians(data, { runs, measure });
  const last = medians.at(-1) ?? null;
  const points = pointsOf({ data, runs, measure });
  const title = element(
    'figcaption',
    { title: measure.meaning },
    element('span', {}, measure.label),
    standsOut
      ? element('span', { class: 'stands-out' }, measure.moreIsWorse ? '▲ out of line' : '▼ out of line')
      : null,
    last === null ? null : element('strong', {}, showMeasure(measure.name, last)),
  );
  const figure = element('figure', { class: standsOut ? 'chart odd' : 'chart' }, title);
  if (points.length === 0) {
    figure.append(element('p', { class: 'faint' }, 'not measured'));
    return figure;
  }
  figure.append(drawing({ data, measure, medians, points }));
  return figure;
}

interface Point {
  readonly run: IndexRun;
  readonly value: number;
  /** Its place in its night, from 0 to 1. */
  readonly place: number;
}

function pointsOf({ data, runs, measure }: Pick<Chart, 'data' | 'runs' | 'measure'>): readonly Point[] {
  const byNight = new Map<number, { readonly run: IndexRun; readonly value: number }[]>();
  for (const at of runs) {
    const run = data.runs[at] as IndexRun;
    const value = run.measures[measure.name];
    if (value === null) continue;
    const night = byNight.get(run.night);
    if (night) night.push({ run, value });
    else byNight.set(run.night, [{ run, value }]);
  }
  return [...byNight.values()].flatMap(night =>
    night.map((point, at) => ({ ...point, place: (at + 0.5) / night.length })),
  );
}

interface Drawing {
  readonly data: IndexData;
  readonly measure: Measure;
  readonly medians: readonly (number | null)[];
  readonly points: readonly Point[];
}

function drawing({ data, measure, medians, points }: Drawing): SVGElement {
  const { nights } = data;
  const highest = Math.max(...points.map(({ value }) => value), Number.MIN_VALUE);
  const nightWidth = (width - left - right) / nights.length;
  const scale: Scale = {
    nightWidth,
    nightX: night => left + night * nightWidth,
    y: value => height - bottom - (value / highest) * (height - top - bottom),
  };
  const lowest = height - bottom;
  const [begin, end] = [nightLabel(nights[0] ?? ''), nightLabel(nights.at(-1) ?? '')];
  return svg(
    'svg',
    {
      viewBox: `0 0 ${width} ${height}`,
      role: 'img',
      'aria-label': `${measure.label}: ${mediansInWords(data, medians, measure)}`,
    },
    svg('rect', {
      class: 'last-night',
      x: scale.nightX(nights.length - 1),
      y: top - 4,
      width: nightWidth,
      height: lowest - top + 4,
    }),
    svg('line', { class: 'axis', x1: left, x2: width - right, y1: lowest, y2: lowest }),
    svg('line', { class: 'highest', x1: left, x2: width - right, y1: top, y2: top }),
    svg('text', { x: left, y: top - 4 }, showMeasure(measure.name, highest)),
    svg('text', { x: left, y: height - 4 }, begin),
    nights.length > 1 ? svg('text', { x: width - right, y: height - 4, 'text-anchor': 'end' }, end) : null,
    svg('path', { class: 'median', d: medianPath(medians, scale) }),
    ...points.map(point => mark(point, { scale, measure })),
  );
}

function mediansInWords({ nights }: IndexData, medians: readonly (number | null)[], { name }: Measure): string {
  return medians
    .flatMap((value, at) => (value === null ? [] : [`${nightLabel(nights[at] ?? '')} ${showMeasure(name, value)}`]))
    .join(', ');
}

/** Through the middle of each night; a night without runs breaks it. */
function medianPath(medians: readonly (number | null)[], { nightX, nightWidth, y }: Scale): string {
  return medians
    .flatMap((value, at) => {
      if (value === null) return [];
      const pen = (medians[at - 1] ?? null) === null ? 'M' : 'L';
      return [`${pen}${(nightX(at) + nightWidth / 2).toFixed(1)} ${y(value).toFixed(1)}`];
    })
    .join('');
}

/** The pointer needs more room than the eye. */
const reach = 6;

function mark(
  { run, value, place }: Point,
  { scale, measure }: { readonly scale: Scale; readonly measure: Measure },
): SVGElement {
  const x = scale.nightX(run.night) + scale.nightWidth * (0.1 + place * 0.8);
  const y = scale.y(value);
  const words = `${showMeasure(measure.name, value)}, ${run.verdict}, ${showMoment(run.startedAt)}, seed ${run.seed}`;
  const content = [
    svg('title', {}, showForeign(words, 200)),
    svg('circle', { class: 'target', cx: x, cy: y, r: reach }),
    shape(run, { x, y }),
  ];
  return run.report === null ? svg('g', {}, ...content) : svg('a', { href: run.report, tabindex: -1 }, ...content);
}

function shape({ verdict }: IndexRun, { x, y }: { readonly x: number; readonly y: number }): SVGElement {
  const size = 2.6;
  if (verdict === 'fail') {
    const d = `M${x - size} ${y - size}L${x + size} ${y + size}M${x - size} ${y + size}L${x + size} ${y - size}`;
    return svg('path', { class: 'failed', d });
  }
  return svg('circle', {
    class: verdict === 'pass' ? 'passed' : 'doubtful',
    cx: x,
    cy: y,
    r: verdict === 'pass' ? 1.9 : 2.3,
  });
}
