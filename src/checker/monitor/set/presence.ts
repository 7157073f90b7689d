/**
 * Whether one element can be absent at first, and then come and go so that everybody who looked at it saw what he saw. The
 * operations are *writes* of a bit, which are possible at any time (`add` writes 1, `remove` 0), and *looks* at it.
 *
 * Only the moments count at which the bit flips. An operation of value v is happy when the bit is v at some moment of its
 * interval; a flip to v needs a write of v that is open then, a different one for each flip. So a *course* up to now is the
 * bit; when an unhappy operation of the other value returns first (`due`: it depends on the last flip only, and by then
 * the bit must flip); and the flips that some open write has yet to account for (`owed`).
 *
 * - A flip is owed by the write that returns first of those that were open at the flip and are not used; so which write
 *   made it is settled when writes return: one that returns pays the oldest flip that it can. It is possible as long as
 *   there are more open writes of its value than owed flips (the matching then grows by one).
 * - Flips are made as late as they can be: when an operation is due; or by a write that returns and has nothing to pay,
 *   from the other value to its own (a flip that costs nothing), or to the other value and back (the way back costs
 *   nothing). Proof: take any flip that is none of these and delay it. Who is of the old value only gains, and of the new
 *   value nobody is due yet. If its write returns, it is the first kind for free, or another write that can do it takes
 *   over. If it meets the next flip, the pair is delayed together, until one is due or the write of the way back returns,
 *   which is the second kind; three flips at one moment are one.
 * - Of two courses with the same bit, one is as good where it is due no sooner and owes no more, and younger, flips: these
 *   can be paid by more writes. Flips that only `info` writes can pay (older than every open write) are all alike.
 *
 * So all courses that matter are kept side by side, mostly one or two. None left: impossible, and just now, for a course
 * looks at nothing later but when operations return. A course that is never due explains all that follows.
 *
 * How it can mislead: this is a register of two values with writes that are not distinct, where serving whoever waits only
 * when it must be served is wrong: a write that was silent so far may have to flip the bit before it returns.
 */
import { never } from '../../subhistory/subhistory.ts';
import { Courses } from './courses.ts';
import { codeCell, isReturn, isWrite, partnerCell, step, type Timeline } from './timeline.ts';

/** What is decided, where it is not the rank of the first impossible event. */
export const possible = -1;
export const undecided = -2;

/** The return of an operation: its value, its rank, and the number of that event. */
interface Return {
  readonly value: number;
  readonly index: number;
  readonly rank: number;
}

export class Presence {
  private readonly courses = new Courses();
  /** The one that explains everything. */
  private chosen = 0;
  /** By value: writes that are open or crashed. */
  private readonly available: [number, number] = [0, 0];
  /** By value: calls of completed writes, how many there are, and the first of them that is open. */
  private readonly writes: readonly [Int32Array, Int32Array];
  private readonly written: [number, number] = [0, 0];
  private readonly oldest: [number, number] = [0, 0];
  /** By value, and number of an event: the first return of what is called from there on. */
  private readonly dues: readonly [Int32Array, Int32Array];

  /** `most`: events of one element. */
  constructor(most: number) {
    this.dues = [new Int32Array(most + 1), new Int32Array(most + 1)];
    this.writes = [new Int32Array(most), new Int32Array(most)];
  }

  /** Events after `until` are not looked at. */
  decide(timeline: Timeline, until: number): number {
    const { cells, from, to } = timeline;
    const { courses } = this;
    this.begin(timeline);
    if (this.isSettled()) return possible;
    for (let event = from, index = 0; event < to; event += step, index++) {
      const rank = cells[event]!;
      if (rank > until) return possible;
      const code = cells[event + codeCell]!;
      const value = code & 1 ? 1 : 0;
      if (!isReturn(code)) {
        if (!isWrite(code)) continue;
        this.available[value]++;
        if (cells[event + partnerCell] !== never) this.writes[value][this.written[value]++] = event;
        continue;
      }
      const at = { value, index, rank } as const;
      if (!(isWrite(code) ? this.returnWrite(at, cells[event + partnerCell]!) : this.returnLook(at))) continue;
      if (courses.size === 0) return rank;
      if (courses.size > 1) courses.prune([this.oldestOpen(timeline, 0, rank), this.oldestOpen(timeline, 1, rank)]);
      if (courses.areTooMany) return undecided;
      if (this.isSettled()) return possible;
    }
    return possible;
  }

