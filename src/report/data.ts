/**
 * What a report is made of: everything that the page shows, as plain data. The page computes nothing that could be a
 * verdict; it draws what is here.
 *
 * There are two parts. `ReportData` is JSON: small, or cut to be small. The operations and messages come as columns (see
 * `payload/`), because there may be a million of them. Values are texts here, for the page shows them and never compares
 * them; long ones are cut, and what was cut or left out is counted in `leftOut`, so that the page can say so.
 *
 * JSON knows no infinity: an end that was not recorded is null.
 */
import type { Nanos, NodeName } from '../base/names.ts';
import type { Availability } from '../checker/availability.ts';
import type { CheckResult } from '../checker/checker.ts';
import type { Coverage } from '../checker/coverage.ts';
import type { Divergence } from '../checker/measure/divergence/divergence.ts';
import type { FaultEffect } from '../checker/measure/fault-effects.ts';
import type { Staleness } from '../checker/measure/staleness/staleness.ts';
import type { Verdict } from '../gate/verdict.ts';
import type { OperationColumns } from '../history/columns.ts';
import type { HistoryHeader, PhaseName } from '../history/event.ts';
import type { Environment } from '../run/environment.ts';
import type { Plan } from '../run/plan.ts';
import type { RunFacts } from '../run/run.ts';

export interface ReportData {
  /** Version of ordeal that made the report. */
  readonly ordeal: string;
  /** For people: `toy with stale-read, lin-kv, seed 1f`; of a foreign history its file name. */
  readonly title: string;
  readonly header: HistoryHeader;
  readonly verdict: Verdict;
  /** One for each checker; witnesses are left out. */
  readonly results: readonly CheckResult[];
  /** Null when the history is whole; else a sentence that says what is missing. */
  readonly truncated: string | null;
  readonly operationCount: number;
  readonly eventCount: number;
  /** Time of the last event. */
  readonly duration: Nanos;
  /** Whether events have times of their own. Else an event stands for a microsecond, and the page speaks of events. */
  readonly hasTimes: boolean;
  readonly faults: readonly ReportFault[];
  readonly phases: readonly { readonly name: PhaseName; readonly index: number; readonly time: Nanos }[];
  readonly availability: Availability;
  readonly coverage: Coverage;
  /** Null when no member said anything in the second act. */
  readonly divergence: Divergence | null;
  /** Null where reads have no age (queues, locks, counters), or a history no times. */
  readonly staleness: Staleness | null;
  /** Of a run of ours; null for a history that was judged alone. */
  readonly run: {
    readonly plan: Plan;
    readonly facts: RunFacts | null;
    readonly host: Readonly<Record<string, string | number>>;
    readonly environment: Environment | null;
  } | null;
  readonly logs: readonly NodeLogText[];
  /** Command that does it again. */
  readonly reproduce: string;
  /** The same facts as Markdown; see `markdown.ts`. */
  readonly markdown: string;
  readonly leftOut: LeftOut;
}

export interface ReportFault {
  readonly id: number;
  readonly kind: string;
  readonly targets: readonly NodeName[];
  readonly description: string;
  /** Null: not measured (it never ended, or another tool recorded it). */
  readonly bit: boolean | null;
  readonly evidence: string | null;
  readonly begin: number;
  readonly end: number | null;
  readonly beginTime: Nanos;
  readonly endTime: Nanos | null;
  /** What it did to the clients. */
  readonly effect: FaultEffect | null;
}

export interface NodeLogText {
  readonly node: NodeName;
  readonly lines: readonly LogLine[];
  /** Lines that are not here: of a long log the middle. They were after line `after` of `lines`. */
  readonly leftOut: { readonly count: number; readonly after: number } | null;
}

export interface LogLine {
  /** Since the run began; null when the line does not say when it was written. */
  readonly time: Nanos | null;
  readonly text: string;
}

/** What the report does not hold, although the history does. All 0: nothing. */
export interface LeftOut {
  /** Values, keys and errors that were cut. */
  readonly values: number;
  /** Messages between nodes. */
  readonly messages: number;
  readonly logLines: number;
  /** Anomalies beyond the first ones. */
  readonly anomalies: number;
}

/**
 * The operations of a history as the page has them: the columns of `history/columns.ts`, but the tables hold texts for
 * people. `callTime` and `returnTime` are whole microseconds, in nanoseconds; where `hasTimes` is false, a microsecond an
 * event.
 */
export interface ReportOperations extends Omit<OperationColumns, 'nodes' | 'functions' | 'keys' | 'values' | 'errors'> {
  readonly length: number;
  /** The name, or "" for an operation of a process that is bound to none. */
  readonly nodes: readonly string[];
  readonly functions: readonly string[];
  /** As people write it; "" for an operation without a key. */
  readonly keys: readonly string[];
  /** As JSON, cut. */
  readonly values: readonly string[];
  readonly errors: readonly string[];
}

/** Messages between the nodes, services and clients of a run, in the order in which they were sent. */
export interface ReportMessages {
  readonly length: number;
  /** Into `names`. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly sent: Float64Array;
  /** `Infinity` for one that never arrived. */
  readonly arrived: Float64Array;
  /** 0 arrived, 1 lost (cut or dropped), 2 still under way at the end. */
  readonly fate: Uint8Array;
  /** Into `bodies`. */
  readonly body: Int32Array;
  readonly names: readonly string[];
  /** As JSON, cut. */
  readonly bodies: readonly string[];
}

/** How long an event is, where a history has no times; nanoseconds. */
export const eventSpan = 1000;

/** All of a report, as the page unpacks it. */
export interface Report {
  readonly data: ReportData;
  readonly operations: ReportOperations;
  readonly messages: ReportMessages;
}
