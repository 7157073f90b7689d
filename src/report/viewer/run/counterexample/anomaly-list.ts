/**
 * The anomalies of a run as a list to choose from, when there are several.
 */

import { countOf, showCount, showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import type { Context } from '../panel.ts';
import type { FoundAnomaly } from './findings.ts';
import { clamped } from './orders.ts';

export interface AnomalyList {
  readonly element: HTMLElement;
  update(): void;
}

export function anomalyList({ report, state }: Context, found: readonly FoundAnomaly[]): AnomalyList {
  const now = () => clamped(state.view.anomaly, found.length);
  const show = (anomaly: number): void => state.set({ anomaly, order: 0, step: null });
  const items = found.map(({ anomaly, checker }, index) => {
    const key = anomaly.key === null ? '' : ` on key ${showForeign(JSON.stringify(anomaly.key), 40)}`;
    const button = element(
      'button',
      { type: 'button' },
      element('strong', {}, `${anomaly.kind}${key}`),
      element('span', { class: 'by' }, ` ${checker}, ${countOf(anomaly.operations.length, 'operation')}`),
      element('span', { class: 'beginning' }, showForeign(anomaly.explanation.split('\n')[0] ?? '', 120)),
    );
    button.addEventListener('click', () => show(index));
    return button;
  });
  const turn = (label: string, by: number): HTMLButtonElement => {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => show((now() + by + found.length) % found.length));
    return button;
  };
  const which = element('span', { class: 'which', 'aria-live': 'polite' });
  const update = (): void => {
    which.textContent = `Anomaly ${now() + 1} of ${found.length}`;
    items.forEach((button, index) => button.setAttribute('aria-current', String(index === now())));
    const item = items[now()];
    if (item) list.scrollTop = item.offsetTop - list.clientHeight / 2;
  };
  const { anomalies: leftOut } = report.data.leftOut;
  const list = element('ol', { class: 'list' }, ...items.map(button => element('li', {}, button)));
  const content = element(
    'nav',
    { class: 'anomalies', 'aria-label': 'anomalies' },
    element('div', { class: 'turns' }, which, turn('‹ previous', -1), turn('next ›', 1)),
    list,
    leftOut > 0
      ? element('p', { class: 'hint' }, `${showCount(leftOut)} more are not here; verdict.json has them.`)
      : null,
  );
  return { element: content, update };
}
