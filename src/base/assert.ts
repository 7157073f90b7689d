/**
 * Assertions: the first of our three kinds of error.
 *
 * A failed assertion is a bug of ours. It is never caught to go on, and it is never used for bad input (that is an
 * `OrdealError`) nor for what the system under test does (that is data).
 */

/** A broken invariant of ordeal itself. Exit code 70. */
export class AssertionError extends Error {
  override readonly name = 'AssertionError';
}

/** Throws unless `condition` holds. The message says which invariant is broken. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new AssertionError(message);
}

/** The value, which the caller knows to be there. */
export function present<T>(value: T | null | undefined, message = 'a value must be present'): T {
  assert(value !== null && value !== undefined, message);
  return value;
}
