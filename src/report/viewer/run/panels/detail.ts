/**
 * The selected operation, in full. It may be selected anywhere on the page, so its card lies at the lower edge of the window
 * wherever the reader is; at the end of the page it has a place of its own and covers nothing.
 */
import { element, fill } from '../../parts/dom.ts';
import { operationFacts, operationHead } from '../operations/card.ts';
import { selectedOperation, selectOperation } from '../operations/selection.ts';
import type { Context } from '../panel.ts';

export function detail(context: Context): HTMLElement | null {
  const { report, state } = context;
  if (report.operations.length === 0) return null;
  // Read aloud when it changes, and only this: the facts are many.
  const head = element('div', { class: 'head', 'aria-live': 'polite' });
  const facts = element('div', { class: 'facts', id: 'operation-facts' });
  const link = element('a', {}, 'link');
  const length = element('button', { type: 'button', 'aria-controls': 'operation-facts' });
  const show = element('button', { type: 'button', title: 'moves the visible time to it' }, 'show in lanes');
  const close = element('button', { type: 'button', title: 'Escape' }, 'close');
  const dock = element(
    'aside',
    { id: 'operation', class: 'operation-dock', 'aria-label': 'the selected operation' },
    element('div', { class: 'line' }, head, element('div', { class: 'buttons' }, link, show, length, close)),
    facts,
  );
  const setLength = (isShort: boolean): void => {
    facts.hidden = isShort;
    length.textContent = isShort ? 'more' : 'less';
    length.setAttribute('aria-expanded', String(!isShort));
  };
  const update = (): void => {
    const id = selectedOperation(report, state.view);
    dock.hidden = id === null;
    fill(head, ...(id === null ? [] : operationHead(context, id)));
    fill(facts, ...(id === null ? [] : operationFacts(context, id)));
    facts.scrollTop = 0;
  };
  length.addEventListener('click', () => setLength(!facts.hidden));
  show.addEventListener('click', () => {
    const id = selectedOperation(report, state.view);
    if (id !== null) selectOperation(context, id);
    document.getElementById('lanes')?.scrollIntoView();
  });
  close.addEventListener('click', () => state.set({ operation: null }));
  state.subscribe((_, changed) => {
    link.setAttribute('href', state.link({ at: 'lanes' }));
    if (changed.has('operation')) update();
  });
  // What has the focus, or is jumped to, must not be behind it.
  new ResizeObserver(() => {
    document.documentElement.style.scrollPaddingBottom = `${dock.offsetHeight}px`;
  }).observe(dock);
  link.setAttribute('href', state.link({ at: 'lanes' }));
  link.title = 'a link to this page with this operation selected';
  setLength(false);
  update();
  document.body.append(dock);
  return null;
}
