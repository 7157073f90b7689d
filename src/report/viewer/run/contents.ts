/**
 * What is on the page: a line of links below the verdict.
 */
import { element } from '../parts/dom.ts';
import type { State } from './state.ts';

export function contents(panels: readonly HTMLElement[], state: State): HTMLElement {
  const links = panels.flatMap(({ id, firstElementChild }) => {
    const title = firstElementChild?.firstChild?.textContent ?? '';
    if (id === '' || firstElementChild?.tagName !== 'H2') return [];
    const link = element('a', { href: `#at=${id}` }, title);
    link.addEventListener('click', event => {
      event.preventDefault();
      // Also when it was the last that was linked to.
      document.getElementById(id)?.scrollIntoView();
      state.set({ at: id });
    });
    return [link];
  });
  return element('nav', { class: 'contents', 'aria-label': 'on this page' }, ...links);
}
