/**
 * What the checkers counted, and whether anything was tested at all. Numbers that are shown and never judged.
 */
import type { CheckResult } from '../../../../checker/checker.ts';
import type { Coverage } from '../../../../checker/coverage.ts';
import { countOf, showCount, showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { block, pairs } from './pairs.ts';

export function coverageBlock({ functions, finalReads, notes, vacuousReasons }: Coverage): HTMLElement | null {
  const rows = Object.entries(functions).map(([name, { asked, ok }]) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, showForeign(name, 60)),
      element('td', { class: 'number' }, showCount(asked)),
      element('td', { class: ok === 0 ? 'number doubtful' : 'number' }, showCount(ok)),
    ),
  );
  const heads = [
    element('th', { scope: 'col' }, 'function'),
    element('th', { scope: 'col', class: 'number' }, 'asked'),
    element('th', { scope: 'col', class: 'number' }, 'ok'),
  ];
  const finals =
    finalReads.asked === 0
      ? 'No final reads.'
      : `${showCount(finalReads.answered)} of ${countOf(finalReads.asked, 'final read')} answered.`;
  return block(
    'What was asked',
    rows.length === 0
      ? null
      : element('table', {}, element('thead', {}, element('tr', {}, ...heads)), element('tbody', {}, ...rows)),
    element('p', {}, finals),
    ...[...vacuousReasons, ...notes].map(sentence => element('p', { class: 'aside' }, showForeign(sentence, 400))),
  );
}

export function checksBlock(results: readonly CheckResult[]): HTMLElement | null {
  const tables = results.map(({ checker, stats }) => {
    const list = pairs(Object.entries(stats));
    return list === null ? null : element('div', { class: 'stats' }, element('h4', {}, showForeign(checker, 60)), list);
  });
  const there = tables.filter(table => table !== null);
  return there.length === 0
    ? null
    : block('What the checkers counted', element('div', { class: 'many-stats' }, ...there));
}
