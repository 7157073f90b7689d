/**
 * Puts faults into rows, so that those which overlap in time are below each other. Beyond the last row there is no room:
 * what would need one more shares the last.
 */
import type { ReportFault } from '../../../data.ts';

/** The row of each fault, from 0. */
export function faultRows(faults: readonly ReportFault[], most: number): readonly number[] {
  const freeFrom: number[] = [];
  const rows = new Map<ReportFault, number>();
  for (const fault of faults.toSorted((one, other) => one.beginTime - other.beginTime)) {
    const free = freeFrom.findIndex(time => time <= fault.beginTime);
    const row = Math.min(free < 0 ? freeFrom.length : free, most - 1);
    freeFrom[row] = Math.max(freeFrom[row] ?? 0, fault.endTime ?? Infinity);
    rows.set(fault, row);
  }
  return faults.map(fault => rows.get(fault) ?? 0);
}

/** When the next fault in its row begins; `Infinity` after the last. */
export function nextInRow(faults: readonly ReportFault[], rows: readonly number[]): readonly number[] {
  const next: number[] = [];
  const found = faults.map(() => Infinity);
  const order = faults.map((_, at) => at).toSorted((one, other) => begin(faults, other) - begin(faults, one));
  for (const at of order) {
    const row = rows[at] as number;
    found[at] = next[row] ?? Infinity;
    next[row] = begin(faults, at);
  }
  return found;
}

function begin(faults: readonly ReportFault[], at: number): number {
  return (faults[at] as ReportFault).beginTime;
}
