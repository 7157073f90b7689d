/**
 * The page of many runs. It unpacks the index and builds the panels in the order in which a reader asks: how was last night,
 * what is new, where, since when, and everything else.
 */
import { decodeIndex } from '../../payload/decode-index.ts';
import { element } from '../parts/dom.ts';
import { watchTheme } from '../parts/theme.ts';
import { bindKeys } from './keys.ts';
import type { Context, CreatePanel } from './panel.ts';
import { banner } from './panels/banner.ts';
import { filterBar } from './panels/filter-bar.ts';
import { findings } from './panels/findings.ts';
import { grid } from './panels/grid.ts';
import { table } from './panels/table.ts';
import { trends } from './panels/trends.ts';
import { shownRuns } from './shown.ts';
import { createState } from './state.ts';

const panels: readonly CreatePanel[] = [banner, findings, filterBar, grid, trends, table];

async function open(): Promise<void> {
  const payload = (document.getElementById('payload') as HTMLTemplateElement).content.textContent;
  const data = await decodeIndex(payload ?? '');
  const state = createState();
  const context: Context = { data, state, shown: shownRuns(data, state) };
  const main = document.querySelector('main') as HTMLElement;
  main.classList.add('index');
  watchTheme();
  main.replaceChildren(...panels.map(create => create(context)).filter(panel => panel !== null));
  bindKeys(context);
  scrollToLinked(state.view.at);
  state.subscribe((view, changed) => {
    if (changed.has('at')) scrollToLinked(view.at);
  });
  document.documentElement.dataset['ready'] = 'yes';
}

function scrollToLinked(at: string): void {
  if (at !== '') document.getElementById(at)?.scrollIntoView();
}

open().catch((error: unknown) => {
  const words = `This index cannot be shown: ${error instanceof Error ? error.message : String(error)}`;
  document.querySelector('main')?.replaceChildren(element('p', { class: 'broken', role: 'alert' }, words));
  document.documentElement.dataset['ready'] = 'broken';
});
