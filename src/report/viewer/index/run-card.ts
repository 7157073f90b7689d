/**
 * One run in full: what came out and why, its numbers, where it is, and how to do it again.
 */
import type { Combination, IndexData, IndexRun } from '../../many/index-data.ts';
import { combinationName } from '../../many/index-words.ts';
import { showHours, showMoment, showMs } from '../../many/show.ts';
import { countOf, showForeign } from '../../shown-text.ts';
import { copyButton } from '../parts/copy.ts';
import { element } from '../parts/dom.ts';
import { verdictWord } from './verdict-mark.ts';

export function runCard(data: IndexData, run: IndexRun): HTMLElement {
  const { verdict, reasons, reasonsLeftOut, startedAt, path } = run;
  const about = data.combinations[run.combination] as Combination;
  const more = reasonsLeftOut === 0 ? null : element('li', {}, `and ${reasonsLeftOut} more in verdict.json`);
  return element(
    'article',
    { class: 'run-card' },
    element(
      'p',
      { class: 'run-title' },
      verdictWord(verdict),
      ' ',
      reportLink(run, showForeign(`${combinationName(about)}, seed ${run.seed}`, 300)),
      element('span', { class: 'faint' }, ` ${startedAt === null ? 'no date' : `${showMoment(startedAt)} UTC`}`),
    ),
    element('ul', { class: 'reasons' }, ...reasons.map(reason => element('li', {}, showForeign(reason, 400))), more),
    element('p', { class: 'facts' }, showForeign(numbers(run), 400)),
    run.reproduce === null
      ? null
      : element(
          'p',
          { class: 'actions' },
          element('code', { class: 'reproduce' }, showForeign(run.reproduce, 1000)),
          copyButton('copy command', run.reproduce),
        ),
    run.report === null
      ? element('p', { class: 'facts' }, `No page; its files are in ${showForeign(path, 400)}`)
      : null,
  );
}

/** To the run's own page; words alone when it has none. */
export function reportLink({ report }: IndexRun, words: string): HTMLElement {
  return report === null ? element('span', {}, words) : element('a', { href: report }, words);
}

function numbers({ measures, durationMs, faults, setup }: IndexRun): string {
  const { operations, okPerSecond, p99Ms, recoveryMs, convergedMs } = measures;
  return [
    ...(durationMs === null ? [] : [`lasted ${showHours(durationMs)}`]),
    ...(operations === null ? [] : [countOf(operations, 'operation')]),
    ...(okPerSecond === null ? [] : [`${okPerSecond.toFixed(1)} ok a second`]),
    ...(p99Ms === null ? [] : [`p99 ${showMs(p99Ms)}`]),
    ...(faults === null ? [] : [`${faults.bitten} of ${countOf(faults.begun, 'fault')} took effect`]),
    ...(recoveryMs === null ? [] : [`first ok ${showMs(recoveryMs)} after healing`]),
    ...(convergedMs === null ? [] : [`agreed ${showMs(convergedMs)} after healing`]),
    ...(setup === '' ? [] : [`planned: ${setup}`]),
  ].join(' · ');
}
