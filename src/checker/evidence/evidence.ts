/**
 * The evidence of an impossibility, as plain data that can be drawn, stored as JSON and checked by hand: the few operations
 * that have no order, and how far the best orders of them come.
 *
 * The operations are *weakened*: what does not matter was taken from them (when one was called, that it returned), so an
 * order may put an operation where, as recorded, it cannot have been. That makes the evidence stronger: there is no order
 * even so. Everything here refers to the operations by their position in `operations`, for one read may be there as
 * several looks.
 */

export interface Evidence {
  /** Those that have no order, in order of their calls. */
  readonly operations: readonly EvidenceOperation[];
  /** What may have been there at first, in words: none of these helps. */
  readonly starts: readonly string[];
  /** Whether `starts` stands for every state: then what went before does not matter. */
  readonly anyStart: boolean;
  /** Completed operations that orders cannot get past, those of the longest orders first. */
  readonly blocked: readonly BlockedOperation[];
  /** The longest orders that end before a blocked operation, or have it in them; the farthest first. */
  readonly partials: readonly PartialLinearization[];
  /** How many ends (a state, and what is blocked there) the farthest orders have; not all may be in `partials`. */
  readonly farthest: number;
  /** Whether every order was tried. Else these are the longest that were found. */
  readonly complete: boolean;
  /** What is not listed. `operations`: the earliest. With these no order was tried: there are too many. */
  readonly leftOut: Readonly<Record<'operations' | 'starts' | 'blocked' | 'partials', number>>;
}

export interface EvidenceOperation {
  /** In the history; see `Operation.id`. */
  readonly id: number;
  readonly process: number;
  /** As it was recorded: `read -> [1,2]`. */
  readonly recorded: string;
  /** What of it is used: `contains 2 -> true`. */
  readonly words: string;
  /** Whether it certainly happened. Else it may happen at any time after its call, or never. */
  readonly completed: boolean;
  /** What was taken from the recorded operation. */
  readonly weakened: readonly Weakening[];
}

export type Weakening =
  /** It was completed, and may happen later here, or never. */
  | 'return-forgotten'
  /** It may happen before it was called. */
  | 'call-forgotten'
  /** Only a part of the answer counts: a look at one element. */
  | 'part-of-answer';

export interface BlockedOperation {
  readonly operation: number;
  /** Partials at the end of which it is refused, the longest first. */
  readonly refusedIn: readonly number[];
  /** Partials that have it in them and end later. */
  readonly placedIn: readonly number[];
}

/** An order that explains the answers of some operations and cannot go on. */
export interface PartialLinearization {
  /** What was there at first, in words; null where any of the starts leads to the same. */
  readonly start: string | null;
  /** How many steps come before those that are listed. */
  readonly earlierSteps: number;
  readonly steps: readonly {
    readonly operation: number;
    /** The state after it, in words. */
    readonly state: string;
  }[];
  /** How many completed operations it has. */
  readonly explained: number;
  /** All that may come next as far as time goes. */
  readonly next: readonly {
    readonly operation: number;
    /**
     * Why it cannot be. Null for one that may (its outcome is unknown): after it the order comes no farther either, or,
     * where not every order was tried, none was found that does.
     */
    readonly refused: string | null;
  }[];
}
