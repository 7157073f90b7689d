/**
 * What the judge and its worker say to each other. Everything here survives a structured clone.
 */
import { type ExitCode, OrdealError, type Place } from '../base/errors.ts';
import type { Nanos } from '../base/names.ts';
import type { HistoryHeader, PhaseEvent } from '../history/event.ts';
import type { FaultWindow } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { ReadOptions } from '../history/reader.ts';
import type { Availability } from './availability.ts';
import type { Budget, CheckResult } from './checker.ts';
import type { Coverage, Expectation } from './coverage.ts';

/** What is known beforehand of how a file was written. */
export type Reading = Omit<ReadOptions, 'header'>;

/** Given to a worker when it is started. */
export interface WorkerTask {
  readonly file: string;
  readonly reading: Reading;
  /** In place of the model of the header; null to keep that. */
  readonly model: string | null;
  /** Whether the first key that is invalid decides. */
  readonly bail: boolean;
  readonly expectation: Expectation;
}

/** Sent to a worker once it has read the history: what to run, in this order. */
export interface CheckOrder {
  readonly checkers: readonly string[];
  readonly budget: Budget;
}

/** What is known of a history before anything is judged. */
export interface HistoryFacts {
  readonly header: HistoryHeader;
  /** Null when the file is whole; else a sentence that says what is missing. */
  readonly truncated: string | null;
  readonly eventCount: number;
  readonly operationCount: number;
  readonly duration: Nanos;
  readonly faults: readonly FaultWindow[];
  readonly phases: readonly PhaseEvent[];
  readonly availability: Availability;
  readonly coverage: Coverage;
}

export type WorkerMessage =
  | { readonly kind: 'loaded'; readonly facts: HistoryFacts }
  | { readonly kind: 'begin'; readonly checker: string }
  /** `operations` are those that the anomalies cite. */
  | { readonly kind: 'result'; readonly result: CheckResult; readonly operations: readonly Operation[] }
  /** A user's error: the file cannot be read, a name is unknown, a checker does not fit. */
  | { readonly kind: 'refused'; readonly error: WireError };

/** An `OrdealError` without its class, which a structured clone would lose. */
export interface WireError {
  readonly message: string;
  readonly code: string;
  readonly hint: string | null;
  readonly place: Place | null;
  readonly exit: ExitCode;
}

export function toWire({ message, code, hint, place, exit }: OrdealError): WireError {
  return { message, code, hint, place, exit };
}

export function fromWire({ message, code, hint, place, exit }: WireError): OrdealError {
  return new OrdealError(message, {
    code,
    exit,
    ...(hint === null ? {} : { hint }),
    ...(place === null ? {} : { place }),
  });
}
