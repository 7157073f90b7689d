/**
 * What is new since the night before, in lines: what somebody who has a minute must know.
 */
import { countOf } from '../shown-text.ts';
import { missingLastNight, notCaughtLastNight } from './cells.ts';
import { isNews, statusWords } from './finding-words.ts';
import { type Combination, undated } from './index-data.ts';
import { combinationName, type Told } from './index-words.ts';
import { showMeasure } from './show.ts';
import type { Outlier } from './trends.ts';

export interface NewsLine {
  readonly weight: 'bad' | 'doubt' | 'good';
  readonly text: string;
  /** Into `findings`, of a line about one. */
  readonly finding?: number;
  /** Into `combinations`, of a line about one. */
  readonly combination?: number;
}

const mostOutliers = 5;

/** What is new since the night before, the worst first; one line that says so when there is nothing. */
export function newsLines(told: Told, slow: readonly Outlier[]): readonly NewsLine[] {
  if (told.nights.filter(night => night !== undated).length < 2) return [];
  const found = told.findings.flatMap((finding, at): readonly NewsLine[] =>
    isNews(finding)
      ? [{ weight: 'bad', finding: at, text: `${statusWords[finding.status]}: ${finding.name} on ${finding.system}` }]
      : [],
  );
  const nothing: readonly NewsLine[] = found.length === 0 ? [{ weight: 'good', text: 'nothing new was found' }] : [];
  const slower = slow.slice(0, mostOutliers).map(
    (outlier): NewsLine => ({
      weight: 'doubt',
      combination: outlier.combination,
      text: outlierInWords(told, outlier),
    }),
  );
  const more = slow.length - slower.length;
  return [
    ...found,
    ...nothing,
    ...aboutSome(told, { which: notCaughtLastNight(told), before: 'a planted bug was not caught' }),
    ...aboutSome(told, { which: missingLastNight(told), before: 'not run last night, but the night before' }),
    ...slower,
    ...(more > 0 ? [{ weight: 'doubt', text: `${countOf(more, 'more measure')} out of line` } as const] : []),
  ];
}

const mostNames = 3;

/** A line about combinations, if there are any. */
function aboutSome(
  told: Told,
  { which, before }: { readonly which: readonly number[]; readonly before: string },
): readonly NewsLine[] {
  if (which.length === 0) return [];
  const names = which.slice(0, mostNames).map(at => combinationName(told.combinations[at] as Combination));
  const more = which.length - names.length;
  return [{ weight: 'doubt', text: `${before}: ${names.join('; ')}${more > 0 ? `; and ${more} more` : ''}` }];
}

function outlierInWords(told: Told, { combination, measure, last, low, high, nights }: Outlier): string {
  const name = combinationName(told.combinations[combination] as Combination);
  const range =
    low === high
      ? showMeasure(measure.name, low)
      : `${showMeasure(measure.name, low)} to ${showMeasure(measure.name, high)}`;
  const now = `median ${showMeasure(measure.name, last)} last night`;
  return `${measure.label} of ${name}: ${now}, ${range} in the ${countOf(nights, 'night')} before`;
}
