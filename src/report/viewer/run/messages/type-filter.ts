/**
 * A chip for each message type of the visible time: how many there are, and whether they are drawn.
 */

import { showCount, showForeign } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';

export interface TypeFilter {
  readonly element: HTMLElement;
  /** Types that are not drawn. */
  readonly hidden: ReadonlySet<string>;
  show(counts: readonly (readonly [string, number])[]): void;
}

/** Types beyond them are always drawn. */
const mostChips = 30;

export function typeFilter(onChange: () => void): TypeFilter {
  const hidden = new Set<string>();
  const box = element('div', { class: 'chips', role: 'group', 'aria-label': 'message types' });
  let shown = '';
  const chip = ([type, count]: readonly [string, number]): HTMLElement => {
    const input = element('input', { type: 'checkbox' });
    input.checked = !hidden.has(type);
    input.addEventListener('change', () => {
      if (input.checked) hidden.delete(type);
      else hidden.add(type);
      onChange();
    });
    const name = type === '' ? 'no type' : showForeign(type, 40);
    return element('label', { class: 'chip' }, input, ` ${name} `, element('small', {}, showCount(count)));
  };
  return {
    element: box,
    hidden,
    show(counts) {
      const next = JSON.stringify(counts);
      // The chip that was just used keeps the focus.
      if (next === shown) return;
      shown = next;
      const rest = counts.length - mostChips;
      fill(box, ...counts.slice(0, mostChips).map(chip), rest > 0 && `and ${rest} more types`);
    },
  };
}
