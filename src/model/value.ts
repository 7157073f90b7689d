/**
 * Values of a history: whatever JSON can say. Two are the same when they mean the same JSON; a missing one is null.
 */
import type { Key } from '../base/names.ts';
import type { Operation } from '../history/operation.ts';

/**
 * Equal values, equal keys, and only those. A text is never the key of a number: `1` is 1, `"1"` is '"1"'. A symbol, which a
 * model may use for what no history can say, has a key that is no JSON.
 */
export function valueKey(value: unknown): string | number {
  return typeof value === 'number' ? value : canonical(value ?? null);
}

export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const plain = typeof one !== 'object' && typeof other !== 'object';
  return !plain && valueKey(one) === valueKey(other);
}

/** For people: the JSON text, cut when it is long. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value ?? null) ?? String(value);
  return text.length <= 60 ? text : `${text.slice(0, 57)}...`;
}

/** Each key is an object of its own; without a key there is one object. The `partition` of every model here. */
export function partitionByKey(operation: Operation): Key | null {
  return operation.key;
}

/** JSON text with the members of objects in order. */
function canonical(value: unknown): string {
  if (typeof value === 'symbol') return String(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value ?? null);
  const members = Object.entries(value)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.join(',')}}`;
}
