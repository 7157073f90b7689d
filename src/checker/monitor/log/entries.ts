/**
 * What the operations on a log say, class by class: the offset that an append was told, the length of what a read shows,
 * and which values are at which place of the longest list that was read.
 *
 * Reads are taken in order of their returns, each compared once with the longest so far: then that they are prefixes of
 * one another costs as much as they are long, and the first return that contradicts this is known.
 */
import { absent, outcomeCodes } from '../../../history/columns.ts';
import { sameValue, valueKey } from '../../../model/value.ts';
import { never, type Subhistory } from '../../subhistory/subhistory.ts';

/** In `offsets`: not told, or no append. In `lengths`: no read. */
export const none = -1;
/** In `offsets` and `lengths`: possible in no state. */
export const impossible = -2;

export interface LogEntries {
  /** By class. */
  readonly offsets: Int32Array;
  /** By class. */
  readonly lengths: Int32Array;
  /** By class of appends: number of the value, or `none` where no read shows it. */
  readonly numbers: Int32Array;
  /** Number of the value at each place of the longest list that was read before the conflict. */
  readonly shown: Int32Array;
  /** By number of a value: how many operations append it. */
  readonly appends: Int32Array;
  /** Rank of the first return of a read that is no prefix, nor an extension, of another; `never` when there is none. */
  readonly conflict: number;
}

export function entriesOf(subhistory: Subhistory): LogEntries {
  const { classes } = subhistory;
  const offsets = new Int32Array(classes.length).fill(none);
  const lengths = new Int32Array(classes.length).fill(none);
  const isRead = classes.functions.map(name => name === 'read');
  for (let number = 0; number < classes.length; number++) {
    const output = classes.output[number]!;
    const value = output === absent ? null : classes.values[output];
    if (isRead[classes.f[number]!]) lengths[number] = Array.isArray(value) ? value.length : impossible;
    else if (classes.outcome[number] === outcomeCodes.ok && value !== null) offsets[number] = offsetOf(value);
  }
  const { longest, conflict } = compareReads(subhistory, lengths);
  return { offsets, lengths, conflict, ...numberValues(subhistory, { lengths, longest }) };
}

function offsetOf(value: unknown): number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) < never
    ? (value as number)
    : impossible;
}

/** The longest list that was read, and the first conflict. */
function compareReads(
  { events, class: classOf, classes }: Subhistory,
  lengths: Int32Array,
): { readonly longest: readonly unknown[]; readonly conflict: number } {
  const isCompared = new Uint8Array(classes.length);
  let longest: readonly unknown[] = [];
  for (let rank = 0; rank < events.length; rank++) {
    const own = classOf[events[rank]! >> 1]!;
    if ((events[rank]! & 1) === 0 || lengths[own]! < 0 || isCompared[own] === 1) continue;
    isCompared[own] = 1;
    const list = classes.values[classes.output[own]!] as readonly unknown[];
    const [shorter, longer] = list.length < longest.length ? [list, longest] : [longest, list];
    if (!startsWith(longer, shorter)) return { longest, conflict: rank };
    longest = longer;
  }
  return { longest, conflict: never };
}

function startsWith(list: readonly unknown[], start: readonly unknown[]): boolean {
  for (let index = 0; index < start.length; index++) {
    if (!sameEntry(list[index], start[index])) return false;
  }
  return true;
}

function sameEntry(one: unknown, other: unknown): boolean {
  return one === other || sameValue(entryOf(one), entryOf(other));
}

/** As it stands in a list. JSON knows no other numbers than finite ones. */
function entryOf(value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : (value ?? null);
}

function numberValues(
  { classes, class: classOf, length }: Subhistory,
  { lengths, longest }: { readonly lengths: Int32Array; readonly longest: readonly unknown[] },
): Pick<LogEntries, 'numbers' | 'shown' | 'appends'> {
  const known = new Map<string | number, number>();
  const shown = new Int32Array(longest.length);
  longest.forEach((value, place) => {
    const key = valueKey(entryOf(value));
    const number = known.get(key) ?? known.size;
    known.set(key, number);
    shown[place] = number;
  });
  const numbers = new Int32Array(classes.length).fill(none);
  for (let number = 0; number < classes.length && known.size > 0; number++) {
    if (lengths[number] !== none) continue;
    numbers[number] = known.get(valueKey(entryOf(classes.values[classes.input[number]!]))) ?? none;
  }
  const appends = new Int32Array(known.size);
  for (let position = 0; position < length; position++) {
    const number = numbers[classOf[position]!]!;
    if (number !== none) appends[number] = appends[number]! + 1;
  }
  return { numbers, shown, appends };
}
