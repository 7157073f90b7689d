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
 *
 * `step` may look at `f`, `input`, `output` and `outcome`, and at `process` only when `byProcess` is set: a checker takes
 * operations of a part that agree in these for interchangeable. A result that the data could never give (a counter that
 * reads "x") is not an error of the model: it is possible in no state.
 */
import type { Key } from '../base/names.ts';
import type { Operation } from '../history/operation.ts';

/** What an operation does to a single copy, as `step` has it where that leaves at most one state. */
export interface Replayed<I = unknown, O = unknown> {
  /** False where the operation cannot happen. Then nothing has changed. */
  apply(operation: Operation<I, O>): boolean;
}

export interface Model<S = unknown, I = unknown, O = unknown> {
  readonly name: string;
  /** One line for `list models`. */
  readonly summary: string;
  /** The operations it knows: `read`, `write`. Anything else in a history is refused by name. */
  readonly functions: readonly string[];
  readonly initial: S;
  /** The states that may follow. Empty: it cannot happen in this state. */
  step(state: S, operation: Operation<I, O>): readonly S[];
  /**
   * One copy of the data, as it is at first, that is changed in place: to replay a long order without copying what grows.
   * Absent: `step` is cheap enough.
   */
  object?(): Replayed<I, O>;
  /** Equal states, equal keys; different states, different keys. */
  stateKey(state: S): string | number;
  /** Whether the operation can never change the state, in any state. */
  isRead(operation: Operation<I, O>): boolean;
  /**
   * Whether the operation is possible in every state and leaves the same single state whatever was before: a write, not
   * a cas. Absent: never.
   */
  overwrites?(operation: Operation<I, O>): boolean;
  /** The only state in which the operation is possible: a read of v needs v. Null, or absent: there may be several. */
  needs?(operation: Operation<I, O>): { readonly state: S } | null;
  /**
   * The state that an operation which is no read leaves wherever it is possible: a cas from a to b leaves b. Null, or
   * absent: it depends. With `needs` it tells a search who can serve whom, so that it gives up hopeless ways early.
   */
  leaves?(operation: Operation<I, O>): { readonly state: S } | null;
  /** Whether a `fail` is itself an observation that `step` can judge. Absent: never. */
  observes?(operation: Operation<I, O>): boolean;
  /** Whether `step` looks at who asked: the holder of a lock. @default false */
  readonly byProcess?: boolean;
  /** What is wrong with the argument of an operation, in words, or null. Absent: nothing ever is. */
  malformed?(operation: Operation<I, O>): string | null;
  /** Parts of the state that never influence each other are judged apart. Absent: the whole history is one part. */
  partition?(operation: Operation<I, O>): Key | null;
  /**
   * For `info` operations of a part, by id: the index of the last event before which taking effect can help to explain a
   * completed operation; -Infinity when it never can. From then on the operation may be left out: every order in which
   * it comes later stays right without it (and without `info` operations that build on it). Not listed: for ever. Only
   * a licence that holds for every history and every first state is allowed here; each is proved where it is given and
   * tested against brute force. Absent: none is listed.
   */
  noticeable?(operations: readonly Operation<I, O>[]): ReadonlyMap<number, number>;
  /**
   * The operations of a part (same ids, same times), with what none of them can tell apart made equal: a value that is
   * written and never looked for may be any such value. An order must explain the result exactly when it explains the
   * operations. It makes a search smaller. Absent: as they are.
   */
  simplify?(operations: readonly Operation<I, O>[]): readonly Operation<I, O>[];
  /**
   * Whether `second`, wherever it is possible right after `first`, is possible right before it as well, and both orders
   * leave the same state: then `first` never has to come sooner for its sake. `first` is no read. Absent: never.
   */
  yields?(first: Operation<I, O>, second: Operation<I, O>): boolean;
  /**
   * Whether a read can never be answered as it was, from this state on, unless an operation that `resets` comes first: a
   * log that has an entry which the read does not show. It ends hopeless searches early. Absent: never.
   */
  isHopeless?(state: S, read: Operation<I, O>): boolean;
  /** Whether an operation may give hope again. Absent: none does. */
  resets?(operation: Operation<I, O>): boolean;
  /**
   * Smaller observations that a completed read implies (same id, same times): a read of a whole set, as a look at each
   * element that these operations mention. For counterexamples, which then show only what matters. Absent: itself.
   */
  weaker?(operation: Operation<I, O>, operations: readonly Operation<I, O>[]): readonly Operation<I, O>[];
  /**
   * States that stand for all states, as far as these operations can tell one from another. With them an impossibility
   * can be shown on a window of the history, whatever went before. Null, or absent: there are too many to list.
   */
  representatives?(operations: readonly Operation<I, O>[]): readonly S[] | null;
  readonly describe: {
    /** `write 3`, `read -> 3`, `cas 3 to 4 -> refused`. */
    operation(operation: Operation<I, O>): string;
    /** `the value is 3`. */
    state(state: S): string;
  };
}
