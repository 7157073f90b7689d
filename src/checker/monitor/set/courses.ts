/**
 * Courses that a bit may have taken up to now, side by side: see `presence.ts` for what they are, and why one is as good
 * as another.
 *
 * Records of small integers in one array; what they owe and where they flipped are lists that share their beginnings.
 */
import { Chain } from './chain.ts';

/** More than this, side by side, are left to the search. */
const most = 64;
/** So are comparisons beyond these many an event, and these many in any case. */
const comparisons = { perEvent: 64, always: 100_000 };

/** The numbers of a course; `owed` and `debts` are two each, for the values 0 and 1. */
const [bit, due, owed, debts, trail] = [0, 1, 2, 4, 6] as const;
const width = 7;

export class Courses {
  size = 0;
  /** How many comparisons may still be made. */
  private left = 0;
  /** Each may double before those that are no better go. */
  private readonly numbers = new Int32Array((most * 2 + 1) * width);
  /** Ranks of the flips that a course owes, the latest first. */
  private readonly owing = new Chain();
  /** Twice the rank of each flip, and 1 more for one that was owed. */
  private readonly flipped = new Chain();

  /** One course, in which the bit is 0. `events`: how many there will be. */
  begin(firstDue: number, events: number): void {
    this.left = comparisons.always + comparisons.perEvent * events;
    this.owing.clear();
    this.flipped.clear();
    this.numbers.fill(0, 0, width);
    this.numbers[due] = firstDue;
    this.size = 1;
  }

  get areTooMany(): boolean {
    return this.size > most || this.left < 0;
  }

  bit(course: number): number {
    return this.numbers[course * width + bit]!;
  }

  /** By when the bit must flip. */
  due(course: number): number {
    return this.numbers[course * width + due]!;
  }

  /** How many flips to this value no write has accounted for. */
  debts(course: number, value: number): number {
    return this.numbers[course * width + debts + value]!;
  }

  /** `next`: by when it must flip back. */
  flip(course: number, { rank, isOwed, next }: { rank: number; isOwed: boolean; next: number }): void {
    const { numbers } = this;
    const at = course * width;
    const value = 1 - numbers[at + bit]!;
    if (isOwed) {
      numbers[at + owed + value] = this.owing.push(rank, numbers[at + owed + value]!);
      numbers[at + debts + value] = numbers[at + debts + value]! + 1;
    }
    numbers[at + bit] = value;
    numbers[at + due] = next;
    numbers[at + trail] = this.flipped.push(isOwed ? rank * 2 + 1 : rank * 2, numbers[at + trail]!);
  }

  /** A write, called then, makes the oldest flip that it can. False when there is none. */
  pay(course: number, value: number, call: number): boolean {
    const { numbers } = this;
    const at = course * width;
    if (numbers[at + debts + value] === 0) return false;
    const paid = this.owing.withoutLowest(numbers[at + owed + value]!, call);
    if (paid === -1) return false;
    numbers[at + owed + value] = paid;
    numbers[at + debts + value] = numbers[at + debts + value]! - 1;
    return true;
  }

  /** The new one. */
  copy(course: number): number {
    this.numbers.copyWithin(this.size * width, course * width, (course + 1) * width);
    return this.size++;
  }

  /** The last one takes its place. */
  remove(course: number): void {
    const last = --this.size;
    this.numbers.copyWithin(course * width, last * width, (last + 1) * width);
  }

  /**
   * Leaves out what is no better than another. `oldest`: by value, the call of the completed write that has been open for
   * longest.
   */
  prune(oldest: readonly [number, number]): void {
    this.left -= this.size * this.size;
    for (let course = this.size - 1; course >= 0; course--) {
      for (let other = 0; other < this.size; other++) {
        if (other === course || !this.isAsGood(other, course, oldest)) continue;
        this.remove(course);
        break;
      }
    }
  }

  /** Writes the flips of a course, in order of time, and says how many there are. */
  flips(course: number, into: Int32Array): number {
    const { flipped } = this;
    const last = this.numbers[course * width + trail]!;
    let count = 0;
    for (let link = last; link !== 0; link = flipped.next(link)) count++;
    let place = count;
    for (let link = last; link !== 0; link = flipped.next(link)) into[--place] = flipped.value(link);
    return count;
  }

  private isAsGood(one: number, other: number, oldest: readonly [number, number]): boolean {
    const { numbers } = this;
    const at = one * width;
    const than = other * width;
    if (numbers[at + bit] !== numbers[than + bit] || numbers[at + due]! < numbers[than + due]!) return false;
    if (numbers[at + debts]! > numbers[than + debts]!) return false;
    if (numbers[at + debts + 1]! > numbers[than + debts + 1]!) return false;
    return this.owesNoOlder(at, than, 0, oldest[0]) && this.owesNoOlder(at, than, 1, oldest[1]);
  }

  /** Each flip to the value that the one owes is as young as one that the other owes. */
  private owesNoOlder(at: number, than: number, value: number, oldest: number): boolean {
    const { numbers, owing } = this;
    let one = numbers[at + owed + value]!;
    let other = numbers[than + owed + value]!;
    if (one === other) return true;
    for (let more = numbers[than + debts + value]! - numbers[at + debts + value]!; more > 0; more--) {
      // Those that are older than every open write are all alike.
      if (owing.value(other) <= oldest) return true;
      other = owing.next(other);
    }
    while (one !== other && owing.value(other) > oldest) {
      if (owing.value(one) < owing.value(other)) return false;
      one = owing.next(one);
      other = owing.next(other);
    }
    return true;
  }
}
