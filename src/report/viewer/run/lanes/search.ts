/**
 * Finding operations in lanes: those at a moment, those next to another, those under the pointer.
 */
import type { ReportOperations } from '../../../data.ts';
import type { TimeScale } from '../../parts/time-scale.ts';
import { type Layout, laneAt, rowAt } from './layout.ts';
import type { Packing } from './packing.ts';

/** First place between two of `ids` with an operation that is called after this moment. */
export function firstAfter(
  { callTime }: ReportOperations,
  ids: Int32Array,
  { start, end, time }: { readonly start: number; readonly end: number; readonly time: number },
): number {
  let [low, high] = [start, end];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((callTime[ids[middle] as number] as number) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** How far from a bar the pointer may be, in pixels. */
const reach = 3;

interface Place {
  readonly x: number;
  /** From the top of all rows. */
  readonly y: number;
}

/** The operation at a place, or one that all but is. */
export function operationAt(
  operations: ReportOperations,
  { packing }: Layout,
  { scale, place }: { readonly scale: TimeScale; readonly place: Place },
): number | null {
  if (packing.rows === 0) return null;
  const lane = laneAt(packing, rowAt(packing, place.y), place.y);
  const [start, end] = [packing.laneIds[lane] as number, packing.laneIds[lane + 1] as number];
  const next = firstAfter(operations, packing.ids, { start, end, time: scale.time(place.x) });
  let [best, nearest] = [-1, reach];
  for (let at = Math.max(next - 1, start); at <= next && at < end; at++) {
    const id = packing.ids[at] as number;
    const begins = scale.x(operations.callTime[id] as number);
    const ends = scale.x(operations.returnTime[id] as number);
    const distance = Math.max(begins - place.x, place.x - Math.max(ends, begins + 2), 0);
    if (distance < nearest) [best, nearest] = [id, distance];
  }
  return best < 0 ? null : best;
}

/** The operation of a row that is called first after a moment; when there is none, the row's first. */
export function firstInRow(
  operations: ReportOperations,
  { rowLanes, laneIds, ids }: Packing,
  { row, time }: { readonly row: number; readonly time: number },
): number | null {
  let [after, first] = [Infinity, Infinity];
  for (let lane = rowLanes[row] as number; lane < (rowLanes[row + 1] as number); lane++) {
    const [start, end] = [laneIds[lane] as number, laneIds[lane + 1] as number];
    const at = firstAfter(operations, ids, { start, end, time: time - 1 });
    if (at < end) after = Math.min(after, ids[at] as number);
    first = Math.min(first, ids[start] as number);
  }
  const found = Number.isFinite(after) ? after : first;
  return Number.isFinite(found) ? found : null;
}

/** The next operation of the same row in order of invocation, or the one before. */
export function neighbourInRow({ rows, packing }: Layout, id: number, by: 1 | -1): number | null {
  return nearestId(packing, rows.rowOf(id), candidate => (by > 0 ? candidate > id : candidate < id), id);
}

/** Of the row above or below, the operation that began at about the same time. */
export function neighbourRow(
  { callTime }: ReportOperations,
  layout: Layout,
  { id, by }: { readonly id: number; readonly by: 1 | -1 },
): number | null {
  const { rows, packing } = layout;
  const row = rows.rowOf(id) + by;
  if (row < 0 || row >= packing.rows) return null;
  const before = nearestId(packing, row, candidate => candidate < id, id);
  const after = nearestId(packing, row, candidate => candidate > id, id);
  if (before === null || after === null) return before ?? after;
  const time = callTime[id] as number;
  return time - (callTime[before] as number) <= (callTime[after] as number) - time ? before : after;
}

/** Of those of a row on one side of an id, the nearest. Ids ascend within a lane. */
function nearestId(packing: Packing, row: number, isThere: (id: number) => boolean, id: number): number | null {
  let found: number | null = null;
  for (let lane = packing.rowLanes[row] as number; lane < (packing.rowLanes[row + 1] as number); lane++) {
    let [low, high] = [packing.laneIds[lane] as number, packing.laneIds[lane + 1] as number];
    const [first, end] = [low, high];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((packing.ids[middle] as number) < id) low = middle + 1;
      else high = middle;
    }
    for (const at of [low - 1, low, low + 1]) {
      if (at < first || at >= end) continue;
      const candidate = packing.ids[at] as number;
      if (!isThere(candidate)) continue;
      if (found === null || Math.abs(candidate - id) < Math.abs(found - id)) found = candidate;
    }
  }
  return found;
}
