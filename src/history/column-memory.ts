/**
 * The memory of columns: typed arrays that grow, in memory that threads can share where there is such.
 *
 * Large ones reserve addresses and are grown where they are. So nothing is copied, old and new are never there at the same
 * time, and what is not used yet costs nothing. Where memory cannot grow in place (not shared, an old browser, no addresses
 * left) the columns are copied into larger ones.
 */
import type { OperationColumns } from './columns.ts';

export type Arrays = { [N in ArrayName]: OperationColumns[N] };
type ArrayName = {
  [N in keyof OperationColumns]: OperationColumns[N] extends Int32Array | Uint8Array | Float64Array ? N : never;
}[keyof OperationColumns];
type Column = Int32Array | Uint8Array | Float64Array;

/** Small histories are copied: there are many of them, and addresses are not free. */
const leastReserved = 2 ** 16;
const usuallyReserved = 2 ** 27;
const mostReserved = 2 ** 30;

/** Columns with place for this many operations. */
export function allocate(capacity: number): Arrays {
  const integers = (): Int32Array => new Int32Array(memory(4, capacity));
  const numbers = (): Float64Array => new Float64Array(memory(8, capacity));
  return {
    process: integers(),
    node: integers(),
    f: integers(),
    key: integers(),
    input: integers(),
    output: integers(),
    outcome: new Uint8Array(memory(1, capacity)),
    error: integers(),
    call: integers(),
    completion: integers(),
    callTime: numbers(),
    returnTime: numbers(),
  };
}

/** The same columns with more place. The old ones must not be used again: the memory may be the same. */
export function grown(columns: Arrays, capacity: number): Arrays {
  return mapArrays(columns, column => grownColumn(column, capacity));
}

export function mapArrays(columns: Arrays, map: <C extends Column>(column: C) => C): Arrays {
  return Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, map(column)])) as Arrays;
}

function grownColumn<C extends Column>(column: C, capacity: number): C {
  const { buffer, BYTES_PER_ELEMENT: width } = column as {
    readonly buffer: Growable;
    readonly BYTES_PER_ELEMENT: number;
  };
  const Kind = column.constructor as new (buffer: ArrayBufferLike, offset: number, length: number) => C;
  if (buffer.growable === true && capacity * width <= (buffer.maxByteLength ?? 0)) {
    buffer.grow?.(capacity * width);
    // With a length of its own: an array that follows its memory is ten times as slow.
    return new Kind(buffer, 0, capacity);
  }
  const larger = new Kind(memory(width, capacity), 0, capacity);
  larger.set(column);
  return larger;
}

/** Not in our library's declarations yet. */
type Growable = ArrayBufferLike & {
  readonly growable?: boolean;
  readonly maxByteLength?: number;
  readonly grow?: (bytes: number) => void;
};
type GrowableConstructor = new (bytes: number, options: { readonly maxByteLength: number }) => SharedArrayBuffer;

function memory(width: number, capacity: number): ArrayBufferLike {
  const bytes = width * capacity;
  if (typeof SharedArrayBuffer !== 'function') return new ArrayBuffer(bytes);
  if (capacity < leastReserved) return new SharedArrayBuffer(bytes);
  const reserved = capacity <= usuallyReserved ? usuallyReserved : Math.max(capacity, mostReserved);
  try {
    return new (SharedArrayBuffer as GrowableConstructor)(bytes, { maxByteLength: width * reserved });
  } catch {
    return new SharedArrayBuffer(bytes);
  }
}
