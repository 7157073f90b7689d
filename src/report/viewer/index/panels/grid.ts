/**
 * Nights by combination: what came out, a cell for each. A cell opens the list of its runs.
 */
import { type Cells, cellsOf, countVerdicts } from '../../../many/cells.ts';
import type { Combination, IndexData, IndexRun } from '../../../many/index-data.ts';
import { combinationName } from '../../../many/index-words.ts';
import { nightLabel } from '../../../many/night.ts';
import { countOf, showForeign } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import type { Context } from '../panel.ts';
import { runCard } from '../run-card.ts';
import { verdictMarksOf } from '../verdict-mark.ts';
import { moveByArrows } from './grid-keys.ts';

const hint =
  'What came out, by night: the gravest first, with how many runs. A dot: not run that night. A cell opens its runs.';

export function grid(context: Context): HTMLElement {
  const { state } = context;
  const scroller = element('div', { class: 'scroll-x grid-scroll' });
  let drawn: readonly number[] | null = null;
  const draw = (): void => {
    const shown = context.shown();
    const { scrollLeft } = scroller;
    const focused = document.activeElement?.getAttribute('data-cell') ?? null;
    fill(scroller, shown.length === 0 ? element('p', {}, 'No run is like that.') : gridTable(context));
    // At first the last nights are in sight.
    scroller.scrollLeft = drawn === null ? scroller.scrollWidth : scrollLeft;
    drawn = shown;
    if (focused !== null) buttonOf(scroller, focused)?.focus();
  };
  draw();
  requestAnimationFrame(() => {
    scroller.scrollLeft = scroller.scrollWidth;
    if (state.view.cell !== '') buttonOf(scroller, state.view.cell)?.scrollIntoView({ block: 'center' });
  });
  state.subscribe((_, changed) => {
    if (changed.has('cell') || context.shown() !== drawn) draw();
  });
  moveByArrows(scroller);
  return frame({ id: 'grid', title: 'Night by night', hint, state }, scroller);
}

function buttonOf(scroller: HTMLElement, cell: string): HTMLElement | null {
  return (
    [...scroller.querySelectorAll<HTMLElement>('[data-cell]')].find(({ dataset }) => dataset['cell'] === cell) ?? null
  );
}

/** A cell in a link. */
function cellName(night: string, combination: Combination): string {
  return `${night}, ${combinationName(combination)}`;
}

function gridTable(context: Context): HTMLElement {
  const { data } = context;
  const cells = cellsOf(data, context.shown());
  const rows = [...data.combinations.keys()].filter(at => cells[at]?.some(runs => runs.length > 0));
  const last = data.nights.length - 1;
  const nights = data.nights.map((night, at) =>
    element(
      'th',
      { scope: 'col', class: at === last ? 'night last' : 'night', title: night },
      nightLabel(night),
      at === last ? element('span', { class: 'faint' }, ' last') : null,
    ),
  );
  return element(
    'table',
    { class: 'grid' },
    element(
      'thead',
      {},
      element('tr', {}, element('th', { scope: 'col', class: 'about' }, 'workload, nemesis'), ...nights),
    ),
    ...groupsOf(rows, data).map(group =>
      element('tbody', {}, systemRow(group, data), ...group.flatMap(at => gridRow(at, { context, cells }))),
    ),
  );
}

function systemRow([first]: readonly number[], { combinations, nights }: IndexData): HTMLElement {
  const { system, planted } = combinations[first as number] as Combination;
  return element(
    'tr',
    { class: 'system' },
    element(
      'th',
      { class: 'about' },
      showForeign(system, 60),
      planted ? element('span', { class: 'tag' }, 'planted bug') : null,
    ),
    ...nights.map((_, at) => element('td', { class: at === nights.length - 1 ? 'night last' : 'night' })),
  );
}

/** Combinations of one system stand together: they are sorted by name. */
function groupsOf(rows: readonly number[], { combinations }: IndexData): readonly (readonly number[])[] {
  const groups = new Map<string, number[]>();
  for (const at of rows) {
    const { system } = combinations[at] as Combination;
    const group = groups.get(system);
    if (group) group.push(at);
    else groups.set(system, [at]);
  }
  return [...groups.values()];
}

interface Row {
  readonly context: Context;
  readonly cells: Cells;
}

/** The row, and below it the runs of its open cell. */
function gridRow(at: number, { context, cells }: Row): readonly HTMLElement[] {
  const { data, state } = context;
  const about = data.combinations[at] as Combination;
  const row = cells[at] ?? [];
  const open = row.findIndex(
    (runs, night) => runs.length > 0 && state.view.cell === cellName(data.nights[night] ?? '', about),
  );
  const first = element(
    'tr',
    { class: 'combination' },
    element('th', { scope: 'row', class: 'about' }, showForeign(`${about.workload}, ${about.nemesis}`, 60)),
    ...row.map((runs, night) => gridCell(runs, { context, about, night })),
  );
  return open < 0 ? [first] : [first, openRow(row[open] ?? [], context)];
}

interface Cell {
  readonly context: Context;
  readonly about: Combination;
  readonly night: number;
}

function gridCell(which: readonly number[], { context, about, night }: Cell): HTMLElement {
  const { data, state } = context;
  const last = night === data.nights.length - 1 ? ' last' : '';
  if (which.length === 0) return element('td', { class: `night none${last}`, 'aria-label': 'not run' }, '·');
  const counts = countVerdicts(which.map(at => data.runs[at] as IndexRun));
  const name = cellName(data.nights[night] ?? '', about);
  const isOpen = state.view.cell === name;
  const words = counts.map(({ verdict, count }) => `${count} ${verdict}`).join(', ');
  const label = showForeign(`${nightLabel(data.nights[night] ?? '')}, ${combinationName(about)}: ${words}`, 300);
  const button = element(
    'button',
    {
      type: 'button',
      class: `cell v-${counts[0]?.verdict ?? ''}`,
      title: label,
      'aria-label': label,
      'aria-expanded': String(isOpen),
      'data-cell': name,
      tabindex: -1,
    },
    ...verdictMarksOf(counts),
  );
  button.addEventListener('click', () => state.set({ cell: isOpen ? '' : name }));
  return element('td', { class: `night${last}` }, button);
}

const shownCards = 20;

/** The gravest are in front, then in order of time. */
function openRow(which: readonly number[], { data, state }: Context): HTMLElement {
  const runs = which.map(at => data.runs[at] as IndexRun);
  const sorted = countVerdicts(runs).flatMap(({ verdict }) => runs.filter(run => run.verdict === verdict));
  const more = sorted.length - shownCards;
  const close = element('button', { type: 'button', class: 'close' }, 'close');
  close.addEventListener('click', () => state.set({ cell: '' }));
  const cards = sorted.slice(0, shownCards).map(run => runCard(data, run));
  const rest = more > 0 ? element('p', { class: 'faint' }, `${countOf(more, 'more run')} in the table below.`) : null;
  return element(
    'tr',
    { class: 'opened' },
    element('td', { colspan: data.nights.length + 1 }, element('div', { class: 'opened-runs' }, close, ...cards, rest)),
  );
}
