/**
 * What a subhistory is cut from: operations as columns by *number* (0, 1, ...), and their calls and returns in order.
 */
import { present } from '../../base/assert.ts';
import { absent, type ColumnOperations, outcomeCodes } from '../../history/columns.ts';
import { Interner } from '../../history/intern.ts';
import type { Operation } from '../../history/operation.ts';
import type { GroupedColumns } from './grouped.ts';

export interface Source {
  readonly length: number;
  readonly process: Int32Array;
  readonly f: Int32Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  readonly outcome: Uint8Array;
  readonly functions: readonly string[];
  readonly values: readonly unknown[];
  /** All calls and returns as they followed one another: twice the number, and 1 more for a return. */
  readonly order: Int32Array;
  /** In the history, by number. */
  readonly ids: Int32Array;
  get(number: number): Operation;
}

/** The operations of one key. */
export function sourceOfKey(operations: ColumnOperations, grouped: GroupedColumns, key: number): Source {
  const [begin, end] = [grouped.begin[key]!, grouped.begin[key + 1]!];
  const ids = grouped.id.subarray(begin, end);
  return {
    length: end - begin,
    process: grouped.process.subarray(begin, end),
    f: grouped.f.subarray(begin, end),
    input: grouped.input.subarray(begin, end),
    output: grouped.output.subarray(begin, end),
    outcome: grouped.outcome.subarray(begin, end),
    functions: operations.columns.functions,
    values: operations.columns.values,
    order: grouped.order.subarray(grouped.orderBegin[key], grouped.orderBegin[key + 1]),
    ids,
    get: number => operations.get(ids[number]!),
  };
}

/** A list of operations, in order of their calls. Their ids need not be positions. */
export function sourceOfList(list: readonly Operation[]): Source {
  const functions = new Interner<string>();
  const values = new Interner<unknown>();
  return {
    length: list.length,
    process: Int32Array.from(list, ({ process }) => process),
    f: Int32Array.from(list, ({ f }) => functions.id(f, false)),
    input: Int32Array.from(list, ({ input }) => values.id(input ?? null, false)),
    output: Int32Array.from(list, ({ output }) => (output === undefined ? absent : values.id(output, false))),
    outcome: Uint8Array.from(list, ({ outcome }) => outcomeCodes[outcome]),
    functions: functions.values,
    values: values.values,
    order: orderOfList(list),
    ids: Int32Array.from(list, ({ id }) => id),
    get: number => present(list[number]),
  };
}

/** Calls come before returns of the same moment. */
function orderOfList(list: readonly Operation[]): Int32Array {
  const marks: { readonly time: number; readonly event: number }[] = [];
  list.forEach((operation, number) => {
    marks.push({ time: operation.call, event: number * 2 });
    if (operation.outcome !== 'info') marks.push({ time: operation.return, event: number * 2 + 1 });
  });
  marks.sort((one, other) => (one.time === other.time ? (one.event & 1) - (other.event & 1) : one.time - other.time));
  return Int32Array.from(marks, ({ event }) => event);
}
