/**
 * Items: what goes in once and comes out once, of a subhistory of a stack or a priority queue.
 *
 * The values tell which removal took what which insertion brought, where no value that comes out went in twice. What never
 * came out may go in as often as it likes. An `info` insertion of what never came out is left out: nobody misses it. A
 * removal of unknown result may have taken any item that no other removal took.
 *
 * How it can mislead: what a value alone shows to be impossible is refused here, even if other values are ambiguous.
 */
import { absent, outcomeCodes } from '../../../history/columns.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { dense } from '../dense.ts';
import type { MonitorVerdict } from '../monitor.ts';

/** Columns by item: 0, 1, ... in order of the calls of their insertions. */
export interface Items {
  readonly length: number;
  /** Position. */
  readonly insertion: Int32Array;
  /** Position, or `absent`. */
  readonly removal: Int32Array;
  /** Ranks, or `never`. */
  readonly insertCall: Int32Array;
  readonly insertReturn: Int32Array;
  readonly removeCall: Int32Array;
  readonly removeReturn: Int32Array;
  /** By position: `absent` for what is no part of an item. */
  readonly itemOf: Int32Array;
  /** By position: whether it is a removal. */
  readonly isRemoval: Uint8Array;
  /** By position: whether it is a removal that found nothing. */
  readonly isEmpty: Uint8Array;
  /** Positions of the removals of unknown result. */
  readonly unknown: readonly number[];
}

interface Words {
  readonly insert: string;
  readonly remove: string;
}

/** A verdict where single values decide. */
export function itemsOf(subhistory: Subhistory, words: Words): Items | MonitorVerdict {
  const sorted = sortOut(subhistory, words);
  const values = countValues(subhistory, sorted);
  return (
    impossibleValue(subhistory, values) ??
    ambiguousValue(values, { sorted, subhistory, words }) ??
    collect(subhistory, sorted, values)
  );
}

const kinds = { insert: 0, remove: 1, empty: 2, unknown: 3 } as const;

/** By class: one of `kinds`, and the number of its value among those of this part. */
interface Sorted {
  readonly kind: Uint8Array;
  readonly value: Int32Array;
  readonly valueCount: number;
}

function sortOut({ classes }: Subhistory, { insert }: Words): Sorted {
  const { length, f, input, output, outcome, functions, values } = classes;
  const inserting = functions.indexOf(insert);
  const kind = new Uint8Array(length);
  const ids = new Int32Array(length).fill(absent);
  for (let index = 0; index < length; index++) {
    const isInsertion = f[index] === inserting;
    const id = isInsertion ? input[index]! : output[index]!;
    if (!isInsertion) {
      const isUnknown = outcome[index] === outcomeCodes.info;
      kind[index] = isUnknown ? kinds.unknown : id === absent || values[id] === null ? kinds.empty : kinds.remove;
    }
    if (kind[index] === kinds.insert || kind[index] === kinds.remove) ids[index] = id;
  }
  const { of: value, count: valueCount } = dense(ids);
  return { kind, value, valueCount };
}

/** Columns by value: how often it went in and came out, and where. */
interface Values {
  readonly insertions: Int32Array;
  readonly removals: Int32Array;
  /** Position of the last one. */
  readonly insertion: Int32Array;
  /** Positions of those that returned first and second, or `absent`. */
  readonly removal: Int32Array;
  readonly second: Int32Array;
}

function countValues(subhistory: Subhistory, { kind, value, valueCount }: Sorted): Values {
  const { length, class: classOf, return: ends } = subhistory;
  const insertions = new Int32Array(valueCount);
  const removals = new Int32Array(valueCount);
  const insertion = new Int32Array(valueCount).fill(absent);
  const removal = new Int32Array(valueCount).fill(absent);
  const second = new Int32Array(valueCount).fill(absent);
  for (let position = 0; position < length; position++) {
    const own = classOf[position]!;
    const number = value[own]!;
    if (number === absent) continue;
    if (kind[own] === kinds.insert) {
      insertions[number] = insertions[number]! + 1;
      insertion[number] = position;
      continue;
    }
    removals[number] = removals[number]! + 1;
    const first = removal[number]!;
    if (first === absent || ends[position]! < ends[first]!) {
      second[number] = first;
      removal[number] = position;
    } else if (second[number] === absent || ends[position]! < ends[second[number]!]!) second[number] = position;
  }
  return { insertions, removals, insertion, removal, second };
}

/** What came out without having gone in before, or twice: the one that was seen first. */
function impossibleValue(subhistory: Subhistory, values: Values): MonitorVerdict | null {
  const { call, return: ends } = subhistory;
  const { insertions, removals, insertion, removal, second } = values;
  let until = never;
  let culprits: readonly number[] = [];
  for (let number = 0; number < removals.length; number++) {
    if (removals[number] === 0 || insertions[number]! > 1) continue;
    const from = insertion[number]!;
    const first = removal[number]!;
    const isEarly = from === absent || ends[first]! < call[from]!;
    if (!isEarly && removals[number] === 1) continue;
    const seen = isEarly ? ends[first]! : ends[second[number]!]!;
    if (seen >= until) continue;
    until = seen;
    culprits = [from, first, isEarly ? absent : second[number]!].filter(position => position !== absent);
  }
  return until === never ? null : { validity: 'invalid', culprits, until };
}

interface Context {
  readonly sorted: Sorted;
  readonly subhistory: Subhistory;
  readonly words: Words;
}

function ambiguousValue({ insertions, removals }: Values, context: Context): MonitorVerdict | null {
  const number = insertions.findIndex((count, index) => count > 1 && removals[index]! > 0);
  if (number === -1) return null;
  const { sorted, subhistory, words } = context;
  const { input, values } = subhistory.classes;
  const own = sorted.value.findIndex((value, index) => value === number && sorted.kind[index] === kinds.insert);
  const shown = JSON.stringify(values[input[own]!]);
  return { validity: 'inapplicable', why: `${words.insert} ${shown} happens more than once, and ${shown} comes out` };
}

function collect(subhistory: Subhistory, { kind, value }: Sorted, { removals, removal }: Values): Items {
  const { length, class: classOf, call, return: ends } = subhistory;
  const insertions = new Int32Array(length);
  const itemOf = new Int32Array(length).fill(absent);
  const isRemoval = new Uint8Array(length);
  const isEmpty = new Uint8Array(length);
  const unknown: number[] = [];
  let count = 0;
  for (let position = 0; position < length; position++) {
    const own = classOf[position]!;
    if (kind[own] !== kinds.insert) {
      isRemoval[position] = 1;
      if (kind[own] === kinds.empty) isEmpty[position] = 1;
      if (kind[own] === kinds.unknown) unknown.push(position);
      continue;
    }
    const isTaken = removals[value[own]!]! > 0;
    if (!isTaken && ends[position] === never) continue;
    itemOf[position] = count;
    if (isTaken) itemOf[removal[value[own]!]!] = count;
    insertions[count++] = position;
  }
  const insertion = insertions.slice(0, count);
  const taken = insertion.map(position => {
    const number = value[classOf[position]!]!;
    return removals[number]! > 0 ? removal[number]! : absent;
  });
  return {
    length: count,
    insertion,
    removal: taken,
    insertCall: insertion.map(position => call[position]!),
    insertReturn: insertion.map(position => ends[position]!),
    removeCall: taken.map(position => (position === absent ? never : call[position]!)),
    removeReturn: taken.map(position => (position === absent ? never : ends[position]!)),
    itemOf,
    isRemoval,
    isEmpty,
    unknown,
  };
}
