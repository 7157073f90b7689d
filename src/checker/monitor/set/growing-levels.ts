/**
 * The births of elements and the reads of a set from which nothing is removed, as windows on levels: what
 * `growing.ts` proves.
 *
 * It may be asked to judge only what has happened up to an event: what returns later has shown nothing yet.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { addition, type GrowingSet, impossible, missed, read, seen } from './growing-columns.ts';

export interface Levels {
  /** By element: position of the add that was called first; `none`. */
  readonly firstAdd: Int32Array;
  /** By element: position of the last miss that was called; `none`. */
  readonly lastMiss: Int32Array;
  /** By element: position of the add or look that tells first that it is there; `none`. */
  readonly firstSign: Int32Array;
  /** By element: number of the level on which it is born; `none` when no read shows it. */
  readonly level: Int32Array;
  /** Elements that are born, level by level; those that no read shows last. */
  readonly births: readonly number[];
  /** By level: its reads, as classes, and how many `births` there are up to it. */
  readonly reads: readonly { readonly classes: readonly number[]; readonly births: number }[];
  /** By class of reads: position of the read that returns first; `none`. */
  readonly firstToEnd: Int32Array;
  readonly fault: Fault | null;
}

/** Why there is no order. */
export type Fault =
  /** A result that no set gives, by position. */
  | { readonly kind: 'impossible'; readonly position: number }
  /** Reads, by position, none of which is within the other. */
  | { readonly kind: 'unchained'; readonly positions: readonly [number, number] }
  /** The one ends before the start of the other, which is on an earlier level (or the same birth). */
  | { readonly kind: 'late'; readonly start: Thing; readonly end: Thing };

/** A birth or a read. */
export type Thing =
  | { readonly element: number; readonly position?: undefined }
  | { readonly position: number; readonly element?: undefined };

export function levelsOf(subhistory: Subhistory, set: GrowingSet, until: number): Levels {
  const windows = windowsOf(subhistory, set, until);
  const { level, births, reads, unchained } = chain(set, windows);
  const levels = { ...windows, level, births, reads };
  if (windows.impossible !== none) return { ...levels, fault: { kind: 'impossible', position: windows.impossible } };
  if (unchained) {
    const positions = [windows.firstToEnd[unchained[0]]!, windows.firstToEnd[unchained[1]]!] as const;
    return { ...levels, fault: { kind: 'unchained', positions } };
  }
  return { ...levels, fault: sweep(subhistory, levels, windows) };
}

interface Windows extends Pick<Levels, 'firstAdd' | 'lastMiss' | 'firstSign' | 'firstToEnd'> {
  /** By class of reads: position of the read that was called last; `none`. */
  readonly lastToStart: Int32Array;
  /** Position of an operation with an impossible result; `none`. */
  readonly impossible: number;
}

function windowsOf(
  { call, return: returns, class: classOf, length }: Subhistory,
  { kinds, elements, count }: GrowingSet,
  until: number,
): Windows {
  const firstAdd = new Int32Array(count).fill(none);
  const lastMiss = new Int32Array(count).fill(none);
  const firstSign = new Int32Array(count).fill(none);
  const firstToEnd = new Int32Array(kinds.length).fill(none);
  const lastToStart = new Int32Array(kinds.length).fill(none);
  let impossibleAt = none;
  const setEarlier = (column: Int32Array, index: number, position: number): void => {
    const other = column[index]!;
    if (other === none || returns[position]! < returns[other]!) column[index] = position;
  };
  for (let position = 0; position < length && call[position]! <= until; position++) {
    const own = classOf[position]!;
    const kind = kinds[own]!;
    const element = elements[own]!;
    if (kind === addition && firstAdd[element] === none) firstAdd[element] = position;
    if (returns[position]! > until || returns[position] === never) continue;
    if (kind === addition || kind === seen) setEarlier(firstSign, element, position);
    else if (kind === missed) lastMiss[element] = position;
    else if (kind === read) {
      setEarlier(firstToEnd, own, position);
      lastToStart[own] = position;
    } else if (kind === impossible) impossibleAt = position;
  }
  return { firstAdd, lastMiss, firstSign, firstToEnd, lastToStart, impossible: impossibleAt };
}

interface Chained extends Pick<Levels, 'level' | 'births' | 'reads'> {
  /** Classes of two reads, none of which is within the other. */
  readonly unchained: readonly [number, number] | null;
}

function chain({ shown, reads: classes, count }: GrowingSet, { firstToEnd, firstSign }: Windows): Chained {
  const level = new Int32Array(count).fill(none);
  const births: number[] = [];
  const reads: { classes: number[]; births: number }[] = [];
  for (const own of classes) {
    if (firstToEnd[own] === none) continue;
    const list = shown[own]!;
    const before = births.length;
    for (const element of list) {
      if (level[element] !== none) continue;
      level[element] = reads.length;
      births.push(element);
    }
    const last = reads.at(-1);
    // Whatever was shown before must be shown again.
    if (list.length !== births.length) return { level, births, reads, unchained: [last!.classes[0]!, own] };
    if (last && births.length === before) last.classes.push(own);
    else reads.push({ classes: [own], births: births.length });
  }
  for (let element = 0; element < count; element++) {
    if (level[element] === none && firstSign[element] !== none) births.push(element);
  }
  return { level, births, reads, unchained: null };
}

function sweep(
  { call, return: returns }: Subhistory,
  { births, reads }: Pick<Levels, 'births' | 'reads'>,
  { firstAdd, lastMiss, firstSign, firstToEnd, lastToStart }: Windows,
): Fault | null {
  const startOf = (element: number): number => {
    const add = firstAdd[element]!;
    const miss = lastMiss[element]!;
    return Math.max(add === none ? never : call[add]!, miss === none ? -1 : call[miss]!);
  };
  /** The latest start on the levels before. */
  let latest = -1;
  let latestThing: Thing | null = null;
  let born = 0;
  for (let number = 0; number <= reads.length; number++) {
    let next = latest;
    let nextThing: Thing | null = latestThing;
    for (const some = reads[number]?.births ?? births.length; born < some; born++) {
      const element = births[born]!;
      const start = startOf(element);
      const sign = firstSign[element]!;
      const end = sign === none ? never : returns[sign]!;
      if (end < start) return { kind: 'late', start: { element }, end: { element } };
      if (latestThing && end < latest) return { kind: 'late', start: latestThing, end: { element } };
      if (start > next) [next, nextThing] = [start, { element }];
    }
    [latest, latestThing] = [next, nextThing];
    for (const own of reads[number]?.classes ?? []) {
      const first = firstToEnd[own]!;
      if (latestThing && returns[first]! < latest)
        return { kind: 'late', start: latestThing, end: { position: first } };
      const last = lastToStart[own]!;
      if (call[last]! > next) [next, nextThing] = [call[last]!, { position: last }];
    }
    [latest, latestThing] = [next, nextThing];
  }
  return null;
}
