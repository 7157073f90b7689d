/**
 * A whole history as the checkers see it: operations in columns, and the few other events as objects.
 *
 * Columns, because a run of a minute may record millions of operations: an operation costs about 60 bytes in typed
 * arrays and several hundred as an object. `operations.get(id)` makes the object when it is wanted.
 */
import type { Key, Nanos } from '../base/names.ts';
import type { FaultRecord, HistoryHeader, PhaseEvent, PhaseName, ReplicaEvent } from './event.ts';
import type { Operation } from './operation.ts';

/** A fault from its first change to its last repair. */
export interface FaultWindow {
  /** As recorded at the end when there is one (with `bit` and `evidence`), else at the begin. */
  readonly fault: FaultRecord;
  readonly begin: number;
  /** Index of the `end` event; `Infinity` when none was recorded. */
  readonly end: number;
  readonly beginTime: Nanos;
  readonly endTime: Nanos;
}

export interface Operations extends Iterable<Operation> {
  readonly length: number;
  get(id: number): Operation;
  /** Ids by key, in order of invocation. Keys are told apart by their JSON text. */
  byKey(): ReadonlyMap<Key | null, Int32Array>;
  /** Operation names that occur. */
  readonly functions: readonly string[];
}

export interface History {
  readonly header: HistoryHeader;
  /** Null when the trailer is there and agrees; else a sentence that says what is missing. */
  readonly truncated: string | null;
  readonly eventCount: number;
  readonly operations: Operations;
  readonly faults: readonly FaultWindow[];
  readonly phases: readonly PhaseEvent[];
  readonly replicas: readonly ReplicaEvent[];
  /** Time of the last event. */
  readonly duration: Nanos;
}

/** Index and time at which a phase began, or null when it was never reached. */
export function phaseStart(history: History, name: PhaseName): PhaseEvent | null {
  return history.phases.find(phase => phase.name === name) ?? null;
}
