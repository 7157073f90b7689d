/**
 * The versions that a register goes through, where each operation tells which of them it means.
 *
 * Every write and every successful cas makes a version; version 0 is there at first. A read belongs to the version that
 * it read, a cas also to the one that it replaced. This is known when each value that somebody needs is made once.
 * Values that nobody needs may be made often: their versions are told apart by who made them.
 *
 * An `info` write or cas took effect if a completed read or cas needs its value, directly or through other `info` cas.
 * Otherwise it is left out.
 *
 * Proof that this is exact. If the value is needed and made once, it was made by this operation. If nobody needs it, then in
 * an order that is right nothing that was seen comes between it and the next write: only `info` cas that build on it, and
 * they are needed by nobody either. Without them everybody finds what was found before. Only a refused cas might miss
 * them; where it fits is found out afterwards (`refused-cas.ts`), and never counts against an order for want of them.
 */
import { outcomeCodes } from '../../../history/columns.ts';
import { showValue } from '../../../model/value.ts';
import { type Classes, never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { initialValue, type ValueNumbers } from './numbers.ts';

/** All columns but `of` are by version. */
export interface Versions {
  readonly count: number;
  /** By position: the version that it made or read. None for what is left out, and for a refused cas. */
  readonly of: Int32Array;
  /** The position of the write or cas that made it. None for version 0, and for what was read but never made. */
  readonly maker: Int32Array;
  /** How many reads it has. */
  readonly reads: Int32Array;
  /** Of its reads: the earliest return, and the latest call. `never` and -1 when there are none. */
  readonly firstReturn: Int32Array;
  readonly lastCall: Int32Array;
  /** The version that its cas replaced. None: a write made it. */
  readonly before: Int32Array;
  /** The version that a cas made of it. */
  readonly after: Int32Array;
  /** Two versions that were made of one; null when there are none. */
  readonly fork: readonly [number, number] | null;
}

/** Or why they are not known. */
export function versionsOf(subhistory: Subhistory, values: ValueNumbers): Versions | string {
  const { length, class: classOf, classes } = subhistory;
  const needed = neededValues(classes, values);
  const { needs, leaves } = values;
  const { outcome } = classes;
  const { ok, info } = outcomeCodes;
  const of = new Int32Array(length);
  const isMade = new Uint8Array(values.count);
  isMade[initialValue] = 1;
  let count = values.count;
  for (let position = 0; position < length; position++) {
    const own = classOf[position]!;
    const value = leaves[own]!;
    if (value === none) of[position] = outcome[own] === ok ? needs[own]! : none;
    else if (outcome[own] === info && needed[value] === 0) of[position] = none;
    else if (isMade[value] === 0) {
      isMade[value] = 1;
      of[position] = value;
    } else if (needed[value] === 0) of[position] = count++;
    else return madeTwice(classes, values, { own, value });
  }
  return link(subhistory, { values, of, count });
}

/** By value: 1 if it was certainly there. */
function neededValues(classes: Classes, { count, needs, leaves }: ValueNumbers): Uint8Array {
  const needed = new Uint8Array(count);
  const infoCas: number[] = [];
  for (let index = 0; index < classes.length; index++) {
    const value = needs[index]!;
    if (value === none) continue;
    if (classes.outcome[index] === outcomeCodes.ok) needed[value] = 1;
    else if (classes.outcome[index] === outcomeCodes.info && leaves[index] !== none) infoCas.push(index);
  }
  if (infoCas.length === 0) return needed;
  /** The `info` cas that leave a value: the first by value, the next by class. */
  const first = new Int32Array(count).fill(none);
  const next = new Int32Array(classes.length);
  for (const index of infoCas) {
    next[index] = first[leaves[index]!]!;
    first[leaves[index]!] = index;
  }
  const waiting = infoCas.map(index => leaves[index]!).filter(value => needed[value] === 1);
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    for (let cas = first[value]!; cas !== none; cas = next[cas]!) {
      if (needed[needs[cas]!] === 1) continue;
      needed[needs[cas]!] = 1;
      waiting.push(needs[cas]!);
    }
  }
  return needed;
}

function madeTwice(
  { f, input, values: all, functions }: Classes,
  { needs }: ValueNumbers,
  { own, value }: { readonly own: number; readonly value: number },
): string {
  const argument = all[input[own]!];
  const shown = showValue(needs[own] === none ? argument : (argument as readonly unknown[])[1]);
  const verb = functions[f[own]!] === 'write' ? 'written' : 'left by a cas';
  return value === initialValue
    ? `the value ${shown} is there at first, and ${verb} as well`
    : `the value ${shown} is ${verb}, and comes from another operation as well`;
}

interface Unlinked {
  readonly values: ValueNumbers;
  readonly of: Int32Array;
  readonly count: number;
}

function link(
  { length, call, return: end, class: classOf }: Subhistory,
  { values: { needs, leaves }, of, count }: Unlinked,
): Versions {
  const maker = new Int32Array(count).fill(none);
  const reads = new Int32Array(count);
  const firstReturn = new Int32Array(count).fill(never);
  const lastCall = new Int32Array(count).fill(-1);
  const before = new Int32Array(count).fill(none);
  // Without cas nothing is written into either.
  let after = before;
  let fork: readonly [number, number] | null = null;
  for (let position = 0; position < length; position++) {
    const version = of[position]!;
    if (version === none) continue;
    const own = classOf[position]!;
    if (leaves[own] === none) {
      reads[version] = reads[version]! + 1;
      lastCall[version] = call[position]!;
      if (end[position]! < firstReturn[version]!) firstReturn[version] = end[position]!;
      continue;
    }
    maker[version] = position;
    const replaced = needs[own]!;
    if (replaced === none) continue;
    if (after === before) after = new Int32Array(count).fill(none);
    before[version] = replaced;
    if (after[replaced] !== none) fork ??= [after[replaced]!, version];
    after[replaced] = version;
  }
  return { count, of, maker, reads, firstReturn, lastCall, before, after, fork };
}
