/**
 * All runs that are shown, in a table that can be sorted by every column. A row opens its run in full.
 */
import type { IndexData, IndexRun } from '../../../many/index-data.ts';
import { showCount } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import type { Context } from '../panel.ts';
import { runCard } from '../run-card.ts';
import { type Column, columns } from './table-columns.ts';

const hint = 'Newest first; a heading sorts, the triangle opens a run in full, the seed leads to its page.';

const atATime = 100;

export function table(context: Context): HTMLElement {
  const { data, state } = context;
  const head = element('thead');
  const body = element('tbody');
  const rest = element('p', { class: 'rest' });
  let limit = atATime;
  let drawn: readonly number[] | null = null;
  const draw = (): void => {
    const shown = context.shown();
    if (shown !== drawn) limit = atATime;
    drawn = shown;
    const sorted = sortRuns(shown, { data, sort: state.view.sort });
    const linked = sorted.findIndex(at => data.runs[at]?.path === state.view.run);
    limit = Math.max(limit, linked + 1);
    const focused = document.activeElement?.getAttribute('data-focus') ?? null;
    fill(head, headRow(context));
    fill(body, ...sorted.slice(0, limit).flatMap(at => rowOf(data.runs[at] as IndexRun, context)));
    fill(rest, ...restWords(sorted.length - limit, more));
    if (focused !== null) {
      const again = [
        ...head.querySelectorAll<HTMLElement>('[data-focus]'),
        ...body.querySelectorAll<HTMLElement>('[data-focus]'),
      ];
      again.find(({ dataset }) => dataset['focus'] === focused)?.focus();
    }
  };
  const more = (): void => {
    limit += atATime * 5;
    draw();
  };
  draw();
  state.subscribe((_, changed) => {
    if (changed.has('run') || changed.has('sort') || context.shown() !== drawn) draw();
  });
  const whole = element('table', { class: 'all-runs' }, head, body);
  return frame({ id: 'runs', title: 'All runs', hint, state }, element('div', { class: 'scroll-x' }, whole), rest);
}

function restWords(left: number, more: () => void): readonly (Node | string)[] {
  if (left <= 0) return [];
  const button = element('button', { type: 'button' }, 'show more');
  button.addEventListener('click', more);
  return [`${showCount(left)} more are not shown. `, button];
}

function headRow({ state }: Context): HTMLElement {
  const { sort } = state.view;
  const heads = columns.map(({ name, label, isNumber, title }) => {
    const direction = sort === name ? 'ascending' : sort === `-${name}` ? 'descending' : 'none';
    const arrow = direction === 'ascending' ? ' ↑' : direction === 'descending' ? ' ↓' : '';
    const button = element(
      'button',
      { type: 'button', class: 'link', 'data-focus': `sort ${name}` },
      `${label}${arrow}`,
    );
    button.addEventListener('click', () => state.set({ sort: sort === `-${name}` ? name : `-${name}` }));
    const cell = element('th', { scope: 'col', class: isNumber ? 'number' : '', 'aria-sort': direction }, button);
    if (title !== undefined) cell.title = title;
    return cell;
  });
  return element('tr', {}, element('th', { scope: 'col', 'aria-label': 'details' }), ...heads);
}

function rowOf(run: IndexRun, { data, state }: Context): readonly HTMLElement[] {
  const isOpen = state.view.run === run.path;
  const open = element(
    'button',
    {
      type: 'button',
      class: 'open-run',
      'aria-expanded': String(isOpen),
      'aria-label': 'the run in full',
      'data-focus': `run ${run.path}`,
    },
    isOpen ? '▾' : '▸',
  );
  open.addEventListener('click', () => state.set({ run: isOpen ? '' : run.path }));
  const row = element(
    'tr',
    {},
    element('td', {}, open),
    ...columns.map(({ isNumber, cell }) => element('td', { class: isNumber ? 'number' : '' }, cell(run, data))),
  );
  if (!isOpen) return [row];
  const card = element(
    'td',
    { colspan: columns.length + 1 },
    element('div', { class: 'opened-runs' }, runCard(data, run)),
  );
  return [row, element('tr', { class: 'opened' }, card)];
}

/** Stable: what is equal stays in order of time, the newest first. What has no value comes last. */
function sortRuns(
  shown: readonly number[],
  { data, sort }: { readonly data: IndexData; readonly sort: string },
): readonly number[] {
  const column = columns.find(({ name }) => name === sort.replace(/^-/, ''));
  const newest = shown.toReversed();
  if (!column) return newest;
  const sign = sort.startsWith('-') ? -1 : 1;
  const keys = new Map(newest.map(at => [at, column.key(data.runs[at] as IndexRun, data)]));
  return newest.toSorted((one, two) => compare(keys.get(one) ?? null, keys.get(two) ?? null, sign));
}

type Key = ReturnType<Column['key']>;

function compare(left: Key, right: Key, sign: number): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  return left === right ? 0 : (left < right ? -1 : 1) * sign;
}
