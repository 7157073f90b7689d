/**
 * One subject of the second act: what each member says about it, and who is not with most of them.
 */
import type { Key, Nanos } from '../../../base/names.ts';

/** Arrays are by member. */
export interface SubjectState {
  readonly f: string;
  readonly key: Key | null;
  /** Number of what it says, or `silent`. Equal numbers are equal answers. */
  readonly said: Int32Array;
  /** What it says. */
  readonly values: unknown[];
  /** 1 where that is not what most say, as it was last counted. */
  readonly differs: Uint8Array;
  /** Whether there are two that do not say the same. */
  isSplit: boolean;
  /** When it was last seen to be split; null when it never was. */
  lastSplit: Nanos | null;
}

export const silent = -1;

export function newSubject({ f, key, members }: { f: string; key: Key | null; members: number }): SubjectState {
  return {
    f,
    key,
    said: new Int32Array(members).fill(silent),
    values: Array.from({ length: members }, () => null),
    differs: new Uint8Array(members),
    isSplit: false,
    lastSplit: null,
  };
}

export function say(
  subject: SubjectState,
  member: number,
  { number, value }: { number: number; value: unknown },
): void {
  subject.said[member] = number;
  subject.values[member] = value;
}

/** Nobody has said anything. */
export function silence(subject: SubjectState): void {
  subject.said.fill(silent);
  subject.isSplit = false;
}

/** Somebody spoke: are they split now? */
export function noteSplit(subject: SubjectState, time: Nanos): void {
  let first = silent;
  subject.isSplit = false;
  for (const number of subject.said) {
    if (first === silent) first = number;
    else if (number !== silent && number !== first) subject.isSplit = true;
  }
  if (subject.isSplit) subject.lastSplit = time;
}

/** Finds who differs from most, and changes the members' `distances` accordingly. */
export function countDistances({ said, differs, isSplit }: SubjectState, distances: Int32Array): void {
  const most = isSplit ? mostSay(said) : silent;
  for (let member = 0; member < said.length; member++) {
    const now = isSplit && said[member] !== silent && said[member] !== most ? 1 : 0;
    distances[member] = (distances[member] as number) + now - (differs[member] as number);
    differs[member] = now;
  }
}

/** Of groups of one size, the one whose first member comes first. */
function mostSay(said: Int32Array): number {
  const sizes = new Map<number, number>();
  for (const number of said) if (number !== silent) sizes.set(number, (sizes.get(number) ?? 0) + 1);
  let [most, size] = [silent, 0];
  for (const [number, count] of sizes) if (count > size) [most, size] = [number, count];
  return most;
}
