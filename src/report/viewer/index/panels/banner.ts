/**
 * The first screen: how last night went in one word, what is new in it, how much was tested, and the way to everything else.
 */
import { countVerdicts, lastNightVerdict } from '../../../many/cells.ts';
import {
  type Combination,
  type Finding,
  type IndexData,
  type IndexVerdict,
  undated,
} from '../../../many/index-data.ts';
import { combinationName, headline, lastNightRuns, lastNightTitle, nightsWithout } from '../../../many/index-words.ts';
import { type NewsLine, newsLines } from '../../../many/news.ts';
import { nextDay } from '../../../many/night.ts';
import { outliers } from '../../../many/trends.ts';
import { countOf, showCount, showForeign } from '../../../shown-text.ts';
import { copyButton } from '../../parts/copy.ts';
import { element } from '../../parts/dom.ts';
import { toggleTheme } from '../../parts/theme.ts';
import { type Context, placeName, showRuns } from '../panel.ts';
import { findingName } from '../shown.ts';
import type { State } from '../state.ts';
import { verdictMark } from '../verdict-mark.ts';

export function banner({ data, state }: Context): HTMLElement {
  const verdict = lastNightVerdict(data);
  const last = data.nights.at(-1) ?? undated;
  const news = newsLines(data, outliers(data));
  const several = data.nights.length > 1;
  return element(
    'header',
    { id: 'verdict', class: `banner ${verdict === 'unfinished' ? 'v-unfinished' : verdict}` },
    element('p', { class: 'word' }, verdict.toUpperCase()),
    element('h1', {}, headline(data)),
    chips({ data, state, runs: lastNightRuns(data), title: lastNightTitle(data), night: several ? last : '' }),
    silence(data),
    news.length === 0 ? null : element('ul', { class: 'news' }, ...news.map(line => newsItem(line, { data, state }))),
    several ? chips({ data, state, runs: data.runs, title: `All ${data.nights.length} nights`, night: '' }) : null,
    element('p', { class: 'facts' }, facts(data)),
    actions(data),
  );
}

interface Chips {
  readonly data: IndexData;
  readonly state: State;
  readonly runs: IndexData['runs'];
  readonly title: string;
  /** To which night a click leads; "": to all. */
  readonly night: string;
}

/** How many of each verdict; each leads to its runs. They are the legend of the marks as well. */
function chips({ data, state, runs, title, night }: Chips): HTMLElement {
  const buttons = countVerdicts(runs).map(({ verdict, count }) => {
    const planted = runs.filter(run => run.verdict === verdict && data.combinations[run.combination]?.planted).length;
    const apart = verdict === 'fail' && planted > 0 ? ` (${plantedWords(planted, count)})` : '';
    const button = element(
      'button',
      { type: 'button', class: `chip v-${verdict}`, title: chipMeanings[verdict] },
      verdictMark(verdict),
      `${showCount(count)} ${verdict}${apart}`,
    );
    button.addEventListener('click', () => showRuns(state, { verdict, night }));
    return button;
  });
  return element(
    'p',
    { class: 'chips' },
    element('strong', { class: 'chips-title' }, title),
    element('span', { class: 'chips-count' }, `${countOf(runs.length, 'run')}:`),
    ...buttons,
  );
}

const chipMeanings: Readonly<Record<IndexVerdict, string>> = {
  pass: 'nothing impossible was seen, and something was tested',
  fail: 'something happened that cannot happen in a store that keeps its promise',
  error: 'the test itself went wrong: it says nothing about the store',
  unknown: 'a search ran out of its budget: nobody knows',
  vacuous: 'nothing was tested: this is no pass',
  unfinished: 'there is no verdict: killed, still running, or broken',
};

function plantedWords(planted: number, failed: number): string {
  return planted === failed ? 'planted' : `${showCount(planted)} planted`;
}

/** A night job that does not run complains to nobody. */
function silence(data: IndexData): HTMLElement | null {
  const nights = nightsWithout(data);
  if (nights === 0) return null;
  const words = `No run at all in the ${countOf(nights, 'night')} between then and the making of this page.`;
  return element('p', { class: 'complaint' }, words);
}

function newsItem(
  { text, weight, finding, combination }: NewsLine,
  { data, state }: Pick<Context, 'data' | 'state'>,
): HTMLElement {
  const words = showForeign(text, 500);
  const mark = { bad: '✗', doubt: '?', good: '✓' }[weight];
  const target = targetOf({ finding: data.findings[finding ?? -1], about: data.combinations[combination ?? -1] });
  if (target === null) return element('li', { class: weight }, element('span', { class: 'mark' }, mark), words);
  const link = element('a', { href: `#at=${target}` }, words);
  link.addEventListener('click', event => {
    event.preventDefault();
    state.set({ at: target });
  });
  const run = data.runs[data.findings[finding ?? -1]?.runs.at(-1) ?? -1];
  const report =
    run?.report === null || run === undefined
      ? null
      : element('a', { class: 'more', href: run.report }, 'open the run');
  return element('li', { class: weight }, element('span', { class: 'mark' }, mark), link, report);
}

function targetOf({
  finding,
  about,
}: {
  readonly finding: Finding | undefined;
  readonly about: Combination | undefined;
}): string | null {
  if (finding) return placeName('finding', findingName(finding));
  return about ? placeName('trend', combinationName(about)) : null;
}

function facts({ combinations, nights, madeAt, ordeal, plannedDurations }: IndexData): string {
  const last = nights.at(-1) ?? undated;
  return [
    `${countOf(combinations.length, 'combination')} of system, workload and nemesis`,
    ...(last === undated ? [] : [`the last night: ${last} 12:00 to ${nextDay(last)} 12:00 UTC`]),
    `made ${madeAt.replace('T', ' ').slice(0, 16)} UTC by ordeal ${ordeal}`,
    ...(combinations.some(({ planted }) => planted)
      ? ['planted: a bug was put into the store on purpose, so that to fail is right, and is not the verdict above']
      : []),
    ...(plannedDurations > 0 ? [`${countOf(plannedDurations, 'run')} counted with the planned time`] : []),
  ].join(' · ');
}

function actions({ markdown }: IndexData): HTMLElement {
  const theme = element('button', { type: 'button' }, 'dark or light');
  theme.addEventListener('click', toggleTheme);
  return element(
    'p',
    { class: 'actions' },
    copyButton('copy as Markdown', markdown),
    theme,
    element('button', { type: 'button', id: 'show-keys' }, 'keyboard'),
  );
}
