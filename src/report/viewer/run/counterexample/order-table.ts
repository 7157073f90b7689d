/**
 * One order as a table: what was there at first, each step with what is stored after it, and then those that would have to
 * come next and cannot.
 */
import { present } from '../../../../base/assert.ts';
import type { Evidence, PartialLinearization } from '../../../../checker/evidence/evidence.ts';
import { countOf, showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { showArrows } from './arrows.ts';
import { startOf } from './orders.ts';
import { operationLink } from './sentence.ts';

const fewIdle = 3;
const mostIdle = 12;

/** `step`: how many steps are done; null is all. */
export function orderTable(evidence: Evidence, order: PartialLinearization, step: number | null): HTMLElement {
  const { steps, earlierSteps, next } = order;
  const isOver = step === null;
  const refused = next.filter(one => one.refused !== null);
  const idle = next.filter(one => one.refused === null);
  return element(
    'table',
    {},
    element('thead', {}, row('', element('th', { scope: 'col' }, ''), head('operation'), head('what is stored then'))),
    element(
      'tbody',
      {},
      row(step === 0 ? 'current' : '', mark('·'), cell('at first'), cell(startWords(evidence, order))),
      earlierSteps > 0
        ? row('', mark(''), cell(`… ${countOf(earlierSteps, 'earlier step')} not shown`), cell('…'))
        : null,
      ...steps.map(({ operation, state }, at) => {
        const kind = step === at + 1 ? 'current' : step !== null && at >= step ? 'later' : '';
        return operationRow(kind, String(earlierSteps + at + 1), { evidence, operation, words: text(state) });
      }),
      ...refused.map(({ operation, refused: why }) =>
        operationRow(isOver ? 'refused' : 'refused later', '✗', { evidence, operation, words: text(why ?? '') }),
      ),
      ...idleRows(
        evidence,
        idle.map(({ operation }) => operation),
      ).map(cells => row(isOver ? 'idle' : 'idle later', mark('–'), ...cells)),
    ),
  );
}

/** What is said about where the steps have led, below the picture. */
export function whereItStands(evidence: Evidence, order: PartialLinearization, step: number | null): string {
  const { steps, next, earlierSteps } = order;
  const done = step ?? steps.length;
  const state = done === 0 ? startWords(evidence, order) : text(present(steps[done - 1]).state);
  const number = earlierSteps + done;
  const now = number === 0 ? `At first: ${state}.` : `After step ${number}: ${state}.`;
  if (step !== null) return now;
  const stuck = next
    .filter(({ refused, operation }) => refused !== null && present(evidence.operations[operation]).completed)
    .map(({ operation }) => wordsOf(evidence, operation));
  if (stuck.length === 0) return now;
  const [only] = stuck;
  if (stuck.length === 1) return `${now} Now ${only} would have to come, and then that is not possible.`;
  return `${now} Now one of ${stuck.join(', ')} would have to come, and none of them is possible then.`;
}

function startWords(evidence: Evidence, order: PartialLinearization): string {
  return text(startOf(evidence, order));
}

/** Those that may come next: a few are rows, many are one. */
function idleRows(evidence: Evidence, idle: readonly number[]): readonly (readonly HTMLElement[])[] {
  const help = evidence.complete ? 'not one of them helps' : 'nothing better was found with them';
  if (idle.length <= fewIdle) {
    const words = evidence.complete ? 'and does not help' : 'and nothing better was found with it';
    return idle.map(position => [operationCell(evidence, position), cell(`may come here, or never, ${words}`)]);
  }
  const links = idle
    .slice(0, mostIdle)
    .flatMap(position => [operationLink(present(evidence.operations[position]).id), ' ']);
  const rest = idle.length - mostIdle;
  const others = element('td', {}, ...links, rest > 0 ? `and ${countOf(rest, 'other')}` : null);
  return [[others, cell(`each may come here, or never: ${help}`)]];
}

function operationCell(evidence: Evidence, position: number): HTMLElement {
  const { id, words, weakened, completed } = present(evidence.operations[position]);
  const when = weakened.includes('call-forgotten') ? 'at any time' : completed ? '' : 'outcome open';
  return element(
    'td',
    {},
    operationLink(id),
    ` ${showForeign(showArrows(words), 120)}`,
    when === '' ? null : element('span', { class: 'when' }, ` (${when})`),
  );
}

interface OperationRow {
  readonly evidence: Evidence;
  readonly operation: number;
  readonly words: string;
}

/** All of the row points at its operation. */
function operationRow(kind: string, sign: string, { evidence, operation, words }: OperationRow): HTMLElement {
  const node = row(kind, mark(sign), operationCell(evidence, operation), cell(words));
  node.dataset['operation'] = String(present(evidence.operations[operation]).id);
  return node;
}

function wordsOf({ operations }: Evidence, position: number): string {
  const { id, words } = present(operations[position]);
  return `${showForeign(showArrows(words), 60)} (#${id})`;
}

function row(kind: string, ...cells: readonly HTMLElement[]): HTMLElement {
  return kind === '' ? element('tr', {}, ...cells) : element('tr', { class: kind }, ...cells);
}

function head(words: string): HTMLElement {
  return element('th', { scope: 'col' }, words);
}

function mark(sign: string): HTMLElement {
  return element('td', { class: 'step' }, element('span', {}, sign));
}

function cell(words: string): HTMLElement {
  return element('td', {}, words);
}

function text(words: string): string {
  return showForeign(showArrows(words), 400);
}
