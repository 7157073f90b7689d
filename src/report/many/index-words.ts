/**
 * What is said of many runs in sentences: the same on the page, on a terminal and in Markdown.
 *
 * The texts hold what runs and systems are called, as it is: whoever prints them makes them harmless for the place.
 */
import { countOf, showCount } from '../shown-text.ts';
import { countVerdicts } from './cells.ts';
import { type Combination, type IndexData, undated } from './index-data.ts';
import { dayMs, nightLabel, nightOf } from './night.ts';
import { showHours } from './show.ts';

export type Told = Omit<IndexData, 'markdown'>;

/** `213 runs in 9 nights, 71 h tested` */
export function headline({ runs, nights }: Told): string {
  const dated = nights.filter(night => night !== undated).length;
  const when = dated === 0 ? '' : ` in ${countOf(dated, 'night')}`;
  return `${countOf(runs.length, 'run')}${when}, ${showHours(testedMs(runs))} tested`;
}

/** `3 fail, 1 unknown, 209 pass`; those with a planted bug are told apart. */
export function verdictsInWords(told: Told, runs: Told['runs']): string {
  const planted = runs.filter(run => run.verdict === 'fail' && told.combinations[run.combination]?.planted).length;
  return countVerdicts(runs)
    .map(({ verdict, count }) => {
      const apart = verdict === 'fail' && planted > 0 ? ` (${plantedWords(planted, count)})` : '';
      return `${showCount(count)} ${verdict}${apart}`;
    })
    .join(', ');
}

function plantedWords(planted: number, failed: number): string {
  return planted === failed ? 'with a planted bug' : `${showCount(planted)} with a planted bug`;
}

/** Runs of the last night that is known. */
export function lastNightRuns({ runs, nights }: Told): Told['runs'] {
  return runs.filter(({ night }) => night === nights.length - 1);
}

/** `Last night, 21 Nov: 24 runs, 2 fail, 22 pass.` And a warning when that was not the night before the index was made. */
export function lastNightInWords(told: Told): string {
  const runs = lastNightRuns(told);
  const night = told.nights.at(-1) ?? undated;
  if (night === undated) return `No run says when it began: ${verdictsInWords(told, runs)}.`;
  const late = nightsWithout(told);
  const silence = late === 0 ? '' : ` Since then ${countOf(late, 'night')} without a run.`;
  return `${lastNightTitle(told)}: ${countOf(runs.length, 'run')}, ${verdictsInWords(told, runs)}.${silence}`;
}

/** `Last night, 21 Nov`; when there were nights without a run since, `Night of 21 Nov`. */
export function lastNightTitle(told: Told): string {
  const night = told.nights.at(-1) ?? undated;
  if (night === undated) return 'No date';
  return nightsWithout(told) === 0 ? `Last night, ${nightLabel(night)}` : `Night of ${nightLabel(night)}`;
}

/** Whole nights between the last one with runs and the one in which the index was made. */
export function nightsWithout({ nights, madeAt }: Told): number {
  const made = nightOf(madeAt);
  const last = nights.at(-1);
  if (made === null || last === undefined || last === undated) return 0;
  return Math.max(0, Math.round((Date.parse(made) - Date.parse(last)) / dayMs) - 1);
}

/** `toy with stale-read, lin-kv, partition-halves` */
export function combinationName({ system, workload, nemesis }: Combination): string {
  return [system, workload, nemesis].join(', ');
}

/** An unfinished run has no length that anybody knows. */
function testedMs(runs: Told['runs']): number {
  return runs.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
}
