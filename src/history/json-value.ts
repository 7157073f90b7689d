/**
 * What a history can hold: JSON, and nothing that JSON would change in silence.
 *
 * `JSON.stringify` leaves out undefined members, writes NaN as null and a `Map` as `{}`. Such a value would be read back
 * as another one, so it is refused, with the path to it.
 */
import { maximumDepth } from './intern.ts';

/** Why this value cannot be recorded (`value.items[2] is a BigInt`), or null. `path` names the value itself. */
export function jsonHindrance(value: unknown, path: string, depth = 0): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return null;
    case 'number':
      return numberHindrance(value, path);
    case 'object':
      if (value === null) return null;
      if (depth === maximumDepth) return `${path} is nested deeper than ${maximumDepth}, or in a cycle`;
      return Array.isArray(value) ? arrayHindrance(value, path, depth) : objectHindrance(value, path, depth);
    case 'bigint':
      return `${path} is a BigInt`;
    default:
      return `${path} is ${value === undefined ? 'undefined' : `a ${typeof value}`}`;
  }
}

function numberHindrance(value: number, path: string): string | null {
  if (!Number.isFinite(value)) return `${path} is ${value}`;
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER ? null : `${path} is ${value}, too large to be held exactly`;
}

function arrayHindrance(value: readonly unknown[], path: string, depth: number): string | null {
  // Not `entries` or `find`: a hole must be seen, and a list may be long.
  for (let at = 0; at < value.length; at++) {
    const hindrance = jsonHindrance(value[at], '', depth + 1);
    if (hindrance !== null) return `${path}[${at}]${hindrance}`;
  }
  return null;
}

function objectHindrance(value: object, path: string, depth: number): string | null {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return `${path} is ${nameOf(value)}, not a plain object`;
  }
  if ('toJSON' in value) return `${path} has a method toJSON`;
  for (const [name, member] of Object.entries(value)) {
    const hindrance = jsonHindrance(member, '', depth + 1);
    if (hindrance !== null) return `${path}.${name}${hindrance}`;
  }
  return null;
}

function nameOf(value: object): string {
  return `a ${value.constructor?.name || 'object of a class'}`;
}
