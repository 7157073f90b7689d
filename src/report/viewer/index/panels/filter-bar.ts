/**
 * What is shown of the runs: grid, trends and table below follow. It stays in sight while they are read.
 */
import { gravity, type IndexData } from '../../../many/index-data.ts';
import { nightLabel } from '../../../many/night.ts';
import { countOf, showCount, showForeign } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import type { Context } from '../panel.ts';
import { findingName } from '../shown.ts';
import { filters, type State, unfiltered, type View } from '../state.ts';

interface Choice {
  readonly value: string;
  readonly label: string;
}

export function filterBar(context: Context): HTMLElement | null {
  const { data, state } = context;
  if (data.runs.length < 2) return null;
  const selects = choicesOf(data).flatMap(([name, choices]) =>
    choices.length < 2 && state.view[name] === '' ? [] : [selectFor(name, { choices, state })],
  );
  const text = element('input', {
    id: 'filter-text',
    type: 'search',
    placeholder: 'seed, path, reason …',
    'aria-label': 'a part of what is written of a run',
  });
  text.value = state.view.text;
  text.addEventListener('input', () => state.set({ text: text.value }));
  const clear = element('button', { type: 'button' }, 'show all');
  clear.addEventListener('click', () => state.set(unfiltered));
  const count = element('span', { class: 'filter-count', role: 'status' });
  const tell = (view: View): void => {
    const shown = context.shown().length;
    const isAll = filters.every(name => view[name] === '');
    clear.disabled = isAll;
    fill(
      count,
      isAll ? `all ${countOf(data.runs.length, 'run')}` : `${showCount(shown)} of ${countOf(data.runs.length, 'run')}`,
    );
    if (document.activeElement !== text) text.value = view.text;
  };
  tell(state.view);
  state.subscribe(tell);
  return element(
    'form',
    { id: 'filters', class: 'filter-bar', role: 'search', 'aria-label': 'which runs are shown' },
    ...selects,
    text,
    count,
    clear,
  );
}

type Name = Exclude<(typeof filters)[number], 'text'>;

function choicesOf(data: IndexData): readonly (readonly [Name, readonly Choice[]])[] {
  const { combinations, runs, nights } = data;
  const present = new Set(runs.map(({ verdict }) => verdict));
  return [
    ['verdict', gravity.filter(verdict => present.has(verdict)).map(plain)],
    ['system', distinct(combinations.map(({ system }) => system))],
    ['workload', distinct(combinations.map(({ workload }) => workload))],
    ['nemesis', distinct(combinations.map(({ nemesis }) => nemesis))],
    ['night', nights.toReversed().map(night => ({ value: night, label: nightLabel(night) }))],
    [
      'finding',
      data.findings.map(finding => ({ value: findingName(finding), label: `${finding.name} on ${finding.system}` })),
    ],
  ];
}

function distinct(names: readonly string[]): readonly Choice[] {
  return [...new Set(names)].map(plain);
}

function plain(value: string): Choice {
  return { value, label: value };
}

function selectFor(
  name: Name,
  { choices, state }: { readonly choices: readonly Choice[]; readonly state: State },
): HTMLElement {
  const select = element(
    'select',
    { id: `filter-${name}`, 'aria-label': name },
    element('option', { value: '' }, `any ${name}`),
    ...choices.map(({ value, label }) => element('option', { value }, showForeign(label, 60))),
  );
  const tell = (view: View): void => {
    select.value = view[name];
    select.classList.toggle('set', view[name] !== '');
  };
  tell(state.view);
  state.subscribe(tell);
  select.addEventListener('change', () => state.set({ [name]: select.value }));
  return select;
}
