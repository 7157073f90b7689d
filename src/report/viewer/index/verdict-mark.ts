/**
 * A verdict as it is drawn everywhere on this page: a shape and a colour.
 */
import type { VerdictCount } from '../../many/cells.ts';
import { type IndexVerdict, verdictMarks } from '../../many/index-data.ts';
import { showCount } from '../../shown-text.ts';
import { element } from '../parts/dom.ts';

/** The mark alone; what stands beside it must say the word. */
export function verdictMark(verdict: IndexVerdict): HTMLElement {
  return element('span', { class: `verdict-mark v-${verdict}`, 'aria-hidden': 'true' }, verdictMarks[verdict]);
}

/** `✗ fail` */
export function verdictWord(verdict: IndexVerdict): HTMLElement {
  return element('span', { class: 'verdict-word' }, verdictMark(verdict), verdict);
}

/** `2✗ 3✓`; the number is left out where there is only one run. */
export function verdictMarksOf(counts: readonly VerdictCount[]): readonly (HTMLElement | string)[] {
  const alone = counts.length === 1 && counts[0]?.count === 1;
  return counts.flatMap(({ verdict, count }, at) => [
    at === 0 ? '' : ' ',
    element('span', { class: 'verdict-count' }, alone ? null : showCount(count), verdictMark(verdict)),
  ]);
}
