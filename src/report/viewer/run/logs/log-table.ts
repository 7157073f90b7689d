/**
 * Lines of logs as a table: all nodes in one column with their names, or a column for each node. The lines that were
 * written while the selected operation was under way have a bar at their side.
 */

import { showForeign, showTime } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { nodeName } from '../convergence/node-look.ts';
import type { LogEntry } from './merge-logs.ts';

export interface LogTable {
  readonly shown: readonly LogEntry[];
  /** By place in the list of logs: name, and place among the nodes. */
  readonly logs: readonly { readonly name: string; readonly node: number }[];
  readonly columns: boolean;
  readonly hasTimes: boolean;
  /** Of the selected operation. */
  readonly during: { readonly from: number; readonly to: number; readonly words: string } | null;
}

const longestLine = 2000;

export function logTable({ shown, logs, columns, hasTimes, during }: LogTable): HTMLElement {
  const names = logs.map(
    ({ name, node }) =>
      () =>
        nodeName(name, node),
  );
  const heads = columns ? names.map(name => element('th', { scope: 'col' }, name())) : ['node', 'line'].map(headCell);
  const rows: HTMLElement[] = [];
  // When it was asked for before the first line that is shown, there is no place to say so.
  let begun = during === null || during.from < (shown[0]?.time ?? 0);
  shown.forEach((entry, at) => {
    if (during !== null && !begun && entry.time >= during.from) {
      begun = true;
      rows.push(operationRow(during.words, 1 + heads.length));
    }
    const sameTime = entry.stamped && shown[at - 1]?.time === entry.time && shown[at - 1]?.log === entry.log;
    const time = entry.stamped && !sameTime ? showTime(entry.time, hasTimes) : '';
    const within = during !== null && entry.time >= during.from && entry.time <= during.to;
    const text = element('td', { class: 'line' }, lineText(entry));
    rows.push(
      element(
        'tr',
        { class: `log-${entry.kind}${within ? ' within' : ''}` },
        element('td', { class: 'time' }, time),
        ...(columns
          ? logs.map((_, log) => (log === entry.log ? text : element('td')))
          : [element('td', { class: 'node' }, names[entry.log]?.() ?? ''), text]),
      ),
    );
  });
  return element(
    'table',
    { class: columns ? 'log-lines by-column' : 'log-lines' },
    element('thead', {}, element('tr', {}, headCell('time'), ...heads)),
    element('tbody', {}, ...rows),
  );
}

function headCell(name: string): HTMLElement {
  return element('th', { scope: 'col' }, name);
}

function lineText({ kind, text }: LogEntry): string {
  const shown = showForeign(text, longestLine);
  return kind === 'mark' ? `ordeal: ${shown}` : kind === 'gap' ? `… ${shown} …` : shown;
}

function operationRow(words: string, cells: number): HTMLElement {
  return element('tr', { class: 'operation' }, element('td', { colspan: cells }, `▸ ${words}`));
}
