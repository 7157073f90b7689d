/**
 * The frame of a panel: its title, a link to it, how to read it, and what is in it.
 */
import { element } from './dom.ts';

interface Frame {
  /** Stable: a part of links. */
  readonly id: string;
  readonly title: string;
  /** How to read it, in a sentence or two, for somebody who sees it for the first time. */
  readonly hint?: string;
  readonly state: { set(patch: { readonly at: string }): void };
}

export function frame({ id, title, hint, state }: Frame, ...content: readonly (Node | null)[]): HTMLElement {
  const link = element('a', { class: 'anchor', href: `#at=${id}`, 'aria-label': `link to ${title}` }, '#');
  link.addEventListener('click', event => {
    event.preventDefault();
    state.set({ at: id });
  });
  return element(
    'section',
    { id, class: 'panel', 'aria-labelledby': `${id}-title` },
    element('h2', { id: `${id}-title` }, title, ' ', link),
    hint === undefined ? null : element('p', { class: 'hint' }, hint),
    ...content,
  );
}
