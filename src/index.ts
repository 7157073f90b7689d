/**
 * The public API, whole: what a programme of yours may import from `ordeal`.
 *
 * To judge: `readHistory` or `historyFromEvents`, then a checker; or `judge` for a file, in a worker. To drive: `makePlan`,
 * a `System`, `run`, and `conclude` for the verdict; `runReport` and `writePage` for its page. To extend: the types of
 * models, checkers, generators, workloads, clients, systems and faults.
 */

export type { ExitCode, Place } from './base/errors.ts';
export { exitCode, OrdealError } from './base/errors.ts';
export type { Key, Nanos, NodeName, ProcessId } from './base/names.ts';
export { Random } from './base/random.ts';
export type { Clock } from './base/time.ts';
export { systemClock } from './base/time.ts';
export { checkerByName, checkers } from './checker/catalogue.ts';
export type { CheckOptions, SimpleEvent } from './checker/check.ts';
export { check } from './checker/check.ts';
export type { Anomaly, Budget, Checker, CheckResult, Witness } from './checker/checker.ts';
export { defaultBudget } from './checker/checker.ts';
export type { Judgement, JudgeRequest } from './checker/judge.ts';
export { judge } from './checker/judge.ts';
export { linearizable } from './checker/linearizable.ts';
export type { Client, InvokeContext } from './client/client.ts';
export { DefiniteError } from './client/client.ts';
export type { RunRequest } from './config/plan.ts';
export { makePlan } from './config/plan.ts';
export type { Fault, FaultContext, FaultKind } from './fault/fault.ts';
export type { ScheduledFault } from './fault/programme.ts';
export type { Verdict } from './gate/verdict.ts';
export { conclude } from './gate/verdict.ts';
export { any, mix } from './generator/choice.ts';
export type { Generator, GeneratorContext, Step } from './generator/generator.ts';
export { onKeys } from './generator/keys.ts';
export { limit, until } from './generator/limits.ts';
export { concat, phases } from './generator/order.ts';
export { eachNode, eachThread, reserve } from './generator/threads.ts';
export { delay, stagger, timeLimit } from './generator/timing.ts';
export { generate, map, once, repeat, sequence } from './generator/values.ts';
export type { Workload, WorkloadOptions } from './generator/workload.ts';
export { workloadByName, workloads } from './generator/workloads/catalogue.ts';
export { historyFromEvents } from './history/assemble.ts';
export { ednLines } from './history/edn/write.ts';
export type {
  Completion,
  FaultRecord,
  HistoryEvent,
  HistoryHeader,
  Invocation,
  Outcome,
  PhaseName,
} from './history/event.ts';
export type { FormatName } from './history/format.ts';
export { formats } from './history/format.ts';
export type { FaultWindow, History, Operations } from './history/history.ts';
export type { Operation } from './history/operation.ts';
export { readHistory } from './history/reader.ts';
export { Recorder } from './history/recorder.ts';
export { modelByName, models } from './model/catalogue.ts';
export type { Model } from './model/model.ts';
export type { Report } from './report/data.ts';
export { historyReport, readRun, runReport, writePage } from './report/run-report.ts';
export { textReport } from './report/text.ts';
export { interpret } from './run/interpreter.ts';
export type { Plan } from './run/plan.ts';
export type { RunFacts, RunOptions } from './run/run.ts';
export { run } from './run/run.ts';
export { createRunDirectory } from './run/run-directory.ts';
export type { Capability, Cluster, LinkRule, Network, Node, ProcessControl } from './runtime/cluster.ts';
export { systemFor } from './system/catalogue.ts';
export { maelstromSystem } from './system/maelstrom.ts';
export type { OpenOptions, OpenSystem, System, SystemChoice } from './system/system.ts';
