/**
 * The public API, whole: what a test of yours may import from `ordeal`.
 *
 * To judge: `readHistory` or `historyFromEvents`, then a checker, or `judge` for a file in a worker. To drive: a `Plan`,
 * a `System`, `run`. To extend: `Model`, `Checker`, `Generator`, `Workload`, `FaultKind`, `Client`, `Cluster`.
 */

export type { ExitCode, Place } from './base/errors.ts';
export { exitCode, OrdealError } from './base/errors.ts';
export type { Key, Nanos, NodeName, ProcessId } from './base/names.ts';
export { Random } from './base/random.ts';
export type { Clock } from './base/time.ts';
export { DeadlineError, systemClock } from './base/time.ts';
export type { Generator, GeneratorContext, Step } from './generator/generator.ts';
export type { Workload } from './generator/workload.ts';
export { workloadByName, workloads } from './generator/workloads/catalogue.ts';
export { historyFromEvents } from './history/assemble.ts';
export type {
  Completion,
  FaultRecord,
  HistoryEvent,
  HistoryHeader,
  Invocation,
  Outcome,
  PhaseName,
} from './history/event.ts';
export type { FaultWindow, History, Operations } from './history/history.ts';
export type { Operation } from './history/operation.ts';
export { readHistory } from './history/reader.ts';
export { Recorder } from './history/recorder.ts';
export { modelByName, models } from './model/catalogue.ts';
export type { Model } from './model/model.ts';
