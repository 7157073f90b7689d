/**
 * Rows of the table in the order that the reader wants.
 */
import type { ReportOperations } from '../../../data.ts';

export interface Order {
  readonly column: 'time' | 'latency';
  readonly direction: 'ascending' | 'descending';
}

export const byTime: Order = { column: 'time', direction: 'ascending' };

/** Ids ascend by time, as given; they are not changed. Equal latencies stay in the order of time. */
export function ordered(operations: ReportOperations, ids: Int32Array, { column, direction }: Order): Int32Array {
  if (column === 'time') return direction === 'ascending' ? ids : ids.toReversed();
  return byLatency(operations, ids, direction === 'ascending' ? 1 : -1);
}

const nanosPerMicro = 1000;

/**
 * Latency and place in one number, so that numbers are sorted and no function is called for a pair: a million take a tenth
 * of a second. An operation that never ended comes after, or before, all that did.
 */
function byLatency({ callTime, returnTime }: ReportOperations, ids: Int32Array, sign: 1 | -1): Int32Array {
  const places = 2 ** Math.ceil(Math.log2(ids.length + 1));
  const longest = 2 ** 52 / places - 1;
  const sortable = new Float64Array(ids.length);
  for (let place = 0; place < ids.length; place++) {
    const id = ids[place] as number;
    const micros = Math.round(((returnTime[id] as number) - (callTime[id] as number)) / nanosPerMicro);
    sortable[place] = sign * Math.min(micros, longest) * places + place;
  }
  sortable.sort();
  const result = new Int32Array(ids.length);
  for (let at = 0; at < result.length; at++) {
    const value = sortable[at] as number;
    result[at] = ids[value - Math.floor(value / places) * places] as number;
  }
  return result;
}

/** Those that were under way at some time between two moments. */
export function within(
  { callTime, returnTime }: ReportOperations,
  ids: Int32Array,
  { from, to }: { readonly from: number; readonly to: number },
): Int32Array {
  const result = new Int32Array(ids.length);
  let count = 0;
  for (const id of ids) {
    if ((callTime[id] as number) > to) break;
    if ((returnTime[id] as number) >= from) result[count++] = id;
  }
  return result.slice(0, count);
}

/** Where an operation is; -1 when it is not there. */
export function placeOf(ids: Int32Array, id: number, { column, direction }: Order): number {
  if (column === 'latency' || direction === 'descending') return ids.indexOf(id);
  let [low, high] = [0, ids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as number) < id) low = middle + 1;
    else high = middle;
  }
  return ids[low] === id ? low : -1;
}
