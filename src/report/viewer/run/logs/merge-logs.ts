/**
 * The lines of all nodes in one order, that of time. A line that does not say when it was written belongs to the last one
 * before it in its file that does.
 *
 * How it can mislead: the times are of the clocks that the lines were stamped with. Where a fault shifts a node's clock,
 * its lines are shifted too.
 */
import type { NodeLogText } from '../../../data.ts';
import { countOf } from '../../../shown-text.ts';

export interface LogEntry {
  /** Place in the list of logs. */
  readonly log: number;
  /** When it was written; of a gap, when it begins. */
  readonly time: number;
  /** Of a gap: when it ends. Else the same as `time`. */
  readonly until: number;
  /** `mark`: a line of ours, at the start and the end of a node. `gap`: lines that are not in the report. */
  readonly kind: 'line' | 'mark' | 'gap';
  /** Whether the line said so itself. */
  readonly stamped: boolean;
  readonly text: string;
}

export interface MergedLogs {
  /** In order of `time`; of one file in the order of the file where times are equal. */
  readonly entries: readonly LogEntry[];
  /** Logs in which no line has a time. */
  readonly undated: readonly NodeLogText[];
}

export function mergeLogs(logs: readonly NodeLogText[]): MergedLogs {
  const dated = logs.map(({ lines }) => lines.some(({ time }) => time !== null));
  const entries = logs.flatMap((log, at) => (dated[at] ? entriesOf(log, at) : []));
  return {
    entries: entries.toSorted((one, other) => one.time - other.time),
    undated: logs.filter((_, at) => !dated[at]),
  };
}

const mark = /^--- ordeal \S+ (.*) ---$/;

function entriesOf({ lines, leftOut }: NodeLogText, log: number): readonly LogEntry[] {
  const entries: LogEntry[] = [];
  // What is before the first time was written before it, nobody knows when.
  let time = lines.find(line => line.time !== null)?.time ?? 0;
  const addGap = (at: number): void => {
    if (leftOut === null || leftOut.count === 0 || leftOut.after !== at) return;
    const until = lines.slice(at).find(line => line.time !== null)?.time ?? Number.POSITIVE_INFINITY;
    const text = `${countOf(leftOut.count, 'line')} of this log not in the report`;
    entries.push({ log, time, until, kind: 'gap', stamped: true, text });
  };
  lines.forEach((line, at) => {
    addGap(at);
    time = line.time ?? time;
    const own = mark.exec(line.text);
    const kind = own ? 'mark' : 'line';
    entries.push({ log, time, until: time, kind, stamped: line.time !== null, text: own?.[1] ?? line.text });
  });
  addGap(lines.length);
  return entries;
}

export interface LogChoice {
  readonly from: number;
  readonly to: number;
  /** A part of the text, in any case of letters; "" is all. */
  readonly text: string;
  /** Around which to look when there are too many. */
  readonly centre: number;
  readonly most: number;
}

export interface ChosenLines {
  readonly shown: readonly LogEntry[];
  /** Lines of the time. */
  readonly inTime: number;
  /** Of these, those with the text. Gaps are never counted. */
  readonly matching: number;
  /** When none is: the nearest line with the text, wherever it is. */
  readonly nearest: LogEntry | null;
}

export function chooseLines(entries: readonly LogEntry[], { from, to, text, centre, most }: LogChoice): ChosenLines {
  const wanted = text.toLowerCase();
  const matches = (entry: LogEntry): boolean => wanted === '' || entry.text.toLowerCase().includes(wanted);
  const visible = entries.filter(({ time, until }) => time <= to && until >= from);
  const lines = visible.filter(({ kind }) => kind !== 'gap');
  const found = visible.filter(entry => entry.kind === 'gap' || matches(entry));
  const matching = found.filter(({ kind }) => kind !== 'gap').length;
  return {
    shown: around(found, { centre, most }),
    inTime: lines.length,
    matching,
    nearest: matching > 0 ? null : nearestTo(entries, (from + to) / 2, matches),
  };
}

function around(found: readonly LogEntry[], { centre, most }: Pick<LogChoice, 'centre' | 'most'>): readonly LogEntry[] {
  if (found.length <= most) return found;
  const next = found.findIndex(({ time }) => time >= centre);
  const middle = next < 0 ? found.length : next;
  const first = Math.min(Math.max(0, middle - Math.floor(most / 2)), found.length - most);
  return found.slice(first, first + most);
}

function nearestTo(entries: readonly LogEntry[], time: number, matches: (entry: LogEntry) => boolean): LogEntry | null {
  let best: LogEntry | null = null;
  for (const entry of entries) {
    if (entry.kind === 'gap' || !matches(entry)) continue;
    if (best === null || Math.abs(entry.time - time) < Math.abs(best.time - time)) best = entry;
  }
  return best;
}
