/**
 * Operations as columns: typed arrays, and tables of what occurs often.
 *
 * About 60 bytes an operation, plain data that can go to a worker or into a report as it is. `f`, `key`, `node`, the
 * input, the output and the error are ids into tables; inputs and outputs share one table, so equal ids mean equal values.
 *
 * How it can mislead: `completion` is the index of any completion, also of an `info`. The end of the interval that a
 * checker may use is `return` of the operation, which for an `info` is `Infinity`.
 */
import { assert, present } from '../base/assert.ts';
import type { Key, NodeName } from '../base/names.ts';
import type { Repeated } from './assemble.ts';
import { allocate, grown, mapArrays } from './column-memory.ts';
import type { CompletionEvent, InvokeEvent, Outcome } from './event.ts';
import type { Operations } from './history.ts';
import { Interner } from './intern.ts';
import type { Operation } from './operation.ts';

/** Codes of the column `outcome`. */
export const outcomeCodes = { ok: 0, fail: 1, info: 2 } as const;
const outcomes: readonly Outcome[] = ['ok', 'fail', 'info'];

/** In the columns `output`, `error` and `completion`: there is none. */
export const absent = -1;

/** Every array has one entry an operation, in order of invocation. Structured clone keeps it whole. */
export interface OperationColumns {
  readonly process: Int32Array;
  /** Into `nodes`. */
  readonly node: Int32Array;
  /** Into `functions`. */
  readonly f: Int32Array;
  /** Into `keys`. */
  readonly key: Int32Array;
  /** Into `values`. */
  readonly input: Int32Array;
  /** Into `values`, or `absent`. */
  readonly output: Int32Array;
  /** See `outcomeCodes`. `info` when there is no completion. */
  readonly outcome: Uint8Array;
  /** Into `errors`, or `absent`. */
  readonly error: Int32Array;
  /** Index of the invocation. */
  readonly call: Int32Array;
  /** Index of the completion, also of an `info`; `absent` when there is none. */
  readonly completion: Int32Array;
  readonly callTime: Float64Array;
  /** `Infinity` when there is no completion. */
  readonly returnTime: Float64Array;
  readonly nodes: readonly (NodeName | null)[];
  readonly functions: readonly string[];
  readonly keys: readonly (Key | null)[];
  /** Frozen: they are shared. */
  readonly values: readonly unknown[];
  readonly errors: readonly string[];
}

/** `Operations` over columns. */
export class ColumnOperations implements Operations {
  readonly columns: OperationColumns;
  readonly length: number;
  private keyIndex: ReadonlyMap<Key | null, Int32Array> | null = null;

  constructor(columns: OperationColumns) {
    this.columns = columns;
    this.length = columns.process.length;
  }

  get functions(): readonly string[] {
    return this.columns.functions;
  }

  get(id: number): Operation {
    assert(Number.isInteger(id) && id >= 0 && id < this.length, `there is no operation #${id} of ${this.length}`);
    const c = this.columns;
    const outcome = outcomes[c.outcome[id] as number] as Outcome;
    const output = c.output[id] as number;
    const error = c.error[id] as number;
    return {
      id,
      process: c.process[id] as number,
      node: c.nodes[c.node[id] as number] as NodeName | null,
      f: c.functions[c.f[id] as number] as string,
      key: c.keys[c.key[id] as number] as Key | null,
      input: c.values[c.input[id] as number],
      outcome,
      output: output === absent ? undefined : c.values[output],
      error: error === absent ? null : (c.errors[error] as string),
      call: c.call[id] as number,
      return: outcome === 'info' ? Number.POSITIVE_INFINITY : (c.completion[id] as number),
      callTime: c.callTime[id] as number,
      returnTime: c.returnTime[id] as number,
    };
  }

  *[Symbol.iterator](): Iterator<Operation> {
    for (let id = 0; id < this.length; id++) yield this.get(id);
  }

  byKey(): ReadonlyMap<Key | null, Int32Array> {
    this.keyIndex ??= groupByKey(this.columns);
    return this.keyIndex;
  }
}

/** The columns below these operations, for those who count and compare millions. */
export function columnsOf(operations: Operations): OperationColumns {
  assert(operations instanceof ColumnOperations, 'operations of a history are columns');
  return operations.columns;
}

/** The tables that ids point into. */
export interface Tables {
  readonly nodes: Interner<NodeName | null>;
  readonly functions: Interner<string>;
  readonly keys: Interner<Key | null>;
  readonly values: Interner<unknown>;
  readonly errors: Interner<string>;
}

