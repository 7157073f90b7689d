/**
 * What the card of an operation says: in its head what it was, below when and where, what was around it, and what overlapped
 * it. "Overlapped" and never "caused": two things at the same time are no more than that.
 */
import type { ReportFault } from '../../../data.ts';
import { countOf, showCount, showForeign, showTime } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { keyText, nodeText, operationWords, outcomeMarks, outcomeMeanings, outcomeOf } from '../operation-words.ts';
import type { Context } from '../panel.ts';
import { anomaliesOf, citations } from './cited.ts';
import { callText, latencyText, returnText } from './facts.ts';
import { faultsDuring, neighbour, overlapOf } from './neighbours.ts';
import { selectOperation } from './selection.ts';

/** As long as a value of a report can be. */
const whole = 2000;
const mostListed = 12;

/** What it was and what came of it. */
export function operationHead({ report }: Context, id: number): readonly HTMLElement[] {
  const outcome = outcomeOf(report.operations, id);
  return [
    element(
      'p',
      { class: 'words', tabindex: 0 },
      element('span', { class: 'id' }, `#${id}`),
      ' ',
      operationWords(report.operations, id, whole),
    ),
    element(
      'p',
      { class: `outcome ${outcome}` },
      element('strong', {}, `${outcomeMarks[outcome]} ${outcome}`),
      `: ${outcomeMeanings[outcome]}`,
    ),
  ];
}

/** Three lists, side by side where there is room. */
export function operationFacts(context: Context, id: number): readonly HTMLElement[] {
  return [list(placeAndTime(context, id)), list(before(context, id)), list(meanwhile(context, id))];
}

type Fact = readonly [name: string, ...text: readonly (Node | string)[]];

function list(facts: readonly (Fact | null)[]): HTMLElement {
  const entries = facts
    .filter(fact => fact !== null)
    .flatMap(([name, ...text]) => [element('dt', {}, name), element('dd', {}, ...text)]);
  return element('dl', {}, ...entries);
}

function placeAndTime({ report }: Context, id: number): readonly (Fact | null)[] {
  const { operations, data } = report;
  const key = keyText(operations, id, whole);
  const node = nodeText(operations, id);
  const error = operations.errors[operations.error[id] as number];
  const [call, completion] = [operations.call[id] as number, operations.completion[id] as number];
  const ended = returnText(report, id);
  return [
    key === '' ? null : ['key', key],
    ['process', node === '' ? String(operations.process[id]) : `${operations.process[id]}, bound to ${node}`],
    ['invoked', data.hasTimes ? `at ${callText(report, id)}, event ${showCount(call)}` : `event ${showCount(call)}`],
    [
      'completed',
      ended === null
        ? 'never: the history has no completion of it'
        : data.hasTimes
          ? `at ${ended}, event ${showCount(completion)}`
          : `event ${showCount(completion)}`,
    ],
    ended === null ? null : ['took', latencyText(report, id) ?? ''],
    error === undefined ? null : ['error', showForeign(error, whole)],
  ];
}

function before(context: Context, id: number): readonly (Fact | null)[] {
  const { operations } = context.report;
  const step = (name: string, by: 1 | -1, column: 'process' | 'key'): Fact | null => {
    const other = neighbour(operations, id, { by, column });
    return other === null ? null : [name, operationLink(context, other)];
  };
  const hasKey = keyText(operations, id) !== '';
  return [
    step('before it, same process', -1, 'process'),
    step('after it, same process', 1, 'process'),
    hasKey ? step('before it, same key', -1, 'key') : null,
    hasKey ? step('after it, same key', 1, 'key') : null,
  ];
}

function meanwhile(context: Context, id: number): readonly (Fact | null)[] {
  const { report } = context;
  const { operations, data } = report;
  const { count, sameKey, sameKeyCount, stillPossible } = overlapOf(operations, id, mostListed);
  const key = keyText(operations, id, 40);
  const ofKey = key === '' ? 'without a key' : `of key ${key}`;
  const more = sameKeyCount - sameKey.length;
  const faults = faultsDuring(operations, id, data.faults);
  const cited = citations(report).get(id) ?? [];
  return [
    ['overlapped it', `${countOf(count, 'operation')}, ${showCount(sameKeyCount)} ${ofKey}`],
    sameKeyCount === 0
      ? null
      : [
          key === '' ? 'those without a key' : 'those of the key',
          ...sameKey.flatMap(other => [operationLink(context, other), ' ']),
          more > 0 ? `and ${showCount(more)} more` : '',
        ],
    stillPossible === 0
      ? null
      : [
          'may take effect in it',
          `${countOf(stillPossible, `earlier operation`)} ${ofKey} of which nobody knows the end`,
        ],
    faults.length === 0 ? null : ['faults meanwhile', ...faults.map(fault => faultWords(fault, data.hasTimes))],
    cited.length === 0 ? null : ['part of', ...cited.map(number => anomalyLink(context, number))],
  ];
}

function faultWords({ id, description, bit, beginTime, endTime }: ReportFault, hasTimes: boolean): HTMLElement {
  const end = endTime === null ? 'its end was not recorded' : `to ${showTime(endTime, hasTimes)}`;
  const effect = bit === null ? '; not measured whether it took effect' : bit ? '' : '; it took no effect';
  return element('p', {}, `${id}: ${showForeign(description, 200)}, ${showTime(beginTime, hasTimes)} ${end}${effect}`);
}

function operationLink(context: Context, id: number): HTMLElement {
  const words = `#${id} ${operationWords(context.report.operations, id, 24)}`;
  const link = element('button', { type: 'button', class: 'as-link' }, words);
  link.addEventListener('click', () => selectOperation(context, id));
  return link;
}

function anomalyLink({ report, state }: Context, number: number): HTMLElement {
  const kind = showForeign(anomaliesOf(report)[number]?.kind ?? '', 60);
  const link = element('button', { type: 'button', class: 'as-link' }, `anomaly ${number + 1}: ${kind}`);
  link.addEventListener('click', () => {
    state.set({ anomaly: number, order: 0, step: null, at: 'counterexample' });
    // It may be where the address points already, while the reader is elsewhere.
    document.getElementById('counterexample')?.scrollIntoView();
  });
  return element('p', {}, link);
}
