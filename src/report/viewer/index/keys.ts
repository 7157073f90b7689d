/**
 * The keyboard. Everything that the mouse does can be done from here; `?` shows the list.
 */
import { element } from '../parts/dom.ts';
import { toggleTheme } from '../parts/theme.ts';
import type { Context } from './panel.ts';
import { unfiltered } from './state.ts';

interface Shortcut {
  /** As `KeyboardEvent.key` says it. */
  readonly keys: readonly string[];
  readonly does: string;
  readonly act?: (context: Context) => void;
}

const shortcuts: readonly Shortcut[] = [
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
  const help = helpDialog();
  document.body.append(help);
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?') {
      help.showModal();
      return;
    }
    if (help.open || event.defaultPrevented) return;
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!shortcut?.act) return;
    event.preventDefault();
    shortcut.act(context);
  });
  document.querySelector('#show-keys')?.addEventListener('click', () => help.showModal());
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLSelectElement;
}

function helpDialog(): HTMLDialogElement {
  const rows = shortcuts.map(({ keys, does }) =>
    element('tr', {}, element('td', {}, ...keys.map(key => element('kbd', {}, key))), element('td', {}, does)),
  );
  const close = element('button', { type: 'button' }, 'close');
  const dialog = element('dialog', { 'aria-label': 'keyboard' }, element('table', {}, ...rows), close);
  close.addEventListener('click', () => dialog.close());
  return dialog;
}
