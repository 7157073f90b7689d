/**
 * How many stale reads were how old: a bar for each bin of a logarithmic scale.
 */
import type { Staleness } from '../../../../checker/measure/staleness/staleness.ts';
import { showCount } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { roundDuration } from './latency-plot.ts';

export function ageHistogram(bins: Staleness['histogram']): HTMLElement {
  const highest = Math.max(...bins.map(({ count }) => count));
  const rows = bins.map(({ upTo, count }) => {
    const bar = element('span', { class: count === 0 ? 'age-bar empty' : 'age-bar' });
    bar.style.width = `${(count / highest) * 100}%`;
    return element(
      'tr',
      {},
      element('th', { scope: 'row', class: 'number' }, `up to ${roundDuration(upTo)}`),
      element('td', { class: 'bars' }, bar),
      element('td', { class: 'number' }, count === 0 ? '' : showCount(count)),
    );
  });
  return element('table', { class: 'ages' }, element('tbody', {}, ...rows));
}
