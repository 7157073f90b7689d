/**
 * What every client did: a bar for each operation, from its call to its answer, in rows by key, process or node.
 *
 * Rows may be many thousands and operations a million; only what is in the window is drawn. What the filter hides, and
 * which rows are in the window, is said below.
 */
import { element } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { laneArea } from '../lanes/lane-area.ts';
import { laneLegend } from '../lanes/lane-legend.ts';
import { anomaliesOf, citations, operationsOf } from '../operations/cited.ts';
import { noFilter } from '../operations/filter.ts';
import { filterBar } from '../operations/filter-bar.ts';
import { timeAround } from '../operations/selection.ts';
import type { Context } from '../panel.ts';
import type { View } from '../state.ts';

export function lanes(context: Context): HTMLElement | null {
  const { report, state } = context;
  if (report.operations.length === 0) return null;
  return frame(
    {
      id: 'lanes',
      title: 'What each client did',
      hint:
        'Each bar is an operation, from its call to its answer; those of one row that overlapped lie below one another. ' +
        'Click a bar to read it, or walk through them with the arrow keys.',
      state,
    },
    element(
      'div',
      { class: 'lane-controls' },
      groupField(context),
      filterBar(context, { name: 'lanes', fields: ['f', 'key', 'outcome'] }),
      anomalyButton(context),
    ),
    laneLegend({ hasAnomalies: citations(report).size > 0 }),
    ...laneArea(context),
  );
}

const groups: readonly { readonly value: View['group']; readonly label: string }[] = [
  { value: 'key', label: 'keys' },
  { value: 'process', label: 'processes' },
  { value: 'node', label: 'nodes' },
];

function groupField({ state }: Context): HTMLElement {
  const select = element(
    'select',
    { id: 'lanes-group' },
    ...groups.map(({ value, label }) => element('option', { value }, label)),
  );
  const show = (): void => {
    select.value = state.view.group;
  };
  select.addEventListener('input', () => {
    const chosen = groups.find(({ value }) => value === select.value);
    if (chosen) state.set({ group: chosen.value });
  });
  state.subscribe((_, changed) => {
    if (changed.has('group')) show();
  });
  show();
  return element('label', {}, 'rows are', select);
}

/** Looks at the operations that the explained anomaly needs, and at nothing else. */
function anomalyButton({ report, state }: Context): HTMLElement | null {
  const anomalies = anomaliesOf(report);
  if (anomalies.length === 0) return null;
  const button = element('button', { type: 'button' }, 'show the operations of the anomaly');
  button.addEventListener('click', () => {
    const anomaly = anomalies[state.view.anomaly];
    if (!anomaly) return;
    const { length, key, keys } = report.operations;
    const ids = operationsOf(anomaly).filter(id => id < length);
    const keyIds = new Set(ids.map(id => key[id] as number));
    const [only = -1] = keyIds;
    state.set({
      ...noFilter,
      ...timeAround(report, state, ids),
      group: 'key',
      // Of a transaction, or of an anomaly of several keys, all are shown.
      key: keyIds.size === 1 ? (keys[only] ?? '') : '',
    });
  });
  return button;
}
