/**
 * From runs, each by itself, to the index: they are put in order, into nights and combinations, and what several of them
 * found is told once.
 */
import { dirname, join, relative, resolve, sep } from 'node:path';
import { wallTime } from '../../base/time.ts';
import { ordealVersion } from '../../run/run-directory.ts';
import type { FoundRun } from './find-runs.ts';
import { findingsOf } from './findings.ts';
import { type Combination, type IndexData, type IndexRun, undated } from './index-data.ts';
import { indexMarkdown } from './index-markdown.ts';
import { nightOf } from './night.ts';
import { type ReadRun, readRun } from './read-run.ts';

export interface IndexSource {
  readonly runs: readonly FoundRun[];
  /** Where the index will be: links to the runs' pages are relative to it. */
  readonly path: string;
  /** ISO 8601. @default now */
  readonly madeAt?: string;
}

/** Reads each run once and forgets all but what the index says of it. */
export function makeIndex({ runs, path, madeAt = wallTime() }: IndexSource): IndexData {
  return indexOfRuns({ read: runs.map(readRun), path, madeAt });
}

/** Exported for tests: of runs that were read. */
export function indexOfRuns({
  read,
  path,
  madeAt,
}: {
  readonly read: readonly ReadRun[];
  readonly path: string;
  readonly madeAt: string;
}): IndexData {
  const ordered = read.toSorted(byTime);
  const nights = [...new Set(ordered.map(nightName))].toSorted((left, right) =>
    left === undated ? -1 : right === undated ? 1 : left < right ? -1 : 1,
  );
  const combinations = combinationsOf(ordered);
  const places = new Map(combinations.map((one, at) => [nameOf(one), at]));
  const placed = ordered.map(run => ({
    run,
    night: nights.indexOf(nightName(run)),
    combination: places.get(nameOf(run.about)) as number,
  }));
  const findings = findingsOf(placed, { combinations, nights: nights.length });
  const seen: number[][] = ordered.map(() => []);
  for (const [at, finding] of findings.entries()) for (const run of finding.runs) seen[run]?.push(at);
  const data: Omit<IndexData, 'markdown'> = {
    ordeal: ordealVersion(),
    madeAt,
    nights,
    combinations,
    runs: placed.map(({ run, night, combination }, at): IndexRun => {
      const { about: _, hasReport, isPlannedDuration: __, anomalies: ___, answered: ____, ...rest } = run;
      const report = hasReport ? addressFrom(path, join(run.path, 'report.html')) : null;
      return { ...rest, report, night, combination, findings: seen[at] ?? [] };
    }),
    findings,
    plannedDurations: ordered.filter(({ isPlannedDuration }) => isPlannedDuration).length,
  };
  return { ...data, markdown: indexMarkdown(data) };
}

/** Those without a time first, as if they were the oldest; then by time, then by path, so that it is the same every time. */
function byTime(left: ReadRun, right: ReadRun): number {
  const [first, second] = [timeOf(left), timeOf(right)];
  return first === second ? (left.path < right.path ? -1 : 1) : first < second ? -1 : 1;
}

function timeOf({ startedAt }: ReadRun): number {
  return startedAt === null ? Number.NEGATIVE_INFINITY : Date.parse(startedAt);
}

function nightName({ startedAt }: ReadRun): string {
  return nightOf(startedAt) ?? undated;
}

/** By name, so that a person finds them where they were yesterday. */
function combinationsOf(runs: readonly ReadRun[]): readonly Combination[] {
  const known = new Map(runs.map(({ about }) => [nameOf(about), about]));
  return [...known].toSorted(([left], [right]) => (left < right ? -1 : 1)).map(([, about]) => about);
}

function nameOf({ system, workload, nemesis }: Combination): string {
  return [system, workload, nemesis].join('\n');
}

/** Each part escaped, so that nothing in a directory's name can be more than a name. */
function addressFrom(index: string, target: string): string {
  const parts = relative(dirname(resolve(index)), resolve(target)).split(sep);
  return ['.', ...parts.map(part => encodeURIComponent(part))].join('/');
}
