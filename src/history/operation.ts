/**
 * An operation: an invocation paired with how it ended. This is what models and checkers see.
 */
import type { Key, Nanos, NodeName, ProcessId } from '../base/names.ts';
import type { Outcome } from './event.ts';

export interface Operation<I = unknown, O = unknown> {
  /** Position among the operations of the history, in order of invocation. What anomalies cite: `#17`. */
  readonly id: number;
  readonly process: ProcessId;
  readonly node: NodeName | null;
  readonly f: string;
  readonly key: Key | null;
  readonly input: I;
  /** `info` as well when no completion was recorded. */
  readonly outcome: Outcome;
  /** The result. Undefined unless `ok`, or where a `fail` says something about the state (a refused cas). */
  readonly output: O | undefined;
  readonly error: string | null;
  /** Index of the invocation. */
  readonly call: number;
  /** Index of the completion; `Infinity` for `info`, which may take effect at any later time. */
  readonly return: number;
  readonly callTime: Nanos;
  /** When the completion was recorded, also that of an `info`; `Infinity` when none was. */
  readonly returnTime: Nanos;
}
