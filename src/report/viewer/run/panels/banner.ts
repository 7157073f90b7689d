/**
 * The first screen: the verdict in one word, why in sentences, what was tested, and what to do next.
 */
import type { CheckResult } from '../../../../checker/checker.ts';
import type { ReportData } from '../../../data.ts';
import { countOf, showDuration, showForeign } from '../../../shown-text.ts';
import { copyButton } from '../../parts/copy.ts';
import { element } from '../../parts/dom.ts';
import { toggleTheme } from '../../parts/theme.ts';
import type { Context } from '../panel.ts';

const meanings = {
  pass: 'Nothing impossible was seen, and something was tested.',
  fail: 'Something happened that cannot happen in a store that keeps its promise.',
  error: 'The test itself went wrong, so it says nothing about the store.',
  unknown: 'A search ran out of its budget: nobody knows whether the store kept its promise.',
  vacuous: 'Nothing was tested: this is no pass.',
} as const;

const marks = { valid: '✓', invalid: '✗', unknown: '?' } as const;

export function banner({ report }: Context): HTMLElement {
  const { data } = report;
  const { verdict } = data.verdict;
  return element(
    'header',
    { id: 'verdict', class: `banner ${verdict}` },
    element('p', { class: 'word' }, verdict.toUpperCase()),
    element('h1', {}, showForeign(data.title, 300)),
    element('p', { class: 'meaning' }, meanings[verdict]),
    element('ul', { class: 'checkers' }, ...data.results.map(checkerLine)),
    ...complaints(data).map(sentence => element('p', { class: 'complaint' }, showForeign(sentence, 1000))),
    element('p', { class: 'facts' }, facts(data)),
    actions(data),
  );
}

function checkerLine({ checker, validity, summary }: CheckResult): HTMLElement {
  return element(
    'li',
    { class: validity },
    element('span', { class: 'mark', 'aria-label': validity }, marks[validity]),
    element('strong', {}, checker),
    ` ${showForeign(summary, 600)}`,
  );
}

/** What is wrong beside the checkers: a run that was broken, a history that is not whole. */
function complaints({ truncated, run }: ReportData): readonly string[] {
  const told = run?.facts ?? null;
  return [
    ...(truncated === null ? [] : [`The history is incomplete: ${truncated}`]),
    ...(told?.crashed ? [told.crashed] : []),
    ...(told?.errors ?? []),
    ...(told?.endedEarly === undefined ? [] : [`Ended early: ${told.endedEarly}`]),
    ...(told?.interrupted ? ['Interrupted: what was recorded until then was judged.'] : []),
  ];
}

function facts({ operationCount, hasTimes, duration, header, faults, leftOut }: ReportData): string {
  return [
    countOf(operationCount, 'operation'),
    ...(hasTimes ? [`in ${showDuration(duration)}`] : []),
    ...(header.nodes.length > 0 ? [`on ${countOf(header.nodes.length, 'node')}`] : []),
    countOf(faults.length, 'fault'),
    ...(header.startedAt.startsWith('1970') ? [] : [`begun ${header.startedAt.replace('T', ' ').slice(0, 19)} UTC`]),
    ...(leftOut.values > 0 ? [`${countOf(leftOut.values, 'long value')} cut here, whole in the history`] : []),
    ...(leftOut.anomalies > 0 ? [`${leftOut.anomalies} more anomalies in verdict.json`] : []),
  ].join(', ');
}

function actions({ reproduce, markdown }: ReportData): HTMLElement {
  const theme = element('button', { type: 'button' }, 'dark or light');
  theme.addEventListener('click', toggleTheme);
  return element(
    'p',
    { class: 'actions' },
    element('code', { class: 'reproduce' }, showForeign(reproduce, 1000)),
    copyButton('copy command', reproduce),
    copyButton('copy as Markdown', markdown),
    theme,
    element('button', { type: 'button', id: 'show-keys' }, 'keyboard'),
  );
}
