/**
 * How old what was read was. A store that promises less than linearizability may answer with what is old; here is how old.
 *
 * How it can mislead: an age is a lower bound. It counts from the first acknowledgement of something newer, and the store
 * may have had it for longer.
 */
import type { Staleness } from '../../../../checker/measure/staleness/staleness.ts';
import { countOf, showCount, showDuration, showForeign, showPart, showTime } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { ageHistogram } from '../distribution/age-histogram.ts';
import { keyText, nodeText, operationWords } from '../operation-words.ts';
import type { Context } from '../panel.ts';

const mostListed = 10;

export function staleness(context: Context): HTMLElement | null {
  const { data } = context.report;
  const found = data.staleness;
  if (found === null || found.reads === 0) return null;
  const { age, histogram } = found;
  const some = found.stale > 0 && age !== null;
  return frame(
    {
      id: 'staleness',
      title: 'How old were the answers?',
      ...(some
        ? {
            hint: 'An age counts from the first acknowledgement of something newer to the moment the read was asked for. It is a lower bound: the answer was at least that old.',
          }
        : {}),
      state: context.state,
    },
    element('p', { class: 'answer' }, sentence(found)),
    some && age !== null
      ? element(
          'div',
          { class: 'side-by-side' },
          element('div', {}, element('h3', {}, 'Stale reads by age'), ageHistogram(histogram), quantiles(age)),
          element('div', {}, element('h3', {}, 'By the node that answered'), nodeTable(found)),
        )
      : null,
    some ? oldest(context, found) : null,
  );
}

function sentence({ of, reads, stale, age }: Staleness): string {
  const whole = countOf(reads, 'read');
  const none = stale === 0 || age === null;
  if (of === 'element') {
    const lacked = 'lacked something that had been acknowledged';
    return none
      ? `None of ${whole} ${lacked}.`
      : `${showCount(stale)} of ${whole} ${lacked}, up to ${showDuration(age.max)} before.`;
  }
  if (none) return `None of ${whole} was out of date.`;
  const were = stale === 1 ? 'was' : 'were';
  return `${showCount(stale)} of ${whole} ${were} out of date, the oldest answer by ${showDuration(age.max)}.`;
}

function quantiles({ p50, p99, max }: NonNullable<Staleness['age']>): HTMLElement {
  const words = `Half of them by at most ${showDuration(p50)}, 99 % by at most ${showDuration(p99)}, all by at most ${showDuration(max)}.`;
  return element('p', { class: 'aside' }, words);
}

function nodeTable({ byNode }: Staleness): HTMLElement {
  const names = Object.keys(byNode).toSorted();
  const worst = Math.max(...Object.values(byNode).map(({ reads, stale }) => stale / Math.max(reads, 1)), 1e-9);
  const rows = names.map(name => {
    const { reads, stale } = byNode[name] ?? { reads: 0, stale: 0 };
    const part = stale / Math.max(reads, 1);
    const bar = element('span', { class: stale === 0 ? 'age-bar empty' : 'age-bar' });
    bar.style.width = `${(part / worst) * 100}%`;
    return element(
      'tr',
      {},
      element('th', { scope: 'row' }, name === '' ? 'no node' : showForeign(name, 40)),
      element('td', { class: 'number' }, showCount(reads)),
      element('td', { class: 'number' }, showCount(stale)),
      element('td', { class: 'number' }, showPart(part)),
      element('td', { class: 'bars' }, bar),
    );
  });
  const heads = ['reads', 'stale', 'part'].map(name => element('th', { scope: 'col', class: 'number' }, name));
  return element(
    'table',
    { class: 'by-node' },
    element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'node'), ...heads, element('th'))),
    element('tbody', {}, ...rows),
  );
}

function oldest(context: Context, { oldest: list, stale }: Staleness): HTMLElement {
  const shown = list.slice(0, mostListed);
  const items = shown.map(({ operation, age }) => {
    const node = nodeText(context.report.operations, operation);
    const at = showTime(context.report.operations.callTime[operation] ?? 0, context.report.data.hasTimes);
    const where = node === '' ? '' : ` from ${node}`;
    return element(
      'li',
      {},
      link(context, { operation, age }),
      `${where} at ${at}: out of date by ${showDuration(age)}`,
    );
  });
  const rest = stale - shown.length;
  return element(
    'div',
    {},
    element('h3', {}, stale === 1 ? 'The stale answer' : 'The oldest answers'),
    element('ol', { class: 'oldest' }, ...items),
    rest > 0 ? element('p', { class: 'aside' }, `${countOf(rest, 'more stale read')} not listed.`) : null,
  );
}

/** Selects the read, and shows the time since something newer was acknowledged. */
function link({ report, state }: Context, { operation, age }: Staleness['oldest'][number]): HTMLElement {
  const { operations } = report;
  const call = operations.callTime[operation] ?? 0;
  const back = operations.returnTime[operation] ?? call;
  const room = Math.max(age, back - call) * 0.2;
  const patch = { operation, from: Math.max(0, call - age - room), to: back + room, at: 'lanes' };
  const key = keyText(operations, operation);
  const words = `#${operation} ${key === '' ? '' : `${key}: `}${operationWords(operations, operation)}`;
  const anchor = element('a', { href: state.link(patch) }, words);
  anchor.addEventListener('click', event => {
    event.preventDefault();
    state.set(patch);
  });
  return anchor;
}
