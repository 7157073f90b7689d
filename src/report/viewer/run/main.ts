/**
 * The page of one run. It unpacks the report, builds the panels in the order in which a reader asks (what is the verdict,
 * why, when, what else), and ties the keyboard and the address to the state that they share.
 */
import { decodeReport } from '../../payload/decode.ts';
import { element } from '../parts/dom.ts';
import { watchTheme } from '../parts/theme.ts';
import { contents } from './contents.ts';
import { bindKeys } from './keys.ts';
import type { Context, CreatePanel } from './panel.ts';
import { banner } from './panels/banner.ts';
import { convergence } from './panels/convergence.ts';
import { counterexample } from './panels/counterexample.ts';
import { detail } from './panels/detail.ts';
import { faults } from './panels/faults.ts';
import { lanes } from './panels/lanes.ts';
import { latency } from './panels/latency.ts';
import { latencyDistribution } from './panels/latency-distribution.ts';
import { logs } from './panels/logs.ts';
import { messages } from './panels/messages.ts';
import { setup } from './panels/setup.ts';
import { staleness } from './panels/staleness.ts';
import { table } from './panels/table.ts';
import { throughput } from './panels/throughput.ts';
import { timeline } from './panels/timeline.ts';
import { createState, type State } from './state.ts';

const panels: readonly CreatePanel[] = [
  banner,
  counterexample,
  timeline,
  throughput,
  latency,
  faults,
  lanes,
  detail,
  convergence,
  staleness,
  latencyDistribution,
  messages,
  logs,
  table,
  setup,
];

async function open(): Promise<void> {
  const payload = (document.getElementById('payload') as HTMLTemplateElement).content.textContent;
  const report = await decodeReport(payload ?? '');
  const state = createState({ from: 0, to: Math.max(report.data.duration, 10) });
  const context: Context = { report, state };
  const main = document.querySelector('main') as HTMLElement;
  const made = panels.map(create => create(context)).filter(panel => panel !== null);
  const [verdict, ...others] = made;
  main.replaceChildren(...(verdict ? [verdict, contents(others, state), ...others] : others));
  watchTheme();
  bindKeys(context);
  keepInView(main, state);
  document.documentElement.dataset['ready'] = 'yes';
}

/**
 * What was linked to stays at the top while panels above it are still finding their size, until the reader does something.
 */
function keepInView(main: HTMLElement, state: State): void {
  let kept = state.view.at;
  const show = (): void => {
    if (kept !== null) document.getElementById(kept)?.scrollIntoView();
  };
  const release = (): void => {
    kept = null;
  };
  for (const act of ['wheel', 'touchstart', 'pointerdown', 'keydown']) window.addEventListener(act, release, true);
  new ResizeObserver(show).observe(main);
  state.subscribe((view, changed) => {
    if (!changed.has('at')) return;
    kept = view.at;
    show();
  });
}

open().catch((error: unknown) => {
  const words = `This report cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
  document.querySelector('main')?.replaceChildren(element('p', { class: 'broken', role: 'alert' }, words));
  document.documentElement.dataset['ready'] = 'broken';
});