/** An event of an operation as ids: one object, filled again and again. */
export class Row {
  type: Outcome | 'invoke' = 'invoke';
  index = 0;
  /** Of many digits: a field that may hold any number from the beginning. */
  time = 0.5;
  process = 0;
  node = absent as number;
  f = absent as number;
  key = absent as number;
  /** The input or the output. */
  value = absent as number;
  error = absent as number;
}

/** Grows columns from events, which must come in order. */
export class ColumnsBuilder implements Tables {
  readonly nodes = new Interner<NodeName | null>();
  readonly functions = new Interner<string>();
  readonly keys = new Interner<Key | null>();
  readonly values = new Interner<unknown>();
  readonly errors = new Interner<string>();
  private columns = allocate(256);
  private length = 0;
  private readonly row = new Row();

  /** A new operation; its id is the number of those before it. */
  invoke(event: InvokeEvent, fresh: boolean): number {
    const { row } = this;
    row.index = event.index;
    row.time = event.time;
    row.process = event.process;
    row.node = this.nodes.id(event.node, fresh);
    row.f = this.functions.id(event.f, fresh);
    row.key = this.keys.id(event.key, fresh);
    row.value = this.values.id(event.value ?? null, fresh);
    return this.invokeRow(row);
  }

  /** The same, from ids of the tables. */
  invokeRow(row: Row): number {
    const id = this.length;
    if (id === this.columns.process.length) this.columns = grown(this.columns, id * 2);
    this.length++;
    const c = this.columns;
    c.process[id] = row.process;
    c.node[id] = row.node;
    c.f[id] = row.f;
    c.key[id] = row.key;
    c.input[id] = row.value;
    c.output[id] = absent;
    c.outcome[id] = outcomeCodes.info;
    c.error[id] = absent;
    c.call[id] = row.index;
    c.completion[id] = absent;
    c.callTime[id] = row.time;
    c.returnTime[id] = Number.POSITIVE_INFINITY;
    return id;
  }

  /** Ends an operation. The value of an `info` is dropped: nobody saw a result. */
  complete(id: number, event: CompletionEvent, fresh: boolean): void {
    const c = this.columns;
    c.outcome[id] = outcomeCodes[event.type];
    c.completion[id] = event.index;
    c.returnTime[id] = event.time;
    if (event.value !== undefined && event.type !== 'info') c.output[id] = this.values.id(event.value, fresh);
    if (event.error !== undefined) c.error[id] = this.errors.id(event.error, fresh);
  }

  /** The same, from ids of the tables. An `info` has no value. */
  completeRow(id: number, row: Row): void {
    const c = this.columns;
    c.outcome[id] = outcomeCodes[row.type as Outcome];
    c.completion[id] = row.index;
    c.returnTime[id] = row.time;
    c.output[id] = row.value;
    c.error[id] = row.error;
  }

  /** Forgets the result of an operation when it only repeats the argument. */
  forgetEcho(id: number): void {
    if (this.columns.output[id] === this.columns.input[id]) this.columns.output[id] = absent;
  }

  /** Whether what is repeated is what was asked. */
  agrees(id: number, { f, key, node }: Repeated): boolean {
    const c = this.columns;
    return (
      (f === undefined || f === this.functions.values[c.f[id] as number]) &&
      (key === undefined || key === this.keys.values[c.key[id] as number]) &&
      (node === undefined || node === this.nodes.values[c.node[id] as number])
    );
  }

  /** What was asked, for comparing it with what a completion repeats. */
  invocation(id: number): { readonly f: string; readonly key: Key | null; readonly node: NodeName | null } {
    const c = this.columns;
    return {
      f: this.functions.values[present(c.f[id])] as string,
      key: this.keys.values[present(c.key[id])] as Key | null,
      node: this.nodes.values[present(c.node[id])] as NodeName | null,
    };
  }

  /** The columns, cut to their length; they are shared with threads as they are. The builder must not be used again. */
  build(): OperationColumns {
    return {
      ...mapArrays(this.columns, column => column.subarray(0, this.length) as typeof column),
      nodes: this.nodes.values,
      functions: this.functions.values,
      keys: this.keys.values,
      values: this.values.values,
      errors: this.errors.values,
    };
  }
}

function groupByKey(columns: OperationColumns): ReadonlyMap<Key | null, Int32Array> {
  const counts = new Int32Array(columns.keys.length);
  for (const key of columns.key) counts[key] = (counts[key] as number) + 1;
  const groups = Array.from(counts, count => new Int32Array(count));
  const filled = new Int32Array(columns.keys.length);
  for (let id = 0; id < columns.key.length; id++) {
    const key = columns.key[id] as number;
    (groups[key] as Int32Array)[filled[key] as number] = id;
    filled[key] = (filled[key] as number) + 1;
  }
  return new Map(groups.map((group, key) => [columns.keys[key] as Key | null, group]));
}
