/**
 * What each node says in the end about each subject on which they ever differed: a row a subject, a column a node. An
 * answer that is not that of most members is marked.
 */
import type { Divergence, Lack } from '../../../../checker/measure/divergence/divergence.ts';
import { countOf, showCount, showForeign } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { type Act, showSince } from './act.ts';
import { nodeName } from './node-look.ts';
import { compareElements, differenceWords, elementsOf } from './set-answer.ts';

type Subject = Divergence['subjects'][number];

/** At first. The rest is a click away. */
const firstRows = 20;
/** Longer lists are counted, shorter ones shown as they are. */
const longestList = 28;
const longestAnswer = 48;

export function answerMatrix({ nodes, subjects, leftOut }: Divergence, act: Act): HTMLElement {
  const body = element('tbody', {}, ...subjects.slice(0, firstRows).map(subject => row(subject, nodes, act)));
  const table = element(
    'table',
    { class: 'answers' },
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        element('th', { scope: 'col' }, 'subject'),
        ...nodes.map((name, at) => element('th', { scope: 'col' }, nodeName(name, at))),
        element('th', { scope: 'col' }, 'in the end'),
      ),
    ),
    body,
  );
  const rest = element('p', { class: 'aside' });
  const beyond = leftOut > 0 ? `${countOf(leftOut, 'more subject')} on which they differed not in this report.` : '';
  if (subjects.length > firstRows) {
    const all = element('button', { type: 'button' }, `show all ${showCount(subjects.length)}`);
    all.addEventListener('click', () => {
      body.append(...subjects.slice(firstRows).map(subject => row(subject, nodes, act)));
      fill(rest, beyond);
    });
    fill(rest, `${countOf(subjects.length - firstRows, 'more subject')}: `, all, ` ${beyond}`);
  } else fill(rest, beyond);
  return element('div', {}, element('div', { class: 'wide' }, table), rest);
}

function row(subject: Subject, nodes: Divergence['nodes'], act: Act): HTMLElement {
  const { answers, differs, agreedAt, lacks } = subject;
  const usual = answers.find((answer, at) => answer !== null && differs[at] === false) ?? null;
  const usualElements = usual === null ? null : elementsOf(usual);
  const cells = nodes.map((_, at) =>
    cell({
      answer: answers[at] ?? null,
      differs: differs[at] ?? false,
      usual: usualElements,
      lack: lacks === undefined ? undefined : (lacks[at] ?? null),
    }),
  );
  const ending =
    agreedAt === null
      ? element('td', { class: 'still' }, 'still differs')
      : element('td', { title: `after ${act.since}` }, `agreed after ${showSince(act, agreedAt)}`);
  return element('tr', {}, element('th', { scope: 'row' }, subjectWords(subject)), ...cells, ending);
}

/** `read of x`, `own copy of x` */
function subjectWords({ f, key }: Subject): string {
  const what = f === 'replica' ? 'own copy' : showForeign(f, 40);
  return key === null ? what : `${what} of ${showForeign(String(key), 60)}`;
}

interface Cell {
  readonly answer: string | null;
  readonly differs: boolean;
  /** What most say, when it is a list. */
  readonly usual: readonly string[] | null;
  /** What others hold and it does not; undefined when nobody says. */
  readonly lack: Lack | null | undefined;
}

function cell({ answer, differs, usual, lack }: Cell): HTMLElement {
  if (answer === null)
    return element(
      'td',
      { class: differs ? 'differs silent' : 'silent', title: 'it said nothing' },
      differs ? '≠ nothing' : '–',
    );
  const elements = answer.length > longestList ? elementsOf(answer) : null;
  const shown = elements === null ? showForeign(answer, longestAnswer) : countOf(elements.length, 'element');
  const value = element('code', {}, shown);
  const words = lack === undefined ? besideUsual({ answer, differs, usual }) : lackWords(lack);
  return element(
    'td',
    { class: differs ? 'differs' : '', title: showForeign(answer, 4000) },
    differs ? element('span', { class: 'unlike', 'aria-label': 'differs from most:' }, '≠') : null,
    differs ? ' ' : null,
    value,
    words === '' ? null : element('small', {}, words),
  );
}

function lackWords(lack: Lack | null): string {
  if (lack === null || lack.count === 0) return '';
  return `lacks ${showCount(lack.count)} that others hold: ${showForeign(lack.elements.replace(/^\[|\]$/g, ''), 80)}`;
}

/** Of lists that nobody compared yet. */
function besideUsual({ answer, differs, usual }: Omit<Cell, 'lack'>): string {
  const own = differs && usual !== null && answer !== null ? elementsOf(answer) : null;
  return own === null || usual === null ? '' : showForeign(differenceWords(compareElements(own, usual)), 200);
}
