/**
 * What was found, each defect once: whether it is news, where, how often, since when.
 */

import { frequencyInWords, isNews, statusInWords, statusWords } from '../../../many/finding-words.ts';
import type { Combination, Finding, IndexData, IndexRun } from '../../../many/index-data.ts';
import { nightLabel } from '../../../many/night.ts';
import { showMoment } from '../../../many/show.ts';
import { countOf, showForeign } from '../../../shown-text.ts';
import { element, svg } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { type Context, placeName, showRuns } from '../panel.ts';
import { reportLink } from '../run-card.ts';
import { findingName } from '../shown.ts';

const hint =
  'Each defect once, however many runs show it; the newest first. "How often" counts the runs that could have shown it: those of ' +
  'the same system, workload and nemesis in which the checker that names it came to an answer, and their whole time. ' +
  'A night is filled where it was seen, hollow where it was looked for and not seen, a dot where nobody looked.';

const shownAtFirst = 12;

export function findings({ data, state }: Context): HTMLElement | null {
  if (data.findings.length === 0) return null;
  const rows = data.findings.map(finding => findingRow(finding, { data, state }));
  const linked = rows.findIndex(({ id }) => id === state.view.at);
  const few = Math.max(shownAtFirst, linked + 1);
  const body = element('tbody', {}, ...rows.slice(0, few));
  const hidden = rows.length - few;
  const more = element('button', { type: 'button', class: 'show-more' }, `show ${countOf(hidden, 'more finding')}`);
  more.addEventListener('click', () => {
    body.append(...rows.slice(few));
    more.remove();
  });
  const heads = ['', 'what and where', 'how often', 'by night'];
  const table = element(
    'table',
    { class: 'findings' },
    element('thead', {}, element('tr', {}, ...heads.map(head => element('th', { scope: 'col' }, head)))),
    body,
  );
  const content = [element('div', { class: 'scroll-x' }, table), ...(hidden > 0 ? [more] : [])];
  return frame({ id: 'findings', title: 'Findings', hint, state }, ...content);
}

function findingRow(finding: Finding, { data, state }: Pick<Context, 'data' | 'state'>): HTMLElement {
  const { status, name, signature, planted, runs } = finding;
  const [first, last] = [data.runs[runs[0] ?? -1], data.runs[runs.at(-1) ?? -1]];
  const list = element('button', { type: 'button', class: 'link' }, `show ${countOf(runs.length, 'run')}`);
  list.addEventListener('click', () => showRuns(state, { finding: findingName(finding) }));
  return element(
    'tr',
    { id: placeName('finding', findingName(finding)), class: isNews(finding) ? 'news-row' : '' },
    element(
      'td',
      {},
      element('span', { class: isNews(finding) ? 'badge news-badge' : `badge s-${status}` }, statusWords[status]),
    ),
    element(
      'td',
      { class: 'what' },
      element('strong', {}, showForeign(name, 80)),
      ` on ${showForeign(finding.system, 120)}`,
      planted ? element('span', { class: 'tag' }, 'planted bug') : null,
      ...whereLines(finding, data),
      element('div', { class: 'faint' }, element('code', {}, showForeign(signature, 160))),
    ),
    element('td', {}, frequencyInWords(finding), element('div', { class: 'faint' }, statusInWords(finding)), list),
    element(
      'td',
      { class: 'when' },
      strip(finding, data),
      seenLine(runs.length > 1 ? 'first' : 'seen', first),
      runs.length > 1 ? seenLine('last', last) : null,
    ),
  );
}

function seenLine(which: string, run: IndexRun | undefined): HTMLElement | null {
  if (!run) return null;
  return element('div', { class: 'moment' }, `${which} `, reportLink(run, showMoment(run.startedAt)));
}

const shownPlaces = 3;

function whereLines({ combinations }: Finding, data: IndexData): readonly HTMLElement[] {
  const lines = combinations.slice(0, shownPlaces).map(at => {
    const { workload, nemesis } = data.combinations[at] as Combination;
    return element('div', { class: 'faint' }, showForeign(`${workload}, ${nemesis}`, 120));
  });
  const more = combinations.length - lines.length;
  return more > 0 ? [...lines, element('div', { class: 'faint' }, `and ${more} more`)] : lines;
}

const shownNights = 30;
const step = 11;

/** A square a night: filled where it was seen, hollow where it was looked for and not seen, a dot where nobody looked. */
function strip({ nights }: Finding, data: IndexData): SVGElement {
  const from = Math.max(0, nights.length - shownNights);
  const marks = nights.slice(from).map(({ seen, looked }, at) => {
    const words = `${nightLabel(data.nights[from + at] ?? '')}: ${looked === 0 ? 'nobody looked' : `seen in ${seen} of ${countOf(looked, 'run')}`}`;
    const x = at * step;
    const shape =
      looked === 0
        ? svg('circle', { cx: x + 5, cy: 6, r: 1.2, class: 'nobody' })
        : svg('rect', { x: x + 1, y: 2, width: 8, height: 8, rx: 1.5, class: seen > 0 ? 'seen' : 'looked' });
    return svg(
      'g',
      {},
      svg('title', {}, words),
      svg('rect', { x, y: 0, width: step, height: 12, class: 'target' }),
      shape,
    );
  });
  const seen = nights.filter(night => night.seen > 0).length;
  const label = `seen in ${countOf(seen, 'night')} of ${countOf(nights.length, 'night')}`;
  const width = marks.length * step;
  return svg(
    'svg',
    { class: 'strip', width, height: 12, viewBox: `0 0 ${width} 12`, role: 'img', 'aria-label': label },
    ...marks,
  );
}
