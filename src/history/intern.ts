/**
 * Interning: equal values become one small integer, and share one object.
 *
 * Two ids of one table are equal exactly when the JSON of the values is, whatever the order of an object's members. So a
 * checker may compare ids, and a value that is read a million times is held once.
 *
 * How it can mislead: the objects are shared, so they are frozen. Copy before sorting.
 */
import { createHash } from 'node:crypto';

/** Lists and objects within each other. More is refused wherever values come in: no walk can exhaust the stack. */
export const maximumDepth = 200;

/** Longer texts are remembered by their digest: a long list that is read often must not be kept as text as well. */
const longText = 256;

export class Interner<T> {
  /** By id. */
  readonly values: T[] = [];
  private readonly primitives = new Map<unknown, number>();
  private readonly texts = new Map<string, number>();

  /** `fresh`: nobody else holds the value, so it may be kept and frozen as it is. Otherwise it is copied. */
  id(value: T, fresh: boolean): number {
    if (typeof value === 'object' && value !== null) return this.structured(value, fresh);
    let id = this.primitives.get(value);
    if (id === undefined) {
      id = this.values.length;
      this.primitives.set(value, id);
      this.values.push(Object.is(value, -0) ? (0 as T) : value);
    }
    return id;
  }

  private structured(value: T & object, fresh: boolean): number {
    const text = canonicalText(value);
    const name = text.length <= longText ? text : createHash('sha256').update(text).digest('base64');
    let id = this.texts.get(name);
    if (id === undefined) {
      id = this.values.length;
      this.texts.set(name, id);
      this.values.push(freeze(fresh ? value : (JSON.parse(JSON.stringify(value)) as T)));
    }
    return id;
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
