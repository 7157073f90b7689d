/**
 * How old the values are that a register was read with (`read`, `write`, `cas`; each key is one).
 *
 * ```
 *   write 1  |---|                              |---|  read -> 1
 *   write 2         |---|                       ^
 *                       ^ acknowledged          ^ asked: out of date for this long
 * ```
 *
 * A read returned v. Any write of v that was called before the read returned may be the one that it saw. It is out of date
 * when another write was called after all of these had returned, and was acknowledged before the read was called. Of such
 * writes, the one that was acknowledged first gives the age.
 *
 * So the age is never overstated: of several writes of v it counts from the last. Nothing is known of a read of what may be
 * written at any time (a write of v is of unknown outcome), or of what nobody wrote. The register is null at first.
 */
import { columnsOf, type OperationColumns, outcomeCodes } from '../../../history/columns.ts';
import type { Operations } from '../../../history/history.ts';
import { countWhile } from '../../bisect.ts';
import { type Ages, fresh, unknownAges } from './ages.ts';
import { deeds, type RegisterDeeds, registerDeeds } from './deeds.ts';

const never = Number.NEGATIVE_INFINITY;
/** Before the first event. */
const fromTheBeginning = -1;
const atAnyTime = Number.POSITIVE_INFINITY;

/** Null when a `cas` is not from one value to another. */
export function valueAges(operations: Operations): Ages | null {
  const columns = columnsOf(operations);
  const done = registerDeeds(columns);
  if (done === null) return null;
  const ages = unknownAges(operations.length);
  /** By value: when the last of its writes so far returned. */
  const returned = new Float64Array(done.valueCount).fill(never);
  for (const ids of operations.byKey().values()) {
    const [reads, writes]: [number[], number[]] = [[], []];
    for (const id of ids) {
      if (done.deed[id] === deeds.read) reads.push(id);
      else if (done.deed[id] === deeds.write) writes.push(id);
    }
    returned[done.initial] = fromTheBeginning;
    findAges({ reads, writes, done, columns, returned }, ages);
    for (const id of writes) returned[done.value[id] as number] = never;
    returned[done.initial] = never;
  }
  return ages;
}

/** One key. */
interface Register {
  readonly reads: readonly number[];
  /** Those of unknown outcome too. */
  readonly writes: readonly number[];
  readonly done: RegisterDeeds;
  readonly columns: OperationColumns;
  readonly returned: Float64Array;
}

/** Goes through the reads in the order in which they returned, and with them through the writes by their calls. */
function findAges({ reads, writes, done, columns, returned }: Register, ages: Ages): void {
  const { call, completion, outcome } = columns;
  const ageSince = agesSince(writes, columns);
  let next = 0;
  for (const read of reads.toSorted((left, right) => (completion[left] as number) - (completion[right] as number))) {
    for (; next < writes.length; next++) {
      const write = writes[next] as number;
      if ((call[write] as number) > (completion[read] as number)) break;
      const value = done.value[write] as number;
      const time = outcome[write] === outcomeCodes.ok ? (completion[write] as number) : atAnyTime;
      returned[value] = Math.max(returned[value] as number, time);
    }
    const last = returned[done.value[read] as number] as number;
    if (last !== never && last !== atAnyTime) ages[read] = ageSince(last, read);
  }
}

/** The age of a read of what was written by this index: since the first acknowledgement of a write called after it. */
function agesSince(writes: readonly number[], columns: OperationColumns): (index: number, read: number) => number {
  const { call, callTime, completion, outcome, returnTime } = columns;
  const acknowledged = Int32Array.from(writes.filter(id => outcome[id] === outcomeCodes.ok));
  /** For each: of it and those that were called after it, the one that was acknowledged first. */
  const first = acknowledged.slice();
  for (let at = first.length - 2; at >= 0; at--) {
    const [own, later] = [first[at] as number, first[at + 1] as number];
    if ((completion[later] as number) < (completion[own] as number)) first[at] = later;
  }
  return (index, read) => {
    const at = countWhile(acknowledged.length, place => (call[acknowledged[place] as number] as number) <= index);
    const newer = first[at];
    if (newer === undefined || (completion[newer] as number) > (call[read] as number)) return fresh;
    return (callTime[read] as number) - (returnTime[newer] as number);
  };
}