  /**
   * How the element came and went, after it was found possible to the end: how many flips there are. Written into `into`:
   * twice the rank of the return before which it is, and 1 more where another write makes it than the one that returns.
   */
  flips(into: Int32Array): number {
    return this.courses.flips(this.chosen, into);
  }

  private begin({ cells, from, to }: Timeline): void {
    const [absent, present] = this.dues;
    let firstAbsent: number = never;
    let firstPresent: number = never;
    let index = (to - from) / step;
    absent[index] = never;
    present[index] = never;
    for (let event = to - step; event >= from; event -= step) {
      const code = cells[event + codeCell]!;
      if (!isReturn(code)) {
        const end = cells[event + partnerCell]!;
        if (code & 1) firstPresent = Math.min(firstPresent, end);
        else firstAbsent = Math.min(firstAbsent, end);
      }
      absent[--index] = firstAbsent;
      present[index] = firstPresent;
    }
    for (const counts of [this.available, this.written, this.oldest]) counts.fill(0);
    this.courses.begin(firstPresent, (to - from) / step);
  }

  /** Whether a course never has to flip again. */
  private isSettled(): boolean {
    for (let course = 0; course < this.courses.size; course++) {
      if (this.courses.due(course) !== never) continue;
      this.chosen = course;
      return true;
    }
    return false;
  }

  /** Where the look is due, the bit must flip now. A course that cannot is given up. Whether there was any. */
  private returnLook({ value, index, rank }: Return): boolean {
    const { courses } = this;
    const next = this.dues[value === 0 ? 1 : 0][index]!;
    let hasChanged = false;
    for (let course = courses.size - 1; course >= 0; course--) {
      if (courses.due(course) !== rank) continue;
      hasChanged = true;
      if (this.available[value]! > courses.debts(course, value)) courses.flip(course, { rank, isOwed: true, next });
      else courses.remove(course);
    }
    return hasChanged;
  }

  /** Whether any course flipped. */
  private returnWrite({ value, index, rank }: Return, call: number): boolean {
    const { courses } = this;
    const other = 1 - value;
    const [next, nextOther] = [this.dues[other]![index]!, this.dues[value]![index]!];
    let hasChanged = false;
    for (let course = courses.size - 1; course >= 0; course--) {
      if (courses.pay(course, value, call)) continue;
      if (courses.bit(course) !== value) {
        const flipping = courses.due(course) === rank ? course : courses.copy(course);
        courses.flip(flipping, { rank, isOwed: false, next });
      } else {
        // There and back, for those of the other value that are waiting.
        if (next <= courses.due(course) || this.available[other]! <= courses.debts(course, other)) continue;
        const flipping = courses.copy(course);
        courses.flip(flipping, { rank, isOwed: true, next: nextOther });
        courses.flip(flipping, { rank, isOwed: false, next });
      }
      hasChanged = true;
    }
    this.available[value]!--;
    return hasChanged;
  }

  /** The call of the completed write that has been open for longest. */
  private oldestOpen({ cells }: Timeline, value: 0 | 1, rank: number): number {
    const writes = this.writes[value];
    let first = this.oldest[value];
    while (first < this.written[value] && cells[writes[first]! + partnerCell]! <= rank) first++;
    this.oldest[value] = first;
    return first < this.written[value] ? cells[writes[first]!]! : never;
  }
}
