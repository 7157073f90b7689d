/**
 * What each operation did to a register: left a value there, or found one. Values are numbers, equal where the values are.
 */
import { absent, type OperationColumns, outcomeCodes } from '../../../history/columns.ts';
import { Interner } from '../../../history/intern.ts';

/** By operation. */
export interface RegisterDeeds {
  /** See `deeds`. */
  readonly deed: Uint8Array;
  /** The value, where there is a deed. */
  readonly value: Int32Array;
  /** All values are below it. */
  readonly valueCount: number;
  /** What is there at first: null. */
  readonly initial: number;
}

/** `nothing`: it failed, or it is a read that was not answered. A write of unknown outcome is one. */
export const deeds = { nothing: 0, write: 1, read: 2 } as const;

/** Null when a `cas` that may have happened is not from one value to another. */
export function registerDeeds(columns: OperationColumns): RegisterDeeds | null {
  const { f, functions, input, output, outcome, values } = columns;
  const [read, cas] = [functions.indexOf('read'), functions.indexOf('cas')];
  const deed = new Uint8Array(f.length);
  const value = new Int32Array(f.length);
  const numbers = cas === -1 ? columnNumbers(values) : internedNumbers(values);
  for (let id = 0; id < f.length; id++) {
    if (f[id] === read ? outcome[id] !== outcomeCodes.ok : outcome[id] === outcomeCodes.fail) continue;
    if (f[id] === read) value[id] = output[id] === absent ? numbers.initial : numbers.of(output[id] as number);
    else value[id] = f[id] === cas ? numbers.ofSecond(input[id] as number) : numbers.of(input[id] as number);
    if ((value[id] as number) < 0) return null;
    deed[id] = f[id] === read ? deeds.read : deeds.write;
  }
  return { deed, value, valueCount: numbers.count(), initial: numbers.initial };
}

interface Numbers {
  /** By index into the table of values. */
  of(index: number): number;
  /** Of the second of the two values in a list; -1 when it is none. */
  ofSecond(index: number): number;
  readonly initial: number;
  count(): number;
}

/** Values are numbered in the columns already. */
function columnNumbers(values: readonly unknown[]): Numbers {
  const place = values.indexOf(null);
  const initial = place === -1 ? values.length : place;
  return { of: index => index, ofSecond: () => -1, initial, count: () => values.length + 1 };
}

/** Those within a list are not. */
function internedNumbers(values: readonly unknown[]): Numbers {
  const table = new Interner<unknown>();
  const initial = table.id(null, true);
  const [own, second] = [new Int32Array(values.length).fill(-1), new Int32Array(values.length).fill(-1)];
  const known = (numbers: Int32Array, index: number, value: unknown): number => {
    if (numbers[index] === -1) numbers[index] = table.id(value, true);
    return numbers[index] as number;
  };
  return {
    of: index => known(own, index, values[index]),
    ofSecond(index) {
      const pair = values[index];
      return Array.isArray(pair) && pair.length === 2 ? known(second, index, pair[1]) : -1;
    },
    initial,
    count: () => table.values.length,
  };
}
