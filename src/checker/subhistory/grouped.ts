/**
 * The columns of a history with the operations of each key side by side, and their calls and returns in order: what
 * subhistories are cut from. It is made in a few walks from the first operation to the last, so that memory is read in
 * order; to pick the operations of one key after the other out of the history would miss the cache each time.
 */
import type { Key } from '../../base/names.ts';
import { absent, type OperationColumns, outcomeCodes } from '../../history/columns.ts';

/** Survives a structured clone; where it is large, in memory that threads share. */
export interface GroupedColumns {
  /** In the order in which they first occur. A key is named by its index. */
  readonly keys: readonly (Key | null)[];
  /** By key: where its operations begin in the columns; those of the next key end them. */
  readonly begin: Int32Array;
  /** By key: where its calls and returns begin in `order`. */
  readonly orderBegin: Int32Array;
  /** Twice the number of the operation (0, 1, ... within its key), and 1 more for a return. */
  readonly order: Int32Array;
  /** In the history. */
  readonly id: Int32Array;
  readonly process: Int32Array;
  readonly f: Int32Array;
  readonly input: Int32Array;
  readonly output: Int32Array;
  readonly outcome: Uint8Array;
}

export function groupByKey(columns: OperationColumns): GroupedColumns {
  const { key, keys, outcome } = columns;
  const count = key.length;
  const begin = shared(keys.length + 1);
  const orderBegin = shared(keys.length + 1);
  for (let id = 0; id < count; id++) {
    const next = key[id]! + 1;
    begin[next] = begin[next]! + 1;
    orderBegin[next] = orderBegin[next]! + (outcome[id] === outcomeCodes.info ? 1 : 2);
  }
  for (let index = 1; index <= keys.length; index++) {
    begin[index] = begin[index]! + begin[index - 1]!;
    orderBegin[index] = orderBegin[index]! + orderBegin[index - 1]!;
  }
  const { places, ...grouped } = keys.length === 1 ? asTheyAre(columns) : sideBySide(columns, begin);
  const order = inOrder(columns, { begin, orderBegin, places });
  return { keys, begin, orderBegin, order, ...grouped };
}

type Gathered = Pick<GroupedColumns, 'id' | 'process' | 'f' | 'input' | 'output' | 'outcome'> & {
  /** By id: where the operation is in the columns. */
  readonly places: Int32Array;
};

function asTheyAre({ process, f, input, output, outcome }: OperationColumns): Gathered {
  const id = shared(process.length);
  for (let place = 0; place < id.length; place++) id[place] = place;
  return { places: id, id, process, f, input, output, outcome };
}

function sideBySide(columns: OperationColumns, begin: Int32Array): Gathered {
  const count = columns.key.length;
  const [places, id, process, f] = [new Int32Array(count), shared(count), shared(count), shared(count)];
  const [input, output, outcome] = [shared(count), shared(count), new Uint8Array(memory(count))];
  const filled = begin.slice();
  for (let from = 0; from < count; from++) {
    const own = columns.key[from]!;
    const to = filled[own]!;
    filled[own] = to + 1;
    places[from] = to;
    id[to] = from;
    process[to] = columns.process[from]!;
    f[to] = columns.f[from]!;
    input[to] = columns.input[from]!;
    output[to] = columns.output[from]!;
    outcome[to] = columns.outcome[from]!;
  }
  return { places, id, process, f, input, output, outcome };
}

interface Places {
  readonly begin: Int32Array;
  readonly orderBegin: Int32Array;
  readonly places: Int32Array;
}

function inOrder(columns: OperationColumns, { begin, orderBegin, places }: Places): Int32Array {
  const { key, call, completion, outcome } = columns;
  let last = -1;
  for (let id = 0; id < key.length; id++) last = Math.max(last, call[id]!, completion[id]!);
  const events = new Int32Array(last + 1).fill(absent);
  for (let id = 0; id < key.length; id++) {
    events[call[id]!] = id * 2;
    if (outcome[id] !== outcomeCodes.info) events[completion[id]!] = id * 2 + 1;
  }
  const order = shared(orderBegin[orderBegin.length - 1]!);
  const filled = orderBegin.slice();
  for (let index = 0; index <= last; index++) {
    const event = events[index]!;
    if (event === absent) continue;
    const own = key[event >> 1]!;
    const number = places[event >> 1]! - begin[own]!;
    const at = filled[own]!;
    filled[own] = at + 1;
    order[at] = number * 2 + (event & 1);
  }
  return order;
}

/** Less than this is copied to a thread sooner than it is shared. */
const fewBytes = 262_144;

function shared(length: number): Int32Array {
  return new Int32Array(memory(4 * length));
}

function memory(bytes: number): ArrayBuffer | SharedArrayBuffer {
  const isShared = bytes >= fewBytes && typeof SharedArrayBuffer === 'function';
  return isShared ? new SharedArrayBuffer(bytes) : new ArrayBuffer(bytes);
}
