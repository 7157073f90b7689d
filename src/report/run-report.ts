/**
 * The report of a run directory: read, put together, written beside what it was made from. The verdict is the one that the
 * run came to; it is never judged again here.
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { z } from 'zod';
import { OrdealError } from '../base/errors.ts';
import { shellWord } from '../base/text.ts';
import type { CheckResult } from '../checker/checker.ts';
import type { Verdict } from '../gate/verdict.ts';
import { workloadByName } from '../generator/workloads/catalogue.ts';
import { type History, phaseStart } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import { readHistory } from '../history/reader.ts';
import type { Environment } from '../run/environment.ts';
import type { Plan } from '../run/plan.ts';
import { describeSystem, type RunFacts } from '../run/run.ts';
import type { RunDirectory } from '../run/run-directory.ts';
import type { Report } from './data.ts';
import { readNodeLogs } from './node-logs.ts';
import { pageHtml } from './page.ts';
import { encodeReport } from './payload/encode.ts';
import { makeReport, type ReportSource } from './report.ts';
import { noMessages, readMessages } from './report-messages.ts';
import { planSchema, verdictSchema } from './stored.ts';

/** `verdict.json`, as the run wrote it. */
export interface StoredVerdict extends Verdict {
  readonly facts: RunFacts;
  readonly results: readonly CheckResult[];
  /** Older runs lack it. */
  readonly history?: HistorySummary;
}

/** So that a list of many runs need not read their histories. */
export interface HistorySummary {
  readonly operations: number;
  /** Time of the last event. */
  readonly durationMs: number;
  /** ISO 8601. */
  readonly startedAt: string;
}

/** What a finished run left behind. */
export interface RecordedRun {
  readonly directory: RunDirectory;
  readonly plan: Plan;
  readonly facts: RunFacts;
  readonly verdict: Verdict;
  readonly results: readonly CheckResult[];
  readonly history: History;
}

/** Errors: what is missing or broken in the directory (`NOT_A_RUN`), and those of reading a history. */
export function readRun(directory: RunDirectory): RecordedRun {
  const plan = readPlan(directory);
  const { facts, results, verdict, exit, reasons } = readStored(directory.verdict, verdictSchema) as StoredVerdict;
  const history = readHistory(directory.history, { header: 'optional' });
  const run = { directory, plan, facts, verdict: { verdict, exit, reasons }, results, history };
  const stranger = citedIds(run).find(id => !(Number.isInteger(id) && id >= 0 && id < history.operations.length));
  if (stranger !== undefined)
    throw notARun(directory.verdict, `it names operation #${stranger}, which the history has not`);
  return run;
}

/** Errors: `NOT_A_RUN`. */
export function readPlan(directory: RunDirectory): Plan {
  return readStored(directory.plan, planSchema) as Plan;
}

export function titleOf(plan: Plan): string {
  return `${describeSystem(plan)}, ${plan.workload}, seed ${plan.seed}`;
}

/** The command that runs a plan again. */
export function runAgain(planPath: string): string {
  return `ordeal run --plan ${shellWord(planPath)}`;
}

/** `planPath`: how the reader would name the plan, for the command that runs it again. Errors: `NOT_A_RUN`. */
export function runReport(run: RecordedRun, planPath: string): Report {
  const { directory, plan, facts, verdict, results, history } = run;
  const { functions } = workloadByName(plan.workload);
  const around = citedOperations(run).map(({ callTime }) => callTime);
  const { messages, leftOut } = readMessages(directory.messages, around);
  return makeReport({
    title: titleOf(plan),
    history,
    results,
    verdict,
    expectation: { functions, plannedFaults: plan.schedule.length },
    run: {
      plan,
      facts,
      host: readJson(directory.host) as Readonly<Record<string, string | number>>,
      environment: optionalJson(directory.environment) as Environment | null,
    },
    logs: readNodeLogs({ path: directory.logs, zeroMs: wallZero(history) }),
    messages,
    messagesLeftOut: leftOut,
    reproduce: runAgain(planPath),
  });
}

/** Of a history that was judged alone, whoever recorded it. */
export function historyReport(
  source: Pick<ReportSource, 'title' | 'history' | 'results' | 'verdict' | 'reproduce'>,
): Report {
  return makeReport({ ...source, run: null, logs: [], messages: noMessages, messagesLeftOut: 0 });
}

/** Those that the anomalies name, each once. */
export function citedOperations(run: Pick<RecordedRun, 'results' | 'history'>): readonly Operation[] {
  return citedIds(run).map(id => run.history.operations.get(id));
}

function citedIds({ results }: Pick<RecordedRun, 'results'>): readonly number[] {
  const anomalies = results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : []));
  return [...new Set(anomalies.flatMap(({ operations }) => operations))];
}

/** The page, in one file. `text`: the same in words. */
export function writePage(path: string, report: Report): void {
  const { title, verdict, markdown } = report.data;
  const html = pageHtml({
    viewer: 'run',
    title: `${verdict.verdict}: ${title}`,
    payload: encodeReport(report),
    text: markdown,
  });
  writeWhole(path, html);
}

/** A reader never sees half a file. Errors: `CANNOT_WRITE_REPORT`. */
export function writeWhole(path: string, text: string): void {
  try {
    writeFileSync(`${path}.part`, text);
    renameSync(`${path}.part`, path);
  } catch (error) {
    throw new OrdealError(`cannot write the report: ${(error as Error).message}`, {
      code: 'CANNOT_WRITE_REPORT',
      place: { file: path },
      cause: error,
    });
  }
}

/** Wall-clock time of the run's zero, as far as the header says it. */
function wallZero(history: History): number {
  const first = phaseStart(history, 'start')?.time ?? 0;
  return Date.parse(history.header.startedAt) - first / 1e6;
}

/** What is in the file, with all its fields, once those that a report must have are there. Errors: `NOT_A_RUN`. */
function readStored(path: string, schema: z.ZodType): unknown {
  const value = readJson(path);
  const issue = schema.safeParse(value).error?.issues[0];
  if (issue) throw notARun(path, issue.message, issue.path.join('.'));
  return value;
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw notARun(path, (error as Error).message);
  }
}

/** Null where an older version did not write it. */
function optionalJson(path: string): unknown {
  return existsSync(path) ? readJson(path) : null;
}

function notARun(file: string, why: string, key?: string): OrdealError {
  return new OrdealError(`this is not what ordeal writes: ${why}`, {
    code: 'NOT_A_RUN',
    place: { file, ...(key === undefined || key === '' ? {} : { key }) },
    hint: 'give a run directory as it was left; a history is judged and drawn by: ordeal check FILE --report FILE.html',
  });
}
