/**
 * A checker: a history in, a verdict with its evidence out. Pure, and run off the main thread (see `pool.ts`).
 *
 * `unknown` is an honest answer and never a pass. An `invalid` always comes with at least one anomaly that a person can
 * check by hand.
 */
import type { Key } from '../base/names.ts';
import type { History } from '../history/history.ts';
import type { Evidence } from './evidence/evidence.ts';

/** How much a search may spend. Cancelled from outside by ending its worker thread. */
export interface Budget {
  readonly timeMs: number;
  /** Configurations that a search may keep. A proxy for memory: about 100 bytes each. */
  readonly states: number;
}

export const defaultBudget: Budget = { timeMs: 60_000, states: 5_000_000 };

/** What was looked at: `{operations: 812, keys: 9, states: 20412}`. Shown, never judged. */
export type Stats = Readonly<Record<string, number | string>>;

/** One thing that cannot have happened, with what a person needs to check it by hand. */
export interface Anomaly {
  /** Kebab-case, stable: `not-linearizable`, `lost-element`, `not-converged`. */
  readonly kind: string;
  readonly key: Key | null;
  /** The same for the same defect, whatever the seed. */
  readonly signature: string;
  /** Sentences for somebody who does not know the theory. May have several lines. */
  readonly explanation: string;
  /** Ids of the operations that show it, fewest first; see `Operation.id`. */
  readonly operations: readonly number[];
  /** Where an order was looked for and there is none: how far the best of them come. */
  readonly evidence?: Evidence;
}

/** Order of linearization per part, as operation ids. */
export type Witness = readonly { readonly key: Key | null; readonly order: Int32Array }[];

export type CheckResult = {
  readonly checker: string;
  readonly stats: Stats /** A sentence: "812 operations on 9 keys are linearizable". */;
  readonly summary: string;
} & (
  | { readonly validity: 'valid'; readonly witness?: Witness }
  | { readonly validity: 'invalid'; readonly anomalies: readonly [Anomaly, ...Anomaly[]] }
  | {
      readonly validity: 'unknown';
      readonly reason: 'timeout' | 'states' | 'memory' | 'crash' | 'no-data';
      /** Which key was hard, what was spent, and what to change. */
      readonly detail: string;
    }
);

export interface Checker {
  readonly name: string;
  /** One line for `list checkers`. */
  readonly summary: string;
  check(history: History, budget: Budget): CheckResult;
}
