/**
 * Searches that ran out of what they may spend: what they looked at, and what to change so that they come to an end.
 */
import type { CheckResult } from '../../../../checker/checker.ts';
import type { ReportData } from '../../../data.ts';
import { showCount, showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';

type Unknown = Extract<CheckResult, { readonly validity: 'unknown' }>;

const reasons = {
  timeout: 'it ran out of time',
  states: 'it had to keep more than it may keep',
  memory: 'it ran out of memory',
  crash: 'it broke',
  'no-data': 'it was given nothing that it could judge',
} as const;

/** One for each checker that does not know. */
export function unfinishedSearches({ results }: ReportData): readonly HTMLElement[] {
  return results.filter(result => result.validity === 'unknown').map(search);
}

function search({ checker, reason, detail, stats }: Unknown): HTMLElement {
  return element(
    'div',
    { class: 'unfinished' },
    element('p', {}, element('strong', {}, checker), ` does not know: ${reasons[reason]}.`),
    element('p', {}, showForeign(detail, 2000)),
    element(
      'dl',
      {},
      ...Object.entries(stats).flatMap(([name, value]) => [
        element('dt', {}, showForeign(name, 60)),
        element('dd', {}, typeof value === 'number' ? showCount(value) : showForeign(value, 300)),
      ]),
    ),
  );
}
