/**
 * What `ordeal check` does: read, judge and report each file; the gravest verdict is the exit code.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseDurationMs } from '../base/duration.ts';
import { type ExitCode, OrdealError } from '../base/errors.ts';
import { shellWord } from '../base/text.ts';
import { defaultBudget } from '../checker/checker.ts';
import { type Judgement, judge } from '../checker/judge.ts';
import type { Reading } from '../checker/messages.ts';
import { conclude, gravest, type Verdict } from '../gate/verdict.ts';
import { readHistory } from '../history/reader.ts';
import { historyReport, writePage } from '../report/run-report.ts';
import { textReport } from '../report/text.ts';
import { onInterrupt } from './interrupt.ts';
import { type ReadingFlags, readingOf } from './reading.ts';

export interface CheckFlags extends ReadingFlags {
  readonly model?: string;
  readonly checker: readonly string[];
  readonly budget: string;
  readonly bail?: boolean;
  readonly report?: string;
}

export async function checkSession(files: readonly string[], flags: CheckFlags): Promise<ExitCode> {
  const timeMs = parseDurationMs(flags.budget);
  if (timeMs === null) {
    throw new OrdealError(`--budget: "${flags.budget}" is not a duration`, {
      code: 'BAD_DURATION',
      hint: 'write a number and a unit: 500ms, 15s, 2m',
    });
  }
  if (flags.report !== undefined) checkReportPath(flags.report, files);
  const reading = readingOf(flags);
  using interrupt = onInterrupt(() => process.stderr.write('interrupted\n'));
  using kept = flags.report !== undefined && files[0] === '-' ? keepStandardInput() : null;
  const exits: ExitCode[] = [];
  for (const name of files) {
    const file = kept?.path ?? name;
    const request = {
      file,
      reading,
      budget: { ...defaultBudget, timeMs },
      bail: flags.bail ?? false,
      ...(flags.model === undefined ? {} : { model: flags.model }),
      ...(flags.checker.length === 0 ? {} : { checkers: flags.checker }),
    };
    const judgement = await judge(request, { signal: interrupt.signal }).catch((error: unknown) => {
      throw kept === null ? error : named(error, file);
    });
    const verdict = conclude(judgement, null);
    exits.push(verdict.exit);
    const title = name === '-' ? 'standard input' : name;
    const colour = process.stdout.isTTY && !process.env['NO_COLOR'];
    const closing =
      flags.report === undefined ? [] : [reportOf(flags.report, { title, judgement, verdict, file, reading, flags })];
    process.stdout.write(textReport({ title, judgement, verdict, closing, colour }));
  }
  return gravest(exits);
}

interface Judged {
  readonly title: string;
  readonly judgement: Judgement;
  readonly verdict: Verdict;
  readonly file: string;
  readonly reading: Reading;
  readonly flags: CheckFlags;
}

/** Writes the page, and says where it is. One that cannot be made is named, and the verdict stands. */
function reportOf(path: string, { title, judgement, verdict, file, reading, flags }: Judged): string {
  try {
    const history = readHistory(file, { ...reading, header: 'optional' });
    const reproduce = again(file === title ? file : '-', flags);
    writePage(path, historyReport({ title, history, results: judgement.results, verdict, reproduce }));
    return `report: ${path}`;
  } catch (error) {
    return `report: could not be made: ${(error as Error).message}`;
  }
}

/** What can be known before the work is known before the work. Errors: `ONE_REPORT`, `CANNOT_WRITE_REPORT`. */
function checkReportPath(path: string, files: readonly string[]): void {
  if (files.length > 1) {
    throw new OrdealError('--report is for one history', {
      code: 'ONE_REPORT',
      hint: 'give each history a command and a page of its own',
    });
  }
  if (!existsSync(dirname(path))) {
    throw new OrdealError(`--report: there is no directory ${dirname(path)}`, {
      code: 'CANNOT_WRITE_REPORT',
      hint: 'name a file in a directory that exists',
    });
  }
}

/** Who wrote to our standard input does not know of the file that it was kept in. */
function named(error: unknown, path: string): unknown {
  if (!(error instanceof OrdealError) || error.place?.file !== path) return error;
  const { message, code, hint, place, exit } = error;
  return new OrdealError(message.replaceAll(path, 'standard input'), {
    code,
    exit,
    place: { ...place, file: 'standard input' },
    ...(hint === null ? {} : { hint }),
  });
}

/** The command that does this again. */
function again(name: string, { model, checker }: CheckFlags): string {
  const asked = [...(model === undefined ? [] : ['--model', model]), ...checker.flatMap(one => ['--checker', one])];
  return ['ordeal check', ...[name, ...asked].map(shellWord)].join(' ');
}

/** Standard input can be read only once, and a report reads the history again. */
function keepStandardInput(): Disposable & { readonly path: string } {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-check-'));
  const path = join(directory, 'history');
  writeFileSync(path, readFileSync(0));
  return { path, [Symbol.dispose]: () => rmSync(directory, { recursive: true, force: true }) };
}
