/**
 * The operations on one object that say something about its state: what is judged at once. In columns, in order of calls.
 *
 * Times are *ranks*: calls and returns are numbered from 0 as they followed one another, so all are different, and arrays
 * can be indexed by them. Where a history says that a call and a return were at the same moment, the call has the lower
 * rank: operations that touch are concurrent. So one operation precedes another exactly when its return is below the
 * call of the other.
 *
 * Operations that no model can tell apart (name, argument, result, outcome; and process, where the model looks at it) are
 * of one *class*. What depends on nothing else is asked once a class.
 */
import type { Operation } from '../../history/operation.ts';

/** The return of an `info` operation: later than every rank. */
export const never = 0x7fff_ffff;

/** All columns but `events` are by position: 0, 1, ... in order of calls. */
export interface Subhistory {
  readonly length: number;
  /** Id in the history. */
  readonly id: Int32Array;
  readonly process: Int32Array;
  /** Rank. */
  readonly call: Int32Array;
  /** Rank, or `never`. */
  readonly return: Int32Array;
  /** By rank: twice the position, and 1 more for a return. */
  readonly events: Int32Array;
  /** Into the columns of `classes`. */
  readonly class: Int32Array;
  readonly classes: Classes;
  /** As it was recorded. */
  readonly operation: (position: number) => Operation;
  /** Event index in the history. */
  readonly time: (rank: number) => number;
}

/** What the operations of a class have in common, in columns by class. */
export interface Classes {
  readonly length: number;
  /** Position of one of its operations. */
  readonly example: Int32Array;
  /** Into `functions`. */
  readonly f: Int32Array;
  /** Into `values`. */
  readonly input: Int32Array;
  /** Into `values`, or `absent` of the history's columns. */
  readonly output: Int32Array;
  /** See `outcomeCodes` of the history's columns; a `fail` only where the model can tell something from it. */
  readonly outcome: Uint8Array;
  readonly functions: readonly string[];
  /** Those of all parts. Equal values have equal ids, and only those. */
  readonly values: readonly unknown[];
}
