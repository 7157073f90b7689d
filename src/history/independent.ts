/**
 * Whether the values of a history are pairs of a key and a value: Jepsen's independent tuples.
 *
 * Jepsen writes the operation on key 7 as `:value [7 nil]`, `[7 3]` or `[7 [3 4]]`, and such a pair looks like any other
 * list. So one convention holds for a whole file, and it is found from what was asked:
 * - a read of `[k nil]` (or whatever else has no argument), a cas of `[k [a b]]`, or a tagged tuple can only be pairs;
 * - an argument that is no list of two, or a cas of `[a b]`, can only be none; so can transactions and lines with a `:key`;
 * - a write of `[1 2]` may be either. When a file has nothing else it is ambiguous, and when it has both kinds it is
 *   contradictory: then we ask, and do not guess.
 */
import type { Key } from '../base/names.ts';
import type { RawOperation } from './raw-operation.ts';

/** @default 'guess' */
export const independences = ['guess', 'yes', 'no'] as const;
export type Independence = (typeof independences)[number];

/** What one invocation tells. */
export function evidenceOf({ f, value, isPair, key }: RawOperation): 'yes' | 'no' | 'either' {
  if (isPair) return 'yes';
  if (key !== undefined || f === 'txn' || !isTuple(value)) return 'no';
  const [, second] = value;
  if (f === 'cas') return Array.isArray(second) && second.length === 2 ? 'yes' : 'no';
  return second === null && withoutArgument.has(f) ? 'yes' : 'either';
}

const withoutArgument = new Set<unknown>(['read', 'get', 'dequeue', 'pop', 'drain', 'acquire', 'release']);

/** Two elements, the first of which can be a key. */
export function isTuple(value: unknown): value is readonly [Key | null, unknown] {
  return Array.isArray(value) && value.length === 2 && isKey(value[0]);
}

export function isKey(value: unknown): value is Key | null {
  return value === null || typeof value === 'string' || typeof value === 'number';
}
