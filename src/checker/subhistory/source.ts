/**
 * What a subhistory is cut from: operations as columns by *number* (0, 1, ...), and their calls and returns in order.
 */
import { present } from '../../base/assert.ts';
import { absent, type ColumnOperations, outcomeCodes } from '../../history/columns.ts';
import { Interner } from '../../history/intern.ts';
import type { Operation } from '../../history/operation.ts';

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
  /** In the history, by number; null when they are the numbers. */
  readonly ids: Int32Array | null;
  get(number: number): Operation;
}

/** All operations of a history. */
export function wholeSource(operations: ColumnOperations): Source {
  const { columns, length } = operations;
  const { call, completion, outcome } = columns;
  let last = -1;
  for (let id = 0; id < length; id++) last = Math.max(last, call[id]!, completion[id]!);
  const order = new Int32Array(last + 1).fill(-1);
  for (let id = 0; id < length; id++) {
    order[call[id]!] = id * 2;
    if (outcome[id] !== outcomeCodes.info) order[completion[id]!] = id * 2 + 1;
  }
  let count = 0;
  for (let index = 0; index <= last; index++) {
    const event = order[index]!;
    if (event !== -1) order[count++] = event;
  }
  return { ...columns, length, order: order.subarray(0, count), ids: null, get: id => operations.get(id) };
}

/** Some operations of a history, by id; the ids ascend. */
export function sourceOfIds(operations: ColumnOperations, ids: Int32Array): Source {
  const { columns } = operations;
  const gather = (column: Int32Array): Int32Array => {
    const gathered = new Int32Array(ids.length);
    for (let number = 0; number < ids.length; number++) gathered[number] = column[ids[number]!]!;
    return gathered;
  };
  const outcome = new Uint8Array(ids.length);
  for (let number = 0; number < ids.length; number++) outcome[number] = columns.outcome[ids[number]!]!;
  return {
    length: ids.length,
    process: gather(columns.process),
    f: gather(columns.f),
    input: gather(columns.input),
    output: gather(columns.output),
    outcome,
    functions: columns.functions,
    values: columns.values,
    order: mergedOrder({ call: gather(columns.call), completion: gather(columns.completion), outcome }),
    ids,
    get: number => operations.get(ids[number]!),
  };
}

interface Moments {
  /** Ascending. */
  readonly call: Int32Array;
  readonly completion: Int32Array;
  readonly outcome: Uint8Array;
}

/** Calls come in order; returns are sorted, each with its number behind it. */
function mergedOrder({ call, completion, outcome }: Moments): Int32Array {
  const scale = 2 ** Math.ceil(Math.log2(call.length + 1));
  let count = 0;
  const returns = new Float64Array(call.length);
  for (let number = 0; number < call.length; number++) {
    if (outcome[number] !== outcomeCodes.info) returns[count++] = completion[number]! * scale + number;
  }
  const sorted = returns.subarray(0, count).sort();
  const order = new Int32Array(call.length + count);
  let next = 0;
  for (let at = 0; at < count; at++) {
    const time = Math.floor(sorted[at]! / scale);
    while (next < call.length && call[next]! < time) order[at + next] = next++ * 2;
    order[at + next] = (sorted[at]! - time * scale) * 2 + 1;
  }
  while (next < call.length) order[count + next] = next++ * 2;
  return order;
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
