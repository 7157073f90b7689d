/**
 * The fields that say which operations are shown. They may stand in several places: all show the same state.
 */
import type { ReportOperations } from '../../../data.ts';
import { showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { outcomeMarks, outcomeMeanings, outcomes } from '../operation-words.ts';
import type { Context } from '../panel.ts';
import { type Filter, filterFields, isFiltered, keyName, noFilter } from './filter.ts';

type Field = keyof Filter;

interface FilterBarOptions {
  /** Begins the ids of the fields: they may be there twice. */
  readonly name: string;
  readonly fields: readonly Field[];
}

/** Fields in this order, and a button that empties all of them. */
export function filterBar(context: Context, { name, fields }: FilterBarOptions): HTMLElement {
  const { state } = context;
  const made = fields.map(field => ({ field, input: createField[field](context, name) }));
  const clear = element('button', { type: 'button' }, 'clear filters');
  clear.addEventListener('click', () => state.set(noFilter));
  const show = (): void => {
    for (const { field, input } of made) {
      const value = field === 'key' ? keyName(state.view.key) : state.view[field];
      if (input.value !== value) input.value = value;
      input.classList.toggle('used', value !== '');
    }
    clear.disabled = !isFiltered(state.view);
  };
  for (const { field, input } of made) input.addEventListener('input', () => state.set({ [field]: input.value }));
  state.subscribe((_, changed) => {
    if (filterFields.some(field => changed.has(field))) show();
  });
  show();
  return element(
    'div',
    { class: 'filters', role: 'search' },
    ...made.map(({ field, input }) => element('label', {}, labels[field], input)),
    clear,
  );
}

/** What filters are in use, in words: `f is read, text has "timeout"`. */
export function filterWords(filter: Filter): string {
  return filterFields
    .filter(field => filter[field].trim() !== '')
    .map(field => `${labels[field]} ${showForeign(filter[field].trim(), 40)}`)
    .join(', ');
}

const labels: Readonly<Record<Field, string>> = {
  f: 'function',
  key: 'key',
  node: 'node',
  outcome: 'outcome',
  process: 'process',
  text: 'text',
};

type Input = HTMLInputElement | HTMLSelectElement;

const createField: Readonly<Record<Field, (context: Context, name: string) => Input>> = {
  f: ({ report }, name) => select(`${name}-f`, plain(report.operations.functions)),
  node: ({ report }, name) => select(`${name}-node`, plain(report.operations.nodes)),
  outcome: (_, name) =>
    select(
      `${name}-outcome`,
      outcomes.map(outcome => ({
        value: outcome,
        label: `${outcomeMarks[outcome]} ${outcome}`,
        title: outcomeMeanings[outcome],
      })),
    ),
  key: ({ report }, name) => keyField(report.operations, name),
  process: (_, name) => {
    const input = element('input', { id: `${name}-process`, type: 'search', class: 'short', placeholder: 'number' });
    input.inputMode = 'numeric';
    return input;
  },
  text: () =>
    element('input', {
      id: 'filter-text',
      type: 'search',
      placeholder: 'words in a row',
      title: 'Each word must stand in the function, key, node, input, output, outcome or error; #17 is operation 17.',
    }),
};

interface Choice {
  readonly value: string;
  readonly label: string;
  readonly title?: string;
}

function plain(names: readonly string[]): readonly Choice[] {
  return names.filter(name => name !== '').map(value => ({ value, label: showForeign(value, 60) }));
}

function select(id: string, choices: readonly Choice[]): HTMLSelectElement {
  return element(
    'select',
    { id },
    element('option', { value: '' }, 'all'),
    ...choices.map(({ value, label, title }) =>
      element('option', { value, ...(title === undefined ? {} : { title }) }, label),
    ),
  );
}

/** Browsers grow slow with longer lists of proposals. */
const mostProposals = 200;

function keyField({ keys }: ReportOperations, name: string): HTMLInputElement {
  const list = `${name}-keys`;
  const input = element('input', { id: `${name}-key`, type: 'search', class: 'short', placeholder: 'all' });
  input.setAttribute('list', list);
  const proposals = keys.filter(key => key !== '').slice(0, mostProposals);
  input.append(element('datalist', { id: list }, ...proposals.map(key => element('option', { value: keyName(key) }))));
  return input;
}
