/**
 * How many `info` operations of each class a configuration has used. A whole row of counts is one number here: rows are
 * interned, because most configurations share theirs with many others.
 *
 * A class that can be of no use any more is forgotten, so that configurations that differ only in it become the same.
 */
import { present } from '../../base/assert.ts';

/** Nothing used. */
export const nothingUsed = 0;

interface Row {
  /** Class and count, in turn; classes ascending. */
  readonly counts: readonly number[];
  readonly total: number;
  /** The first event index after which some class in it can be forgotten. */
  readonly until: number;
}

export class UsedRows {
  private readonly rows: Row[] = [{ counts: [], total: 0, until: Infinity }];
  private readonly ids = new Map<string, number>([['', nothingUsed]]);
  private readonly until: readonly number[];

  /** `until`: per class, the event index after which it is of no use. */
  constructor(until: readonly number[]) {
    this.until = until;
  }

  private counts(id: number): readonly number[] {
    return present(this.rows[id]).counts;
  }

  /** Of one class. */
  count(id: number, infoClass: number): number {
    if (id === nothingUsed) return 0;
    const counts = this.counts(id);
    for (let at = 0; at < counts.length && counts[at]! <= infoClass; at += 2) {
      if (counts[at] === infoClass) return counts[at + 1]!;
    }
    return 0;
  }

  total(id: number): number {
    return present(this.rows[id]).total;
  }

  /** One more of this class. */
  plus(id: number, infoClass: number): number {
    const counts = [...this.counts(id)];
    let at = 0;
    while (at < counts.length && counts[at]! < infoClass) at += 2;
    if (counts[at] === infoClass) counts[at + 1] = counts[at + 1]! + 1;
    else counts.splice(at, 0, infoClass, 1);
    return this.intern(counts);
  }

  /** Without the classes that are of no use from this event index on. */
  forgetting(id: number, time: number): number {
    if (present(this.rows[id]).until >= time) return id;
    const kept: number[] = [];
    const counts = this.counts(id);
    for (let at = 0; at < counts.length; at += 2) {
      const infoClass = counts[at]!;
      if (this.until[infoClass]! >= time) kept.push(infoClass, counts[at + 1]!);
    }
    return this.intern(kept);
  }

  /** Whether `one` has used no more of any class than `other`. */
  atMost(one: number, other: number): boolean {
    if (one === other || one === nothingUsed) return true;
    const [few, many] = [this.counts(one), this.counts(other)];
    let at = 0;
    for (let index = 0; index < few.length; index += 2) {
      while (at < many.length && many[at]! < few[index]!) at += 2;
      if (many[at] !== few[index] || many[at + 1]! < few[index + 1]!) return false;
    }
    return true;
  }

  private intern(counts: readonly number[]): number {
    const name = counts.join(' ');
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    let total = 0;
    let until = Infinity;
    for (let at = 0; at < counts.length; at += 2) {
      total += counts[at + 1]!;
      until = Math.min(until, this.until[counts[at]!]!);
    }
    const id = this.rows.push({ counts, total, until }) - 1;
    this.ids.set(name, id);
    return id;
  }
}
