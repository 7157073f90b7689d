/**
 * The keyboard. Everything that the mouse does can be done from here; `?` shows the list.
 */
import { element } from '../parts/dom.ts';
import { toggleTheme } from '../parts/theme.ts';
import { firstAtLeast } from './chart/bins.ts';
import { selectOperation } from './operations/selection.ts';
import type { Context } from './panel.ts';
import type { State } from './state.ts';

interface Shortcut {
  /** As `KeyboardEvent.key` says it. */
  readonly keys: readonly string[];
  readonly does: string;
  readonly act: (context: Context) => void;
}

const shortcuts: readonly Shortcut[] = [
  { keys: ['ArrowLeft', 'h'], does: 'earlier', act: ({ state }) => pan(state, -0.25) },
  { keys: ['ArrowRight', 'l'], does: 'later', act: ({ state }) => pan(state, 0.25) },
  { keys: ['+', '='], does: 'closer', act: ({ state }) => zoom(state, 0.5) },
  { keys: ['-'], does: 'farther', act: ({ state }) => zoom(state, 2) },
  { keys: ['0'], does: 'the whole run', act: ({ state }) => state.set(state.whole) },
  { keys: ['n', 'j'], does: 'next operation', act: context => step(context, 1) },
  { keys: ['p', 'k'], does: 'previous operation', act: context => step(context, -1) },
  { keys: ['a'], does: 'next anomaly', act: context => nextAnomaly(context, 1) },
  { keys: ['A'], does: 'previous anomaly', act: context => nextAnomaly(context, -1) },
  {
    keys: ['/'],
    does: 'search the operations',
    act: () => document.querySelector<HTMLElement>('#filter-text')?.focus(),
  },
  { keys: ['d'], does: 'dark or light', act: toggleTheme },
  { keys: ['Escape'], does: 'select nothing', act: ({ state }) => state.set({ operation: null }) },
];

export function bindKeys(context: Context): void {
  const help = helpDialog();
  document.body.append(help);
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === '?') {
      help.showModal();
      return;
    }
    // A panel that has a use for a key of its own has taken it.
    if (help.open || event.defaultPrevented) return;
    const shortcut = shortcuts.find(({ keys }) => keys.includes(event.key));
    if (!shortcut) return;
    event.preventDefault();
    shortcut.act(context);
  });
  document.querySelector('#show-keys')?.addEventListener('click', () => help.showModal());
}

/** A checkbox or a button takes no text. */
function isTyping(target: EventTarget | null): boolean {
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button'].includes(target.type);
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
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

/** By a part of what is visible. */
function pan(state: State, part: number): void {
  const { from, to } = state.view;
  const distance = (to - from) * part;
  state.set({ from: from + distance, to: to + distance });
}

/** Around the selected operation's place would be guessing; around the middle is what everybody expects. */
function zoom(state: State, factor: number): void {
  const { from, to } = state.view;
  const middle = (from + to) / 2;
  const half = ((to - from) / 2) * factor;
  state.set({ from: middle - half, to: middle + half });
}

/** In order of invocation; from nothing, the first that is visible. */
function step(context: Context, by: number): void {
  const { operations } = context.report;
  const { operation, from } = context.state.view;
  const next = operation === null ? firstAtLeast(operations.callTime, from) : operation + by;
  if (next >= 0 && next < operations.length) selectOperation(context, next);
}

function nextAnomaly({ report, state }: Context, by: number): void {
  const count = report.data.results.flatMap(result => (result.validity === 'invalid' ? result.anomalies : [])).length;
  if (count === 0) return;
  state.set({ anomaly: (state.view.anomaly + by + count) % count, order: 0, step: null, at: 'counterexample' });
}
