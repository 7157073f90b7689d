/**
 * The report on a terminal: what a person needs at three in the morning, and nothing that needs a second page.
 *
 * A pure function of a finished run. The worst comes last, where a terminal leaves the eye: the operations by number,
 * process, node and time; a small drawing of how they overlapped; the sentence why no order explains them, and how far the
 * best of them comes; the faults that overlapped (never "caused"); where everything is kept; the command that runs it again.
 */
import { styleText } from 'node:util';
import { formatNanos } from '../base/time.ts';
import type { Anomaly } from '../checker/checker.ts';
import { drawOverlap } from '../checker/drawing.ts';
import { orderTable } from '../checker/evidence/table.ts';
import type { Judgement } from '../checker/judge.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { FaultWindow } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';

/** What was found, and the operations that anomalies cite. */
export type Judged = Pick<Judgement, 'results' | 'truncated' | 'operations' | 'faults'>;

export interface TextReport {
  readonly title: string;
  readonly judgement: Judged;
  readonly verdict: Verdict;
  /** Lines at the end: where things are, how to run it again. */
  readonly closing: readonly string[];
  readonly colour: boolean;
}

/** Anomalies beyond this many are counted, not shown: the first explains the defect, the rest are in `verdict.json`. */
const shownAnomalies = 2;

export function textReport(report: TextReport): string {
  const { judgement, verdict } = report;
  const paint = painter(report.colour);
  const word = verdict.verdict.toUpperCase();
  const banner = paint[verdict.verdict](` ${word} `);
  const anomalies = judgement.results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []));
  return [
    '',
    ...judgement.results.map(result => `  ${marks[result.validity]} ${result.checker}: ${result.summary}`),
    ...(judgement.truncated === null ? [] : [`  ! the history is incomplete: ${judgement.truncated}`]),
    ...anomalies
      .slice(0, shownAnomalies)
      .flatMap((anomaly, index) => ['', ...describeAnomaly(anomaly, index + 1, judgement)]),
    ...(anomalies.length > shownAnomalies
      ? ['', `  ... and ${anomalies.length - shownAnomalies} more anomalies in verdict.json`]
      : []),
    '',
    `${banner} ${report.title}`,
    ...(verdict.verdict === 'pass' ? [] : verdict.reasons.map(reason => `  → ${reason}`)),
    ...report.closing.map(line => `  ${line}`.trimEnd()),
    '',
  ].join('\n');
}

const marks = { valid: '✓', invalid: '✗', unknown: '?' } as const;

/**
 * The explanation, then the operations in order of invocation, then the picture, then the best order, then the faults that
 * overlapped.
 */
function describeAnomaly(anomaly: Anomaly, number: number, judgement: Judged): string[] {
  const operations = judgement.operations.filter(operation => anomaly.operations.includes(operation.id));
  return [
    `  anomaly ${number}: ${anomaly.kind}${anomaly.key === null ? '' : ` on key ${JSON.stringify(anomaly.key)}`}`,
    ...indent(anomaly.explanation),
    ...(operations.length > 0
      ? ['', ...indent(operationRows(operations)), '', ...indent(drawOverlap(operations))]
      : []),
    ...bestOrder(anomaly),
    ...overlappingFaults(operations, judgement.faults).map(line => `  ${line}`.trimEnd()),
  ];
}

/** A line for each: number, process, node, time, what was asked, what came. */
export function operationRows(operations: readonly Operation[]): string {
  const rows = operations.map(operation => [
    `#${operation.id}`,
    `process ${operation.process}`,
    operation.node ?? '-',
    `${formatNanos(operation.callTime)} to ${Number.isFinite(operation.returnTime) ? formatNanos(operation.returnTime) : 'the end'}`,
    `${operation.f}${operation.key === null ? '' : ` ${JSON.stringify(operation.key)}`}${shown(operation.input)}`,
    `${operation.outcome}${shown(operation.output)}${operation.error === null ? '' : ` (${operation.error})`}`,
  ]);
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map(row => row[column]?.length ?? 0))) ?? [];
  return rows
    .map(row =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function bestOrder({ evidence, operations }: Anomaly): string[] {
  const table = evidence ? orderTable(evidence, operations) : '';
  return table === '' ? [] : ['', ...indent(table)];
}

const longestValue = 40;

function shown(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = JSON.stringify(value);
  return ` ${text.length > longestValue ? `${text.slice(0, longestValue)}...` : text}`;
}

/** What was broken while these operations ran. Overlap is a fact; cause would be a guess. */
function overlappingFaults(operations: readonly Operation[], faults: readonly FaultWindow[]): string[] {
  if (operations.length === 0 || faults.length === 0) return [];
  const found = overlapping(operations, faults);
  if (found.length === 0) return ['', 'no fault overlapped these operations'];
  return [
    '',
    'faults that overlapped:',
    ...found.map(
      ({ fault, beginTime, endTime }) =>
        `  #${fault.id} ${fault.kind} ${fault.description}, ${formatNanos(beginTime)} to ${Number.isFinite(endTime) ? formatNanos(endTime) : 'the end'}`,
    ),
  ];
}

/** Those that were there while any of these operations ran. */
export function overlapping(operations: readonly Operation[], faults: readonly FaultWindow[]): readonly FaultWindow[] {
  const begin = Math.min(...operations.map(operation => operation.call));
  const end = Math.max(
    ...operations.map(operation => (Number.isFinite(operation.return) ? operation.return : operation.call)),
  );
  return faults.filter(window => window.begin <= end && window.end >= begin);
}

function indent(text: string): string[] {
  return text.split('\n').map(line => `  ${line}`.trimEnd());
}

function painter(colour: boolean): Record<Verdict['verdict'], (text: string) => string> {
  const paint = (format: Parameters<typeof styleText>[0]) => (text: string) =>
    colour ? styleText(format, text, { validateStream: false }) : text.trim();
  return {
    pass: paint(['bold', 'bgGreen', 'black']),
    fail: paint(['bold', 'bgRed', 'white']),
    error: paint(['bold', 'bgRed', 'white']),
    unknown: paint(['bold', 'bgYellow', 'black']),
    vacuous: paint(['bold', 'bgYellow', 'black']),
  };
}
