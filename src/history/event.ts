/**
 * What a history is made of: one event a line, in the only order that a checker may use.
 *
 * `index` is given by one recorder on one event loop. An invocation is recorded before the call leaves, a completion
 * after the answer has been seen, so an operation's interval may be too wide but never too narrow. `time` is for plots.
 */
import type { Key, Nanos, NodeName, ProcessId } from '../base/names.ts';

/**
 * `ok`: it happened. `fail`: it certainly did not, and never will. `info`: nobody knows, and it may yet happen at any
 * later time. A wrong `fail` invents bugs; a wrong `info` hides them.
 */
export type Outcome = 'ok' | 'fail' | 'info';

/** What a process asks of the system: a function, the key it touches, its argument. */
export interface Invocation<I = unknown> {
  readonly f: string;
  readonly key: Key | null;
  readonly value: I;
}

/** How it ended. `value` is the result, if there is one. */
export interface Completion<O = unknown> {
  readonly type: Outcome;
  readonly value?: O;
  readonly error?: string;
}

interface Recorded {
  readonly index: number;
  readonly time: Nanos;
}

export interface InvokeEvent extends Recorded, Invocation {
  readonly type: 'invoke';
  readonly process: ProcessId;
  /** The member that the process talks to; null when it is not bound to one. */
  readonly node: NodeName | null;
}

export interface CompletionEvent extends Recorded, Completion {
  readonly process: ProcessId;
}

/** One fault, as the nemesis saw it. The `end` event repeats the record with what was measured. */
export interface FaultRecord {
  /** The same in `begin` and `end`; unique in a run. */
  readonly id: number;
  readonly kind: string;
  readonly targets: readonly NodeName[];
  /** For people: `n1 n2 | n3 n4 n5`. */
  readonly description: string;
  /** Whether the fault was seen to take effect. Absent at `begin`. */
  readonly bit?: boolean;
  /** What shows it: `312 messages dropped`, `pid 71 became 94`. */
  readonly evidence?: string;
}

/** A fault takes a while to apply: `begin` is before the first change, `end` after the last one was undone. */
export interface FaultEvent extends Recorded {
  readonly type: 'fault';
  readonly phase: 'begin' | 'end';
  readonly fault: FaultRecord;
}

/** What one member holds, asked of itself and not through a client's read. `state` maps key to value. */
export interface ReplicaEvent extends Recorded {
  readonly type: 'replica';
  readonly node: NodeName;
  readonly state: Readonly<Record<string, unknown>>;
}

export const phases = ['start', 'warmup', 'main', 'heal', 'settle', 'final-reads', 'stop'] as const;
export type PhaseName = (typeof phases)[number];

export interface PhaseEvent extends Recorded {
  readonly type: 'phase';
  readonly name: PhaseName;
}

export type HistoryEvent = InvokeEvent | CompletionEvent | FaultEvent | ReplicaEvent | PhaseEvent;

/** An event before the recorder has given it its index and time. */
export type EventDraft = HistoryEvent extends infer E
  ? E extends Recorded
    ? Omit<E, 'index' | 'time'>
    : never
  : never;

/** The first line of a history file. */
export interface HistoryHeader {
  readonly ordeal: 1;
  /** Name of the system under test, with its options, for people. */
  readonly system: string;
  readonly workload: string;
  /** Name of the model that linearizability is judged against; null when the workload has none. */
  readonly model: string | null;
  readonly seed: string;
  readonly nodes: readonly NodeName[];
  /** ISO 8601. */
  readonly startedAt: string;
}

/** Of a history that says nothing of itself. The time of the start is 1970. */
export const unknownHeader: HistoryHeader = {
  ordeal: 1,
  system: 'unknown',
  workload: 'unknown',
  model: null,
  seed: 'unknown',
  nodes: [],
  startedAt: '1970-01-01T00:00:00.000Z',
};

/** The last line: a file without it, or whose digest differs, is truncated or was changed. */
export interface HistoryTrailer {
  readonly events: number;
  /** SHA-256, hex, over all bytes before the trailer's line. */
  readonly digest: string;
}
