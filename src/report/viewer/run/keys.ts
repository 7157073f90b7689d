/**
 * The keyboard. Everything that the mouse does can be done from here; `?` shows the list.
 */
import { bindShortcuts, type Shortcut } from '../parts/shortcuts.ts';
import { toggleTheme } from '../parts/theme.ts';
import { firstAtLeast } from './chart/bins.ts';
import { selectOperation } from './operations/selection.ts';
import type { Context } from './panel.ts';
import type { State } from './state.ts';

const shortcuts: readonly Shortcut<Context>[] = [
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
  bindShortcuts(shortcuts, context);
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
