/**
 * The keyboard. Everything that the mouse does can be done from here; `?` shows the list.
 */
import { bindShortcuts, type Shortcut } from '../parts/shortcuts.ts';
import { toggleTheme } from '../parts/theme.ts';
import type { Context } from './panel.ts';
import { unfiltered } from './state.ts';

const shortcuts: readonly Shortcut<Context>[] = [
  { keys: ['1'], does: 'what was found', act: () => goTo('findings') },
  { keys: ['2'], does: 'night by night', act: () => goTo('grid') },
  { keys: ['3'], does: 'trends', act: () => goTo('trends') },
  { keys: ['4'], does: 'all runs', act: () => goTo('runs') },
  {
    keys: ['g'],
    does: 'into the grid',
    act: () => document.querySelector<HTMLElement>('.cell[tabindex="0"]')?.focus(),
  },
  { keys: ['←', '↑', '→', '↓'], does: 'to the next cell of the grid; Enter opens it' },
  { keys: ['/'], does: 'search the runs', act: () => document.querySelector<HTMLElement>('#filter-text')?.focus() },
  { keys: ['x'], does: 'show all runs again', act: ({ state }) => state.set(unfiltered) },
  { keys: ['d'], does: 'dark or light', act: toggleTheme },
  { keys: ['Escape'], does: 'close what is open', act: ({ state }) => state.set({ cell: '', run: '' }) },
];

function goTo(id: string): void {
  document.getElementById(id)?.scrollIntoView();
}

export function bindKeys(context: Context): void {
  bindShortcuts(shortcuts, context);
}
