/**
 * Interning: equal values become one small integer, and share one object.
 *
 * Two ids of one table are equal exactly when the JSON of the values is, whatever the order of an object's members. So a
 * checker may compare ids, and a value that is read a million times is held once. Lists and objects are found by their
 * hash and then compared with what is stored: equality is never guessed from the hash.
 *
 * How it can mislead: the objects are shared, so they are frozen. Copy before sorting.
 */
import { areEqual, hashOf } from './structure.ts';

/** Lists and objects within each other. More is refused wherever values come in: no walk can exhaust the stack. */
export const maximumDepth = 200;

/** Whole numbers below this are found without hashing. */
const smallNumbers = 256;

export class Interner<T> {
  /** By id. */
  readonly values: T[] = [];
  /** By small whole number, its id plus one; 0 when it was not met yet. */
  private readonly small = new Int32Array(smallNumbers);
  private readonly primitives = new Map<unknown, number>();
  private readonly structures = new StructureTable();

  /** `fresh`: nobody else holds the value, so it may be kept and frozen as it is. Otherwise it is copied. */
  id(value: T, fresh: boolean): number {
    if (typeof value === 'number' && value >>> 0 === value && value < smallNumbers) return this.smallNumber(value);
    if (typeof value === 'object' && value !== null) return this.structured(value, fresh);
    let id = this.primitives.get(value);
    if (id === undefined) {
      id = this.values.length;
      this.primitives.set(value, id);
      this.values.push(value);
    }
    return id;
  }

  /** Also -0, which is kept as 0. */
  private smallNumber(value: number): number {
    const known = this.small[value] as number;
    if (known > 0) return known - 1;
    this.values.push((value + 0) as T);
    this.small[value] = this.values.length;
    return this.values.length - 1;
  }

  private structured(value: T & object, fresh: boolean): number {
    const hash = hashOf(value);
    const known = this.structures.find(hash, value, this.values);
    if (known >= 0) return known;
    // A copy may be equal to what is stored where the value was not: what JSON leaves out is left out now.
    if (!fresh) return this.id(JSON.parse(JSON.stringify(value)) as T, true);
    const id = this.values.length;
    this.structures.add(hash, id);
    this.values.push(freeze(value));
    return id;
  }
}

/** Ids by hash: open addressing, at most half full. */
class StructureTable {
  /** Ids plus one; 0 is free. */
  private slots = new Int32Array(16);
  private hashes = new Int32Array(16);
  private count = 0;

  /** The id of an equal value, or -1. */
  find(hash: number, value: unknown, values: readonly unknown[]): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const id = (slots[slot] as number) - 1;
      if (id < 0 || (hashes[slot] === hash && areEqual(values[id], value))) return id;
    }
  }

  add(hash: number, id: number): void {
    if (++this.count * 2 > this.slots.length) this.grow();
    this.place(hash, id + 1);
  }

  private grow(): void {
    const { slots, hashes } = this;
    this.slots = new Int32Array(slots.length * 2);
    this.hashes = new Int32Array(slots.length * 2);
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots[slot] !== 0) this.place(hashes[slot] as number, slots[slot] as number);
    }
  }

  private place(hash: number, entry: number): void {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry;
    this.hashes[slot] = hash;
  }
}

/** JSON with the members of every object in order, so that equal values have equal texts. */
export function canonicalText(value: unknown): string {
  if (isOrdered(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalText).join(',')}]`;
  const members = Object.entries(value as object).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalText(member)}`).join(',')}}`;
}

/** Whether the members of every object in it are in order already: nearly always, and much faster. */
function isOrdered(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  if (Array.isArray(value)) return value.every(isOrdered);
  let last: string | null = null;
  for (const name of Object.keys(value)) {
    if (last !== null && name < last) return false;
    last = name;
  }
  return Object.values(value).every(isOrdered);
}

function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  for (const member of Array.isArray(value) ? value : Object.values(value)) freeze(member);
  return Object.freeze(value);
}
