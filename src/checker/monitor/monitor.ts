/**
 * A monitor: decides about the histories of one type of data in nearly linear time, where the values tell which operation
 * answers which. Where they do not, it says so, and the search decides.
 *
 * A monitor begins in the model's initial state. Its verdict is exact: `valid` comes with an order, which is replayed;
 * `invalid` with the few operations that show it, which a search confirms.
 */
import type { Subhistory } from '../subhistory/subhistory.ts';

export interface Monitor {
  /** Kebab-case, shown as the algorithm: `register-zones`. */
  readonly name: string;
  judge(subhistory: Subhistory): MonitorVerdict;
}

export type MonitorVerdict =
  | {
      readonly validity: 'valid';
      /** Positions in order of linearization: completed operations once each, `info` ones if they take effect. */
      readonly order: Int32Array;
    }
  | {
      readonly validity: 'invalid';
      /**
       * Positions of operations that, by themselves, no order explains, chosen so that this refutes the whole: whatever
       * order explained the whole would explain these when the others are left out. Null when the type has no such
       * choice.
       */
      readonly culprits: readonly number[] | null;
      /**
       * Rank of an event; what has happened up to and with it is impossible already. That an operation was refused counts
       * as known from its call.
       */
      readonly until: number;
    }
  | {
      readonly validity: 'inapplicable';
      /** `the value 5 is written twice`. */
      readonly why: string;
    };
