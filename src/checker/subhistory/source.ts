/**
 * Where subhistories are cut from: the operations of a history, or a list of them, as columns by *number* (0, 1, ...).
 */
import { present } from '../../base/assert.ts';
import type { Key } from '../../base/names.ts';
import { absent, ColumnOperations, outcomeCodes } from '../../history/columns.ts';
import type { Operations } from '../../history/history.ts';
import { Interner } from '../../history/intern.ts';
import type { Operation } from '../../history/operation.ts';

export interface Source {
  readonly length: number;
  readonly process: Int32Array;
  readonly f: Int32Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  readonly outcome: Uint8Array;
  readonly key: Int32Array;
  readonly keys: readonly (Key | null)[];
  readonly functions: readonly string[];
  readonly values: readonly unknown[];
  /** All calls and returns as they followed one another: twice the number, and 1 more for a return. */
  readonly order: Int32Array;
  /** In the history, by number; null when they are the numbers. */
  readonly ids: Int32Array | null;
  get(number: number): Operation;
}

export function sourceOf(operations: Operations | readonly Operation[]): Source {
  return operations instanceof ColumnOperations ? sourceOfColumns(operations) : sourceOfList([...operations]);
}

function sourceOfColumns(operations: ColumnOperations): Source {
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
  return { ...columns, length, order: order.subarray(0, count), ids: null, get: number => operations.get(number) };
}

function sourceOfList(list: readonly Operation[]): Source {
  const functions = new Interner<string>();
  const keys = new Interner<Key | null>();
  const values = new Interner<unknown>();
  return {
    length: list.length,
    process: Int32Array.from(list, ({ process }) => process),
    f: Int32Array.from(list, ({ f }) => functions.id(f, false)),
    input: Int32Array.from(list, ({ input }) => values.id(input ?? null, false)),
    output: Int32Array.from(list, ({ output }) => (output === undefined ? absent : values.id(output, false))),
    outcome: Uint8Array.from(list, ({ outcome }) => outcomeCodes[outcome]),
    key: Int32Array.from(list, ({ key }) => keys.id(key, false)),
    keys: keys.values,
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
