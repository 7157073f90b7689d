/**
 * A panel of the page of many runs: one question and its answer. Each is a function in a file of its own under `panels/`;
 * `main.ts` has the list.
 */
import type { IndexData } from '../../many/index-data.ts';
import { element } from '../parts/dom.ts';
import type { State } from './state.ts';

/** What every panel is given. */
export interface Context {
  readonly data: IndexData;
  readonly state: State;
  /** Runs that are wanted at present, in order of time. Into `data.runs`. */
  shown(): readonly number[];
}

/** The panel, in place; null when there is nothing that it could show. */
export type CreatePanel = (context: Context) => HTMLElement | null;

interface Frame {
  /** Stable: a part of links. */
  readonly id: string;
  readonly title: string;
  /** How to read it, in a sentence or two, for somebody who sees it for the first time. */
  readonly hint?: string;
  readonly state: State;
}

/** The frame of a panel: its title, a link to it, how to read it, and what is in it. */
export function frame({ id, title, hint, state }: Frame, ...content: readonly Node[]): HTMLElement {
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

/** The id of a part about something with this name, the same in every index. */
export function placeName(kind: 'finding' | 'trend', name: string): string {
  return `${kind}-${name.replaceAll(/\W+/g, '-')}`;
}

/** Shows these runs in the table. */
export function showRuns(state: State, wanted: Parameters<State['set']>[0]): void {
  state.set({ ...wanted, at: 'runs' });
}
