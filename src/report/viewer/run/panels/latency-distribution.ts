/**
 * How long the operations took: quantiles and a small histogram for each function, or for each node. Counted in the page,
 * when it comes into view.
 *
 * How it can mislead: only what ended `ok` has a latency here. See `distribution/latency-groups.ts`.
 */

import { countOf, showCount, showDuration, showForeign, showTime } from '../../../shown-text.ts';
import { type Canvas, createCanvas } from '../../parts/canvas.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { whenVisible } from '../../parts/when-visible.ts';
import { type LatencyGroup, type LatencyGroups, latencyGroups, quantile } from '../distribution/latency-groups.ts';
import { drawAxis, drawLatencies, type Span, spanOf } from '../distribution/latency-plot.ts';
import type { Context } from '../panel.ts';

/** Beyond them they are counted. */
const mostRows = 24;
const parts = [0.5, 0.95, 0.99, 0.999];

export function latencyDistribution({ report, state }: Context): HTMLElement | null {
  const { data, operations } = report;
  if (!data.hasTimes || !operations.outcome.includes(0)) return null;
  const by = element('select', { id: 'latency-by' }, element('option', { value: 'function' }, 'function'));
  if (operations.nodes.some(name => name !== '')) by.append(element('option', { value: 'node' }, 'node'));
  const onlyVisible = element('input', { type: 'checkbox', id: 'latency-visible' });
  const said = element('p', { class: 'aside', 'aria-live': 'polite' });
  const table = createTable();
  const update = (): void => {
    const { from, to } = onlyVisible.checked ? state.view : state.whole;
    const found = latencyGroups(operations, { by: by.value === 'node' ? 'node' : 'function', from, to });
    table.show(found.groups, by.value);
    said.textContent = words(found, onlyVisible.checked ? { from, to } : null);
  };
  const panel = frame(
    {
      id: 'latency-distribution',
      title: 'How long operations took',
      hint: 'From call to answer, for operations that ended ok. The scale is logarithmic, and the same in every row; the solid line is the median, the dashed one p99.',
      state,
    },
    element(
      'p',
      { class: 'controls' },
      element('label', {}, 'by ', by),
      element('label', {}, onlyVisible, ' only the visible time'),
    ),
    table.element,
    said,
  );
  const refresh = whenVisible(panel, update);
  by.addEventListener('change', refresh);
  onlyVisible.addEventListener('change', refresh);
  state.subscribe((_, changed) => {
    if (onlyVisible.checked && (changed.has('from') || changed.has('to'))) refresh();
  });
  return panel;
}

function words(
  { groups, others }: LatencyGroups,
  visible: { readonly from: number; readonly to: number } | null,
): string {
  const count = groups.reduce((sum, group) => sum + group.count, 0);
  const when =
    visible === null
      ? 'In the whole run'
      : `Called between ${showTime(visible.from, true)} and ${showTime(visible.to, true)}`;
  const rest = others === 0 ? '' : `; ${countOf(others, 'other')} failed or ended unknown, and are not counted here`;
  const hidden = groups.length > mostRows ? ` ${groups.length - mostRows} more rows are not shown.` : '';
  return `${when}: ${countOf(count, 'operation')} ended ok${rest}.${hidden}`;
}

interface Table {
  readonly element: HTMLElement;
  show(groups: readonly LatencyGroup[], noun: string): void;
}

/** Rows are kept and used again: a canvas lives as long as the page. */
function createTable(): Table {
  let groups: readonly LatencyGroup[] = [];
  let span: Span = { first: 0, last: 1 };
  const axis = createCanvas({
    height: 20,
    label: 'Axis of latencies',
    draw: paint => {
      if (groups.length > 0) drawAxis(paint, span);
    },
  });
  axis.element.tabIndex = -1;
  const head = element('th', { scope: 'col' });
  const body = element('tbody');
  const rows: Row[] = [];
  const table = element(
    'table',
    { class: 'latencies' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        head,
        ...['ok', 'p50', 'p95', 'p99', 'p99.9', 'max'].map(name =>
          element('th', { scope: 'col', class: 'number' }, name),
        ),
        element('th', { scope: 'col', class: 'plot' }, axis.element),
      ),
    ),
    body,
  );
  return {
    element: element('div', { class: 'wide' }, table),
    show(next, noun) {
      groups = next.slice(0, mostRows);
      if (groups.length > 0) span = spanOf(groups);
      head.textContent = noun;
      while (rows.length < groups.length) rows.push(createRow());
      fill(body, ...groups.map((group, at) => (rows[at] as Row).show(group, span)));
      axis.redraw();
    },
  };
}

interface Row {
  show(group: LatencyGroup, span: Span): HTMLElement;
}

function createRow(): Row {
  let drawn: { readonly group: LatencyGroup; readonly span: Span } | null = null;
  const canvas: Canvas = createCanvas({
    height: 34,
    label: 'Histogram of latencies',
    draw: paint => {
      if (drawn !== null) drawLatencies(paint, drawn.group, drawn.span);
    },
  });
  canvas.element.tabIndex = -1;
  const plot = element('td', { class: 'plot' }, canvas.element);
  const row = element('tr');
  return {
    show(group, span) {
      drawn = { group, span };
      const numbers = [
        showCount(group.count),
        ...parts.map(part => showDuration(quantile(group, part))),
        showDuration(group.most),
      ];
      const name = showForeign(group.name, 60);
      canvas.element.setAttribute('aria-label', `Histogram of the latencies of ${name}`);
      fill(
        row,
        element('th', { scope: 'row' }, name === '' ? 'no node' : name),
        ...numbers.map(text => element('td', { class: 'number' }, text)),
        plot,
      );
      canvas.redraw();
      return row;
    },
  };
}
