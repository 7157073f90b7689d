/**
 * What the nodes wrote in the visible time: the lines of all of them, in the order of time.
 */
import type { ReportData } from '../../../data.ts';
import { countOf, showCount, showForeign, showTime } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { whenVisible } from '../../parts/when-visible.ts';
import { type LogTable, logTable } from '../logs/log-table.ts';
import { type ChosenLines, chooseLines, type MergedLogs, mergeLogs } from '../logs/merge-logs.ts';
import { centreOf } from '../messages/centre.ts';
import { operationWords } from '../operation-words.ts';
import type { Context } from '../panel.ts';

/** More are a click away. */
const mostLines = 500;

interface Parts {
  readonly merged: () => MergedLogs;
  readonly text: HTMLInputElement;
  readonly layout: HTMLSelectElement;
  readonly said: HTMLElement;
  readonly lines: HTMLElement;
}

export function logs(context: Context): HTMLElement | null {
  const { report, state } = context;
  const written = report.data.logs.filter(({ lines }) => lines.length > 0);
  if (written.length === 0) return null;
  const parts: Parts = {
    merged: lazily(() => mergeLogs(report.data.logs)),
    text: element('input', { type: 'search', id: 'logs-text', placeholder: 'a part of a line' }),
    layout: element(
      'select',
      { id: 'logs-layout' },
      element('option', { value: 'merged' }, 'in one column'),
      element('option', { value: 'columns' }, 'a column for each node'),
    ),
    said: element('p', { class: 'aside', 'aria-live': 'polite' }),
    lines: element('div', { class: 'log-box', tabindex: 0, role: 'region', 'aria-label': 'node logs' }),
  };
  const panel = frame(
    {
      id: 'logs',
      title: 'What the nodes wrote',
      hint: 'The lines of all nodes in the visible time. A line without a time of its own stands below the one that it follows in its file.',
      state,
    },
    element(
      'p',
      { class: 'controls' },
      element('label', {}, 'with ', parts.text),
      element('label', {}, 'shown ', parts.layout),
    ),
    parts.said,
    parts.lines,
    undated(report.data),
  );
  const refresh = whenVisible(panel, () => update(context, parts));
  parts.text.addEventListener('input', refresh);
  parts.layout.addEventListener('change', refresh);
  state.subscribe((_, changed) => {
    if (['from', 'to', 'operation', 'anomaly'].some(name => changed.has(name as 'from'))) refresh();
  });
  return panel;
}

function update(context: Context, { merged, text, layout, said, lines }: Parts): void {
  const { report, state } = context;
  const { from, to } = state.view;
  const centre = centreOf(report, state.view);
  const chosen = chooseLines(merged().entries, { from, to, text: text.value, centre: centre.time, most: mostLines });
  fill(said, ...words(context, { chosen, text: text.value, around: centre.words }));
  lines.hidden = chosen.shown.length === 0;
  const { nodes } = report.data.header;
  fill(
    lines,
    logTable({
      shown: chosen.shown,
      logs: report.data.logs.map(({ node }) => ({ name: node, node: nodes.indexOf(node) })),
      columns: layout.value === 'columns',
      hasTimes: report.data.hasTimes,
      during: selected(context),
    }),
  );
}

function selected({ report, state }: Context): LogTable['during'] {
  const { operations } = report;
  const id = state.view.operation;
  if (id === null || id >= operations.length) return null;
  const [from, to] = [operations.callTime[id] as number, operations.returnTime[id] as number];
  if (from > state.view.to || to < state.view.from) return null;
  const at = showTime(from, report.data.hasTimes);
  return { from, to, words: `${at}: operation #${id} ${operationWords(operations, id)} is asked for` };
}

interface Said {
  readonly chosen: ChosenLines;
  readonly text: string;
  readonly around: string;
}

function words({ report, state }: Context, { chosen, text, around }: Said): readonly (Node | string)[] {
  const { shown, inTime, matching, nearest } = chosen;
  const { hasTimes } = report.data;
  const { from, to } = state.view;
  const button = (label: string, window: { readonly from: number; readonly to: number }): HTMLElement => {
    const made = element('button', { type: 'button' }, label);
    made.addEventListener('click', () => state.set(window));
    return made;
  };
  const filtered = text === '' ? '' : ` with “${showForeign(text, 60)}”`;
  if (matching === 0) {
    const none = `No line${filtered} in the visible time.`;
    if (nearest === null) return [text === '' ? none : `No line${filtered} in any log.`];
    const half = (to - from) / 2;
    return [
      `${none} The nearest is at ${showTime(nearest.time, hasTimes)}: `,
      button('go there', { from: nearest.time - half, to: nearest.time + half }),
    ];
  }
  const of = text === '' ? '' : ` of ${showCount(inTime)}`;
  const whole = `${showCount(matching)}${of} line${matching === 1 && text === '' ? '' : 's'}${filtered} in the visible time`;
  const first = shown[0];
  const last = shown.at(-1);
  if (shown.length >= matching || !first || !last) return [`${whole}.`];
  return [
    `${whole}; the ${countOf(shown.length, 'line')} around ${around} are shown, ${showTime(first.time, hasTimes)} to ${showTime(last.time, hasTimes)}. `,
    button(`closer around ${around}`, { from: first.time, to: last.time }),
  ];
}

/** Of these nobody knows what belongs to the visible time. */
function undated({ logs: all }: ReportData): HTMLElement | null {
  const without = all.filter(({ lines }) => lines.length > 0 && lines.every(({ time }) => time === null));
  if (without.length === 0) return null;
  const boxes = without.map(({ node, lines, leftOut }) => {
    const entries = lines.slice(0, mostLines);
    const rest = lines.length - entries.length + (leftOut?.count ?? 0);
    return element(
      'details',
      {},
      element('summary', {}, `${showForeign(node, 60)}: ${countOf(lines.length, 'line')} without any time`),
      element('pre', { class: 'log-box' }, entries.map(line => showForeign(line.text, 2000)).join('\n')),
      rest > 0 ? element('p', { class: 'aside' }, `${countOf(rest, 'more line')} not shown.`) : null,
    );
  });
  return element('div', {}, ...boxes);
}

function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
