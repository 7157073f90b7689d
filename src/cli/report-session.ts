/**
 * What `ordeal report` does: one run makes its own page again; several make a page of them all, and those of each run that
 * are missing.
 */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ExitCode, exitCode, OrdealError } from '../base/errors.ts';
import { shellWord } from '../base/text.ts';
import { wallMs } from '../base/time.ts';
import { type FoundRun, findRuns } from '../report/many/find-runs.ts';
import { indexText } from '../report/many/index-text.ts';
import { makeIndex } from '../report/many/make-index.ts';
import { writeIndex } from '../report/many/write-index.ts';
import {
  citedOperations,
  type RecordedRun,
  readPlan,
  readRun,
  runAgain,
  runReport,
  titleOf,
  writePage,
} from '../report/run-report.ts';
import { textReport } from '../report/text.ts';
import { type RunDirectory, runDirectory } from '../run/run-directory.ts';
import { describeError } from './failure.ts';
import { judgeUnfinished } from './one-run.ts';
import type { ReportFlags } from './report.ts';
import { shownPath } from './shown-path.ts';
import { writeReportFiles } from './write-report.ts';

export async function reportSession(paths: readonly string[], flags: ReportFlags): Promise<ExitCode> {
  const [only] = paths;
  if (paths.length === 1 && only !== undefined && isRun(runDirectory(only))) {
    // By its own name: `latest` will soon be another run.
    return await reportRun(runDirectory(realpathSync(only)), flags);
  }
  return await reportMany(paths, flags);
}

function isRun({ plan, history }: RunDirectory): boolean {
  return existsSync(plan) && existsSync(history);
}

async function reportRun(directory: RunDirectory, { format, out }: ReportFlags): Promise<ExitCode> {
  const run = await readOrJudge(directory);
  const planPath = shownPath(directory.plan);
  if (format === 'text') process.stdout.write(inWords(run, planPath));
  else {
    const report = runReport(run, planPath);
    if (format === 'markdown') process.stdout.write(report.data.markdown);
    else {
      if (out === undefined) writeReportFiles(directory, report);
      else writePage(out, report);
      process.stdout.write(`${shownPath(out ?? directory.report)}\n`);
    }
  }
  return exitCode.pass;
}

async function reportMany(paths: readonly string[], { format, out }: ReportFlags): Promise<ExitCode> {
  for (const path of paths) refuseHistory(path);
  const runs = findRuns(paths);
  const path = out ?? join(paths[0] as string, 'index.html');
  if (format !== 'html') {
    const data = makeIndex({ runs, path });
    process.stdout.write(format === 'text' ? indexText(data, { colour: colour() }) : data.markdown);
    return exitCode.pass;
  }
  await makeMissingPages(runs);
  process.stdout.write(`${indexText(writeIndex({ runs, path }), { colour: colour() })}${shownPath(path)}\n`);
  return exitCode.pass;
}

/** The page of a history is made by `check`, which judges it. */
function refuseHistory(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return;
  throw new OrdealError(`${path} is a file, not a run directory`, {
    code: 'NOT_A_RUN',
    hint: `for the page of a history: ordeal check ${shellWord(path)} --report page.html`,
  });
}

/** One run that has none does not keep the others from theirs: the index tells of it. */
async function makeMissingPages(runs: readonly FoundRun[]): Promise<void> {
  const missing = runs.map(({ path }) => runDirectory(path)).filter(run => isRun(run) && !existsSync(run.report));
  for (const [at, directory] of missing.entries()) {
    process.stderr.write(`page ${at + 1} of ${missing.length}: ${shownPath(directory.report)}\n`);
    try {
      const run = await readOrJudge(directory);
      writeReportFiles(directory, runReport(run, shownPath(directory.plan)));
    } catch (error) {
      process.stderr.write(`${describeError(error)}\n`);
    }
  }
}

function colour(): boolean {
  return process.stdout.isTTY && !process.env['NO_COLOR'];
}

/** What a run that goes on writes to at least so often. */
const quietMs = 10_000;

/** A run that was killed has no verdict yet; neither has one that goes on, and that is left alone. */
async function readOrJudge(directory: RunDirectory): Promise<RecordedRun> {
  if (!existsSync(directory.verdict)) {
    if (wallMs() - statSync(directory.history).mtimeMs < quietMs) {
      throw new OrdealError(`${shownPath(directory.path)}: the run goes on, or was ended a moment ago`, {
        code: 'RUN_GOES_ON',
        hint: 'wait for its end; one that was killed can be judged 10 s later',
        exit: exitCode.unavailable,
      });
    }
    process.stderr.write(`${shownPath(directory.path)}: was ended before it was judged; judging what it recorded\n`);
    await judgeUnfinished(directory, readPlan(directory));
  }
  return readRun(directory);
}

function inWords(run: RecordedRun, planPath: string): string {
  const { plan, verdict, results, history } = run;
  const { truncated, faults } = history;
  return textReport({
    title: titleOf(plan),
    judgement: { results, truncated, faults, operations: citedOperations(run) },
    verdict,
    closing: [`run it again: ${runAgain(planPath)}`],
    colour: colour(),
  });
}
