/**
 * Where rows and lanes are, from top to bottom, in pixels of the whole height. Only arithmetic: a hundred thousand rows cost
 * no more than ten.
 */
import type { Report } from '../../../data.ts';
import { type Filter, matching } from '../operations/filter.ts';
import type { View } from '../state.ts';
import { type Packing, pack } from './packing.ts';
import { type Rows, rowsOf } from './rows.ts';

/** Of a lane, with the space to the next. */
export const laneHeight = 19;
export const barHeight = 15;
/** Above the lanes of a row, and below. */
export const rowPadding = 4;

export interface Layout {
  readonly rows: Rows;
  readonly packing: Packing;
  /** Of all rows together. */
  readonly height: number;
  /** How many operations are shown. */
  readonly shown: number;
}

/** Kept until something else is to be shown. */
export function layoutOf(report: Report, view: Filter & Pick<View, 'group'>): Layout {
  const ids = matching(report, view);
  const last = lastLayouts.get(report);
  if (last?.ids === ids && last.group === view.group) return last.layout;
  const rows = rowsOf(report, view.group, ids);
  const packing = pack(report.operations, { ids, rows: rows.count, rowOf: rows.rowOf });
  const layout = { rows, packing, height: rowTop(packing, rows.count), shown: ids.length };
  lastLayouts.set(report, { ids, group: view.group, layout });
  return layout;
}

interface Kept {
  readonly ids: Int32Array;
  readonly group: View['group'];
  readonly layout: Layout;
}

const lastLayouts = new WeakMap<Report, Kept>();

/** Of the row after the last one too: the end. */
export function rowTop({ rowLanes }: Packing, row: number): number {
  return (rowLanes[row] as number) * laneHeight + row * 2 * rowPadding;
}

/** The row at this height; the last one below all. */
export function rowAt(packing: Packing, y: number): number {
  let [low, high] = [0, Math.max(packing.rows - 1, 0)];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rowTop(packing, middle) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Of its bars. */
export function laneTop(packing: Packing, row: number, lane: number): number {
  const inRow = lane - (packing.rowLanes[row] as number);
  return rowTop(packing, row) + rowPadding + inRow * laneHeight + (laneHeight - barHeight) / 2;
}

/** The lane at this height of a row. */
export function laneAt(packing: Packing, row: number, y: number): number {
  const [first, end] = [packing.rowLanes[row] as number, packing.rowLanes[row + 1] as number];
  const inRow = Math.floor((y - rowTop(packing, row) - rowPadding) / laneHeight);
  return Math.min(Math.max(first + inRow, first), end - 1);
}
