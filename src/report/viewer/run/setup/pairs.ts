/**
 * Names and what they stand for, as a list of two columns. What is not known is left out.
 */

import { showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';

export type Pair = readonly [name: string, value: string | number | HTMLElement | null | undefined];

export function pairs(list: readonly Pair[]): HTMLElement | null {
  const known = list.filter(([, value]) => value !== null && value !== undefined && value !== '');
  if (known.length === 0) return null;
  return element(
    'dl',
    { class: 'pairs' },
    ...known.flatMap(([name, value]) => [
      element('dt', {}, showForeign(name, 80)),
      element('dd', {}, value instanceof HTMLElement ? value : plain(value ?? '')),
    ]),
  );
}

function plain(value: string | number): string {
  return typeof value === 'number' ? value.toLocaleString('en-US') : showForeign(value, 500);
}

/** A title with what belongs to it; null when there is nothing. */
export function block(title: string, ...content: readonly (HTMLElement | null)[]): HTMLElement | null {
  const there = content.filter(part => part !== null);
  return there.length === 0 ? null : element('div', { class: 'block' }, element('h3', {}, title), ...there);
}
