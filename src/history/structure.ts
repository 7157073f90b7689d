/**
 * Equality of JSON values, and a hash that agrees with it: equal values have equal hashes.
 *
 * Lists are equal item by item, objects member by member in any order, and numbers as numbers: 0 and -0 are one, as their
 * JSON is. No text is made. The hash of an object is a sum over its members, so that their order does not matter.
 *
 * How it can mislead: different values may have the same hash, so a hash alone decides nothing. What is not JSON (a `Date`,
 * an undefined member) equals nothing, whatever JSON would make of it. Both functions recurse: values must not be deeper
 * than `maximumDepth`.
 */

/** 32 bits. */
export function hashOf(value: unknown): number {
  switch (typeof value) {
    case 'number':
      return hashOfNumber(value);
    case 'string':
      return hashOfText(value);
    case 'object':
      if (value === null) return 0x2f4a_51c3;
      return Array.isArray(value) ? hashOfList(value) : hashOfMembers(value as Members);
    default:
      return value === true ? 0x11b7_89d5 : 0x4c93_20e1;
  }
}

export function areEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && areListsEqual(a, b);
  return !Array.isArray(b) && isPlain(a) && isPlain(b) && areMembersEqual(a as Members, b as Members);
}

type Members = Readonly<Record<string, unknown>>;

const bits = new Int32Array(2);
const double = new Float64Array(bits.buffer);

function hashOfNumber(value: number): number {
  const whole = value | 0;
  // Also -0.
  if (whole === value) return mixed(whole);
  double[0] = value;
  return mixed((bits[0] as number) ^ Math.imul(bits[1] as number, 0x01000193));
}

function hashOfText(text: string): number {
  let hash = text.length;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return mixed(hash + 0x5bd1_e995);
}

function hashOfList(items: readonly unknown[]): number {
  let hash = items.length;
  for (let at = 0; at < items.length; at++) {
    hash = Math.imul((hash << 5) | (hash >>> 27), 0x85eb_ca6b) ^ hashOfItem(items[at]);
  }
  return mixed(hash + 0x7f4a_7c15);
}

/** Long lists are mostly of whole numbers: those are mixed by the list. */
function hashOfItem(item: unknown): number {
  if (typeof item !== 'number') return hashOf(item);
  const whole = item | 0;
  return whole === item ? whole : hashOfNumber(item);
}

function hashOfMembers(members: Members): number {
  let sum = 0;
  for (const name of Object.keys(members))
    sum = (sum + mixed(Math.imul(hashOfText(name), 31) + hashOf(members[name]))) | 0;
  return mixed(sum ^ 0x3c6e_f372);
}

/** Every bit of the hash depends on every bit of the number: the last ones choose the slot of a table. */
function mixed(number: number): number {
  let hash = Math.imul(number ^ (number >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return hash ^ (hash >>> 16);
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function areListsEqual(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) {
    const x = a[at];
    const y = b[at];
    // A comparison where only numbers come is much faster than one for everything.
    if (typeof x === 'number' && typeof y === 'number') {
      if (x !== y) return false;
    } else if (!areEqual(x, y)) return false;
  }
  return true;
}

/** `__proto__` may be the name of a member. It is read as such where it is one, and so only there. */
function areMembersEqual(a: Members, b: Members): boolean {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  for (const name of names) {
    if (!Object.hasOwn(b, name) || !areEqual(a[name], b[name])) return false;
  }
  return true;
}
