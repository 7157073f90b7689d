/**
 * The picture as plain geometry: lanes, bars, faults. What is drawn on top of it for one order is in `attempt.ts`.
 *
 * A lane is a process. Bars of a lane that would cover one another, with their words, are put in rows below each other.
 */
import type { ReportFault } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import type { Axis } from './axis.ts';
import type { Bar } from './bars.ts';

export interface SceneBar {
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Where the words begin: within the bar, or beside it when it is too short for them. */
  readonly words: { readonly x: number; readonly anchor: 'start' | 'end' };
  /** What lies between these is taken: lines that lead away from the bar begin outside. */
  readonly from: number;
  readonly to: number;
}

export interface SceneLane {
  readonly process: number;
  readonly node: string;
  readonly y: number;
  readonly height: number;
}

export interface SceneFault {
  readonly fault: ReportFault;
  readonly from: number;
  readonly to: number;
  /** The row of its name, from 0. */
  readonly row: number;
}

export interface Scene {
  readonly width: number;
  /** Where the lanes end. */
  readonly height: number;
  readonly lanes: readonly SceneLane[];
  readonly bars: readonly SceneBar[];
  readonly faults: readonly SceneFault[];
  /** Whether each line of an operation that may be earlier or later has a row of its own. */
  readonly hasLines: boolean;
}

export const barHeight = 32;
/** Room for a mark on the upper edge of a bar, and for words below it. */
const above = 16;
const below = 20;
const rowHeight = above + barHeight + below;
export const faultRow = 22;
const padding = 10;
const leastWidth = 5;
const fewWithLines = 8;

export interface SceneSource {
  readonly axis: Axis;
  readonly bars: readonly Bar[];
  /** Of them the first are drawn. */
  readonly faults: readonly ReportFault[];
  /** What the words of a bar need, with the room around them, and what those below it need. */
  readonly widthOf: (bar: Bar) => number;
  readonly captionWidthOf: (bar: Bar) => number;
}

export function sceneOf(source: SceneSource): Scene {
  const { axis, bars } = source;
  const faults = source.faults.map((fault, row) => faultSpan(fault, row, axis));
  const processes = [...new Set(bars.map(({ process }) => process))];
  let y = faults.length * faultRow + 6;
  const hasLines = bars.filter(({ mayBeEarlier, mayBeLater }) => mayBeEarlier || mayBeLater).length <= fewWithLines;
  const lanes: SceneLane[] = [];
  const placed: SceneBar[] = [];
  for (const process of processes) {
    const mine = bars.filter(bar => bar.process === process).map(bar => placedBar(bar, source));
    const rows = rowsOf(mine.map(one => withLines(withCaption(one, source), hasLines ? axis.width : null)));
    for (const [at, one] of mine.entries()) {
      placed.push({ ...one, y: y + (rows.of[at] ?? 0) * rowHeight + above });
    }
    const height = rows.count * rowHeight;
    lanes.push({ process, node: mine[0]?.bar.node ?? '', y, height });
    y += height;
  }
  return { width: axis.width, height: y, lanes, bars: placed, faults, hasLines };
}

type Extent = Omit<SceneBar, 'y'>;

function placedBar(bar: Bar, { axis, widthOf }: SceneSource): Extent {
  const x = axis.x(bar.begin);
  const needed = widthOf(bar);
  const end = bar.end ? axis.x(bar.end) : Math.min(axis.width, x + needed);
  const width = Math.max(leastWidth, end - x);
  const isInside = width >= needed - 1;
  const isLeft = !isInside && x + width + needed > axis.width;
  const words = isInside
    ? { x: x + padding, anchor: 'start' as const }
    : { x: isLeft ? x - padding / 2 : x + width + padding / 2, anchor: isLeft ? ('end' as const) : ('start' as const) };
  const from = isLeft ? x - needed : x;
  const to = isInside || isLeft ? x + width : x + width + needed;
  return { bar, x, width, words, from, to };
}

function withCaption(extent: Extent, { captionWidthOf }: SceneSource): Extent {
  return { ...extent, to: Math.max(extent.to, extent.x + captionWidthOf(extent.bar)) };
}

/** A line on which something may happen is not crossed by other bars, unless there are too many lines. */
function withLines(extent: Extent, width: number | null): Extent {
  const { mayBeEarlier, mayBeLater } = extent.bar;
  if (width === null) return extent;
  return { ...extent, from: mayBeEarlier ? 0 : extent.from, to: mayBeLater ? width : extent.to };
}

/** The first row in which there is room. */
function rowsOf(extents: readonly Extent[]): { readonly of: readonly number[]; readonly count: number } {
  const rows: Extent[][] = [];
  const of = extents.map(extent => {
    const free = rows.findIndex(row => row.every(({ from, to }) => extent.from >= to || extent.to <= from));
    const row = free === -1 ? rows.push([]) - 1 : free;
    rows[row]?.push(extent);
    return row;
  });
  return { of, count: Math.max(1, rows.length) };
}

function faultSpan(fault: ReportFault, row: number, axis: Axis): SceneFault {
  const from = axis.x({ index: fault.begin, time: fault.beginTime });
  const to = fault.end === null ? axis.width : axis.x({ index: fault.end, time: fault.endTime ?? Infinity });
  return { fault, from, to: Math.max(to, from + 2), row };
}

/** `partition n1 | n2 n3` */
export function faultWords({ kind, description }: ReportFault): string {
  const words = description.startsWith(kind) ? description : `${kind} ${description}`;
  return showForeign(words, 80);
}

/** Those that were there while any of these ran. */
export function overlappingFaults(bars: readonly Bar[], faults: readonly ReportFault[]): readonly ReportFault[] {
  const begin = Math.min(...bars.map(bar => bar.begin.index));
  const end = Math.max(...bars.map(bar => bar.end?.index ?? bar.begin.index));
  return faults.filter(fault => fault.begin <= end && (fault.end ?? Infinity) >= begin);
}
