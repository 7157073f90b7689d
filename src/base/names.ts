/**
 * The words that every floor uses.
 *
 * They are aliases, not branded types: a history comes from a file, and what is in a file is a string or a number.
 */

/** A member of the system under test: `n1`, `n2`, ... Stable over restarts. */
export type NodeName = string;

/** A logical, single-threaded client of the system. A number is never used again after an operation of it ended `info`. */
export type ProcessId = number;

/** The independent part of the system that an operation touches. Compared by its JSON text. */
export type Key = string | number;

/** Whole nanoseconds since the run began, on one monotonic clock. Exact up to 104 days. */
export type Nanos = number;
