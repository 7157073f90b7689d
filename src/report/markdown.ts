/**
 * The report as Markdown: what fits into an issue, a chat or the summary of a CI job. The same facts in the same words as on
 * the terminal and on the page.
 */
import { formatNanos } from '../base/time.ts';
import type { Anomaly } from '../checker/checker.ts';
import { drawOverlap } from '../checker/drawing.ts';
import { orderTable } from '../checker/evidence/table.ts';
import type { FaultWindow } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { ReportData } from './data.ts';
import { markdownBlock, markdownLine } from './markdown-text.ts';
import { operationRows, overlapping } from './text.ts';

export type Summarised = Omit<ReportData, 'markdown' | 'faults'> & {
  readonly faults: readonly FaultWindow[];
  readonly operationOf: (id: number) => Operation;
};

const shownAnomalies = 3;
const marks = { valid: '✅', invalid: '❌', unknown: '❔' } as const;

export function markdownSummary(summary: Summarised): string {
  const { title, verdict, results, truncated, reproduce } = summary;
  const anomalies = results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []));
  const left = anomalies.length + summary.leftOut.anomalies - shownAnomalies;
  return [
    `## ${verdict.verdict.toUpperCase()}: ${markdownLine(title)}`,
    '',
    ...results.map(result => `- ${marks[result.validity]} **${result.checker}**: ${markdownLine(result.summary)}`),
    ...(truncated === null ? [] : [`- ⚠️ the history is incomplete: ${markdownLine(truncated)}`]),
    // What failed is said by the lines above; the other verdicts have reasons of their own.
    ...(verdict.verdict === 'error' ? verdict.reasons.map(reason => `- ⚠️ ${markdownLine(reason)}`) : []),
    ...anomalies.slice(0, shownAnomalies).flatMap((anomaly, at) => describe(anomaly, at + 1, summary)),
    ...(left > 0 ? ['', `... and ${left} more anomalies.`] : []),
    '',
    'Run it again:',
    '',
    markdownBlock(reproduce),
    '',
  ].join('\n');
}

function describe(anomaly: Anomaly, number: number, { operationOf, faults }: Summarised): readonly string[] {
  const operations = anomaly.operations.map(operationOf);
  const key = anomaly.key === null ? '' : ` on key ${markdownLine(JSON.stringify(anomaly.key))}`;
  const table = anomaly.evidence ? orderTable(anomaly.evidence, anomaly.operations) : '';
  return [
    '',
    `### Anomaly ${number}: ${anomaly.kind}${key}`,
    '',
    ...anomaly.explanation.split('\n').map(text => markdownLine(text)),
    ...(operations.length === 0
      ? []
      : ['', markdownBlock(`${operationRows(operations)}\n\n${drawOverlap(operations)}`)]),
    ...(table === '' ? [] : ['', markdownBlock(table)]),
    ...(operations.length === 0 ? [] : ['', overlapWords(operations, faults)]),
  ];
}

function overlapWords(operations: readonly Operation[], faults: readonly FaultWindow[]): string {
  const found = overlapping(operations, faults);
  if (found.length === 0) return 'No fault overlapped these operations.';
  const words = found.map(({ fault, beginTime, endTime }) => {
    const end = Number.isFinite(endTime) ? formatNanos(endTime) : 'the end';
    return `- #${fault.id} ${fault.kind} ${markdownLine(fault.description)}, ${formatNanos(beginTime)} to ${end}`;
  });
  return ['Faults that overlapped:', ...words].join('\n');
}
