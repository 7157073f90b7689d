/**
 * "How far an order comes": the orders one by one, each step by step. The picture follows.
 *
 * The buttons stay where they are while what they show is replaced, so that they can be pressed again and again.
 */
import type { Evidence } from '../../../../checker/evidence/evidence.ts';
import { countOf } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import type { State } from '../state.ts';
import { orderTable, whereItStands } from './order-table.ts';
import { clamped, ordersOf, stepOf, walked } from './orders.ts';

export interface OrderWalk {
  readonly element: HTMLElement;
  update(): void;
  /** Brings the row that matters into sight: the step that was done, or the end. */
  scroll(): void;
}

export function orderWalk(evidence: Evidence, state: State): OrderWalk {
  const orders = ordersOf(evidence);
  const shown = () => {
    const index = clamped(state.view.order, orders.length);
    const order = orders[index]!;
    return { index, order, step: stepOf(state.view.step, order) };
  };
  const walk = (by: 1 | -1): void => {
    const { order, step } = shown();
    state.set({ step: walked(step, by, order) });
  };
  const turn = (by: 1 | -1): void => {
    const { index } = shown();
    state.set({ order: (index + by + orders.length) % orders.length, step: null });
  };
  const which = element('span', { class: 'which', 'aria-live': 'polite' });
  const stands = element('p', { class: 'stands', 'aria-live': 'polite' });
  const place = element('div', { class: 'steps', tabindex: 0, role: 'group', 'aria-label': 'steps: ← and → walk' });
  place.addEventListener('keydown', event => {
    if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
    event.preventDefault();
    walk(event.key === 'ArrowLeft' ? -1 : 1);
  });
  const update = (): void => {
    const { index, order, step } = shown();
    which.textContent = whichWords(evidence, order.explained, { index, count: orders.length });
    stands.textContent = whereItStands(evidence, order, step);
    stands.classList.toggle('end', step === null);
    fill(place, orderTable(evidence, order, step));
    scroll();
  };
  const scroll = (): void => {
    const row = place.querySelector<HTMLElement>('tr.current');
    place.scrollTop = row ? row.offsetTop - place.clientHeight / 2 : place.scrollHeight;
  };
  update();
  const turns =
    orders.length < 2 ? [] : [button('‹ previous order', () => turn(-1)), button('next order ›', () => turn(1))];
  const steps = [
    button('start', () => state.set({ step: 0 })),
    button('‹ back', () => walk(-1)),
    button('next step ›', () => walk(1)),
    button('all', () => state.set({ step: null })),
  ];
  const isLong = orders.some(order => order.steps.length > 1);
  const content = element(
    'div',
    { class: 'orders' },
    element('h3', {}, evidence.complete ? 'How far an order comes' : 'How far an order was seen to come'),
    element(
      'div',
      { class: 'turns' },
      which,
      element('span', { class: 'group' }, ...turns),
      isLong ? element('span', { class: 'group' }, ...steps) : null,
    ),
    stands,
    place,
    ...notes(evidence).map(words => element('p', { class: 'hint' }, words)),
  );
  return { element: content, update, scroll };
}

/** `Order 1 of 4 explains 2 of 3 answers` */
function whichWords({ operations }: Evidence, explained: number, where: { index: number; count: number }): string {
  const completed = operations.filter(one => one.completed).length;
  const name = where.count === 1 ? 'The order that comes farthest' : `Order ${where.index + 1} of ${where.count}`;
  return `${name} explains ${explained} of ${countOf(completed, 'answer')}`;
}

/** What was not tried, and what is not listed. */
function notes({ anyStart, starts, complete, farthest, partials, leftOut }: Evidence): readonly string[] {
  const best = partials.reduce((most, { explained }) => Math.max(most, explained), 0);
  const listed = partials.filter(({ explained }) => explained === best).length;
  const others = Math.max(leftOut.partials, farthest - listed);
  return [
    anyStart
      ? `What was stored before does not matter. It was tried with: ${[...starts, ...more(leftOut.starts)].join('; ')}.`
      : '',
    complete
      ? 'Every order of these operations was tried. None comes farther.'
      : 'There are too many orders to try them all: these are the longest that were found. That none explains every answer is certain nevertheless.',
    others > 0
      ? `${countOf(others, 'more order')} that come no farther either, and end otherwise, are not listed.`
      : '',
    leftOut.blocked > 0
      ? `${countOf(leftOut.blocked, 'more operation')} that orders cannot get past: those orders are not listed.`
      : '',
  ].filter(words => words !== '');
}

function more(count: number): readonly string[] {
  return count === 0 ? [] : [`${count} more`];
}

function button(label: string, act: () => void): HTMLButtonElement {
  const node = element('button', { type: 'button' }, label);
  node.addEventListener('click', act);
  return node;
}
