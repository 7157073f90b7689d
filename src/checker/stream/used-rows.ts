/**
 * How many `info` operations of each class a configuration has used. A whole row of counts is one number here: rows are
 * interned, because most configurations share theirs with many others.
 */
import { present } from '../../base/assert.ts';

/** Nothing used. */
export const nothingUsed = 0;

/** Class and count, in turn; classes ascending, no count of 0. */
export type UsedRow = readonly number[];

export const nothing: UsedRow = [];

export class UsedRows {
  private readonly rows: UsedRow[] = [nothing];
  private readonly ids = new Map<string, number>([['', nothingUsed]]);

  get size(): number {
    return this.rows.length;
  }

  row(id: number): UsedRow {
    return present(this.rows[id]);
  }

  /** The number of a row. */
  intern(row: UsedRow): number {
    const name = row.join(' ');
    const known = this.ids.get(name);
    if (known !== undefined) return known;
    const id = this.rows.push(row) - 1;
    this.ids.set(name, id);
    return id;
  }

  count(id: number, infoClass: number): number {
    if (id === nothingUsed) return 0;
    const row = this.row(id);
    for (let at = 0; at < row.length && row[at]! <= infoClass; at += 2) {
      if (row[at] === infoClass) return row[at + 1]!;
    }
    return 0;
  }

  /** One more of this class. */
  plus(id: number, infoClass: number): number {
    const row = [...this.row(id)];
    let at = 0;
    while (at < row.length && row[at]! < infoClass) at += 2;
    if (row[at] === infoClass) row[at + 1] = row[at + 1]! + 1;
    else row.splice(at, 0, infoClass, 1);
    return this.intern(row);
  }

  /** Without what is in `less`, which is in it. */
  minus(id: number, less: UsedRow): number {
    const row: number[] = [];
    let at = 0;
    for (let index = 0, { length } = this.row(id); index < length; index += 2) {
      const infoClass = this.row(id)[index]!;
      let count = this.row(id)[index + 1]!;
      if (less[at] === infoClass) {
        count -= less[at + 1]!;
        at += 2;
      }
      if (count > 0) row.push(infoClass, count);
    }
    return this.intern(row);
  }

  /** What is in both. */
  common(row: UsedRow, id: number): UsedRow {
    const both: number[] = [];
    for (let at = 0; at < row.length; at += 2) {
      const count = Math.min(row[at + 1]!, this.count(id, row[at]!));
      if (count > 0) both.push(row[at]!, count);
    }
    return both;
  }

  /** Whether `one` has used no more of any class than `other`. */
  atMost(one: number, other: number): boolean {
    if (one === other || one === nothingUsed) return true;
    const [few, many] = [this.row(one), this.row(other)];
    let at = 0;
    for (let index = 0; index < few.length; index += 2) {
      while (at < many.length && many[at]! < few[index]!) at += 2;
      if (many[at] !== few[index] || many[at + 1]! < few[index + 1]!) return false;
    }
    return true;
  }
}
