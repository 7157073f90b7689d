/**
 * All operations, a row each: to look for one, to sort by what took longest, and to take them elsewhere.
 *
 * Nothing is computed until the table comes near the screen: a million rows are filtered and sorted only for those who look.
 */

import { countOf, showCount } from '../../../shown-text.ts';
import { copyButton } from '../../parts/copy.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { whenVisible } from '../../parts/when-visible.ts';
import { citations } from '../operations/cited.ts';
import { filterFields, matching } from '../operations/filter.ts';
import { filterBar } from '../operations/filter-bar.ts';
import { createGrid } from '../operations/grid.ts';
import { jsonLines } from '../operations/json-lines.ts';
import { byTime, type Order, ordered, placeOf, within } from '../operations/order.ts';
import { selectedOperation, selectOperation } from '../operations/selection.ts';
import type { Context } from '../panel.ts';

export function table(context: Context): HTMLElement | null {
  const { report, state } = context;
  if (report.operations.length === 0) return null;
  let order = byTime;
  let isRevealed = false;
  const rows = rowsInOrder(context);
  const count = element('span', { class: 'row-count', role: 'status' });
  const copying = element('span', { class: 'row-copy' });
  const onlyVisible = element('input', { type: 'checkbox', id: 'table-visible' });
  const grid = createGrid({
    report,
    cited: citations(report),
    onSelect: id => selectOperation(context, id),
    onOrder: column => {
      order = nextOrder(order, column);
      isRevealed = false;
      refresh();
    },
  });
  let shown: Int32Array | null = null;
  const update = (): void => {
    const ids = rows(order, onlyVisible.checked);
    if (ids !== shown) {
      grid.show(ids, order);
      fill(copying, rowCopying(context, ids));
      isRevealed = false;
    }
    shown = ids;
    const selected = selectedOperation(report, state.view);
    const place = selected === null ? -1 : placeOf(ids, selected, order);
    grid.mark(place, !isRevealed);
    isRevealed = true;
    const all = countOf(report.operations.length, 'operation');
    const missing = selected !== null && place < 0 ? `; the selected #${selected} is not among them` : '';
    count.textContent = `${ids.length === report.operations.length ? all : `${showCount(ids.length)} of ${all}`}${missing}`;
  };
  const refresh = whenVisible(grid.element, update);
  onlyVisible.addEventListener('input', refresh);
  state.subscribe((_, changed) => {
    const isMoved = onlyVisible.checked && (changed.has('from') || changed.has('to'));
    if (changed.has('operation')) isRevealed = false;
    if (isMoved || changed.has('operation') || filterFields.some(field => changed.has(field))) refresh();
  });
  return frame(
    {
      id: 'table',
      title: 'All operations',
      hint: 'Click a row to read it and to see where it was in time. In the table, arrow keys go from row to row.',
      state,
    },
    filterBar(context, { name: 'table', fields: ['text', 'f', 'key', 'node', 'outcome', 'process'] }),
    element(
      'div',
      { class: 'table-line' },
      count,
      element('label', { for: 'table-visible' }, onlyVisible, 'only the time that is visible above'),
      copying,
    ),
    grid.element,
  );
}

/** What is filtered, what of it is in the visible time, and in which order: each is kept while it is the same. */
function rowsInOrder({ report, state }: Context): (order: Order, onlyVisible: boolean) => Int32Array {
  let [from, to] = [0, 0];
  let [all, part, sorted]: (Int32Array | null)[] = [null, null, null];
  let partOf: Int32Array | null = null;
  let sortedFrom: Int32Array | null = null;
  let sortedBy: Order = byTime;
  return (order, onlyVisible) => {
    const { view } = state;
    all = matching(report, view);
    if (onlyVisible && (partOf !== all || from !== view.from || to !== view.to || !part)) {
      part = within(report.operations, all, view);
      [from, to, partOf] = [view.from, view.to, all];
    }
    const chosen = onlyVisible && part ? part : all;
    if (!sorted || sortedFrom !== chosen || sortedBy !== order) {
      sorted = ordered(report.operations, chosen, order);
      [sortedFrom, sortedBy] = [chosen, order];
    }
    return sorted;
  };
}

/** Time begins with the earliest, latency with the longest. The other way round at the second click. */
function nextOrder(now: Order, column: Order['column']): Order {
  if (now.column === column) return { column, direction: now.direction === 'ascending' ? 'descending' : 'ascending' };
  return { column, direction: column === 'time' ? 'ascending' : 'descending' };
}

const mostCopied = 10_000;

/** The text is made when it is asked for. */
function rowCopying({ report }: Context, ids: Int32Array): HTMLElement | null {
  if (ids.length === 0) return null;
  const copied = ids.length > mostCopied ? `the first ${showCount(mostCopied)} of ` : '';
  const label = `copy ${copied}${countOf(ids.length, 'row')} as JSON Lines`;
  return copyButton(label, () => jsonLines(report, ids.subarray(0, mostCopied)));
}
