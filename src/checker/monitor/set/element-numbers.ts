/**
 * Numbers of elements: equal ones get one number (0, 1, ... as they first occur), different ones different numbers. Small
 * whole numbers, which most tests use, are looked up in a table, for there may be millions in the lists that are read.
 */
import { valueKey } from '../../../model/value.ts';

const none = -1;
/** Whole numbers below this are small. */
const small = 1 << 20;

export class ElementNumbers {
  count = 0;
  private table = new Int32Array(1024).fill(none);
  private readonly texts = new Map<string, number>();
  private readonly others = new Map<string | number, number>();

  of(value: unknown): number {
    if (typeof value === 'string') return this.lookUp(this.texts, value);
    if (typeof value !== 'number') return this.lookUp(this.others, valueKey(value));
    if (!(value >= 0 && value < small && value === Math.trunc(value))) return this.lookUp(this.others, value);
    if (value >= this.table.length) this.grow(value);
    const known = this.table[value]!;
    if (known !== none) return known;
    this.table[value] = this.count;
    return this.count++;
  }

  private lookUp<K>(numbers: Map<K, number>, key: K): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, this.count);
    return this.count++;
  }

  private grow(value: number): void {
    const larger = new Int32Array(Math.max(value + 1, this.table.length * 2)).fill(none);
    larger.set(this.table);
    this.table = larger;
  }
}
