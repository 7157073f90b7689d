/**
 * A model: what the data would do if there were one copy of it and one client at a time.
 *
 * Pure: a checker calls `step` millions of times, in any order, and remembers its answers by `stateKey`. States are
 * immutable values.
 *
 * What a checker hands to `step`:
 * - `ok` operations, with `input` and `output`;
 * - `info` operations, with `output` undefined: *if* it took effect, what may the state be then? (It may also never take
 *   effect; that is the checker's concern.) Those for which `isRead` holds are dropped before;
 * - `fail` operations only if `observes` says that the failure tells something (a cas that was refused).
 */
import type { Key } from '../base/names.ts';
import type { Operation } from '../history/operation.ts';

export interface Model<S = unknown, I = unknown, O = unknown> {
  readonly name: string;
  /** One line for `list models`. */
  readonly summary: string;
  /** The operations it knows: `read`, `write`. Anything else in a history is refused by name. */
  readonly functions: readonly string[];
  readonly initial: S;
  /** The states that may follow. Empty: it cannot happen in this state. */
  step(state: S, operation: Operation<I, O>): readonly S[];
  /** Equal states, equal keys; different states, different keys. */
  stateKey(state: S): string | number;
  /** Whether the operation can never change the state, in any state. */
  isRead(operation: Operation<I, O>): boolean;
  /** Whether a `fail` is itself an observation that `step` can judge. Absent: never. */
  observes?(operation: Operation<I, O>): boolean;
  /** Parts of the state that never influence each other are judged apart. Absent: the whole history is one part. */
  partition?(operation: Operation<I, O>): Key;
  /**
   * Whether an `info` operation may be left out because no completed operation can notice it. Only a licence that holds
   * for every history is allowed here (tested against brute force). Absent: never.
   */
  unobservable?(operation: Operation<I, O>, others: readonly Operation<I, O>[]): boolean;
  readonly describe: {
    /** `write 3`, `read -> 3`, `cas 3 to 4 -> refused`. */
    operation(operation: Operation<I, O>): string;
    /** `the value is 3`. */
    state(state: S): string;
  };
}
