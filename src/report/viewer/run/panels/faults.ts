/**
 * What each fault did to the clients: a row for each. A fault that did not bite tested nothing, and is marked as such.
 *
 * How it can mislead: before and after are what was served in the seconds around it. They say what the clients felt, and
 * not whether the store could have served more.
 */
import type { FaultEffect, Served } from '../../../../checker/measure/fault-effects.ts';
import type { ReportData, ReportFault } from '../../../data.ts';
import { countOf, showCount, showDuration, showForeign, showPart, showTime } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { swatchOf } from '../chart/legend.ts';
import { spanOfFault } from '../chart/look.ts';
import { highestRate, servedBars } from '../chart/served-bars.ts';
import { spanLink } from '../chart/span-link.ts';
import type { Context } from '../panel.ts';

/** The others come when they are asked for. */
const mostRows = 100;

/** Null when there were no faults. */
export function faults({ report, state }: Context): HTMLElement | null {
  const { data } = report;
  if (data.faults.length === 0) return null;
  const highest = highestRate(data.faults.map(({ effect }) => effect));
  const rowOf = (fault: ReportFault): HTMLElement =>
    element('tr', { class: fault.bit === false ? 'missed' : '' }, ...cells(fault, { data, state, highest }));
  const body = element('tbody', {}, ...data.faults.slice(0, mostRows).map(rowOf));
  return frame(
    {
      id: 'faults',
      title: 'Faults',
      hint: 'What was broken, whether it took effect, and what the clients felt of it. A fault that did not bite has tested nothing.',
      state,
    },
    element('p', { class: 'faults-sum' }, faultSum(data)),
    element('div', { class: 'faults-wide' }, element('table', { class: 'faults' }, head(data), body)),
    moreButton(data.faults.length, button => {
      fill(body, ...data.faults.map(rowOf));
      button.remove();
    }),
  );
}

function moreButton(count: number, act: (button: HTMLElement) => void): HTMLElement | null {
  if (count <= mostRows) return null;
  const button = element('button', { type: 'button' }, `${showCount(count - mostRows)} more are not shown: show all`);
  button.addEventListener('click', () => act(button));
  return button;
}

/** `9 of 10 faults took effect, 1 was not measured; longest time without an ok 2.10 s, during fault 3` */
function faultSum({ faults: all, hasTimes, availability }: ReportData): string {
  const bitten = all.filter(({ bit }) => bit === true).length;
  const unmeasured = all.filter(({ bit }) => bit === null).length;
  const worst = all
    .filter(({ effect }) => effect !== null)
    .toSorted((one, other) => (other.effect?.longestGap ?? 0) - (one.effect?.longestGap ?? 0))[0];
  const sentences = [
    `${bitten} of ${countOf(all.length, 'fault')} took effect`,
    ...(unmeasured > 0 ? [`${unmeasured} ${unmeasured === 1 ? 'was' : 'were'} not measured`] : []),
    ...(hasTimes && worst?.effect
      ? [`longest time without an ok ${showDuration(worst.effect.longestGap)}, during fault ${worst.id}`]
      : []),
    ...(hasTimes && availability.recovery !== null
      ? [`after all was healed, the first ok came in ${showDuration(availability.recovery)}`]
      : []),
  ];
  return `${sentences.join('; ')}.`;
}

/** Rates and delays say nothing where a history has no times. */
function isMeasured({ hasTimes, faults: all }: ReportData): boolean {
  return hasTimes && all.some(({ effect }) => effect !== null);
}

function head(data: ReportData): HTMLElement {
  const names = ['#', 'fault', 'when', 'took effect'];
  const measured = [
    'ok/s before, during, after',
    'answered',
    'longest without ok',
    'first ok after',
    'recovered after',
  ];
  const columns = isMeasured(data) ? [...names, ...measured] : names;
  return element('thead', {}, element('tr', {}, ...columns.map(name => element('th', { scope: 'col' }, name))));
}

interface Around {
  readonly data: ReportData;
  readonly state: Context['state'];
  readonly highest: number;
}

function cells(fault: ReportFault, { data, state, highest }: Around): readonly HTMLElement[] {
  const { id, beginTime, endTime, effect } = fault;
  const end = endTime === null ? 'no end' : showTime(endTime, data.hasTimes);
  const link = spanLink(state, {
    span: spanOfFault(fault, state.whole),
    words: `${showTime(beginTime, data.hasTimes)} to ${end}`,
    title: 'look at it in all panels',
  });
  return [
    element('td', { class: 'fault-number' }, String(id)),
    element('td', {}, ...nameOf(fault)),
    element('td', { class: 'when' }, link),
    element('td', {}, ...biteOf(fault)),
    ...(isMeasured(data) ? effectCells(effect, highest) : []),
  ];
}

function nameOf({ kind, targets, description }: ReportFault): readonly Node[] {
  const on = targets.map(target => showForeign(target, 40)).join(', ');
  const title = element('span', {}, element('strong', {}, showForeign(kind, 60)), on === '' ? '' : ` ${on}`);
  const plain = `${kind} ${targets.join(',')}`;
  return description === '' || description === kind || description === plain
    ? [title]
    : [title, element('div', { class: 'fault-more' }, showForeign(description))];
}

function biteOf({ bit, evidence }: ReportFault): readonly Node[] {
  const [swatch, words] =
    bit === null
      ? (['unmeasured', 'not measured'] as const)
      : bit
        ? (['bit', 'yes'] as const)
        : (['missed', 'did not bite'] as const);
  return [
    element('span', { class: 'bite' }, swatchOf(swatch), words),
    ...(evidence === null || evidence === '' ? [] : [element('div', { class: 'fault-more' }, showForeign(evidence))]),
  ];
}

function effectCells(effect: FaultEffect | null, highest: number): readonly HTMLElement[] {
  if (!effect) return [element('td', { class: 'fault-more', colspan: 5 }, 'not measured')];
  const { before, during, after, longestGap, firstOk, recovered } = effect;
  const rates = [before, during, after].map(rateWords).join(' / ');
  return [
    element('td', {}, element('span', { class: 'served-rates' }, servedBars(effect, highest), rates)),
    element('td', {}, answeredWords(during)),
    element('td', {}, showDuration(longestGap)),
    element(
      'td',
      firstOk === null ? { class: 'fault-none' } : {},
      firstOk === null ? 'none came' : showDuration(firstOk),
    ),
    element(
      'td',
      recovered === null
        ? { class: 'fault-none', title: 'not until the next fault or the end, or nothing is known of before' }
        : {},
      recovered === null ? 'not seen' : showDuration(recovered),
    ),
  ];
}

function rateWords(served: Served | null): string {
  return served ? showCount(Math.round(served.okPerSecond)) : '?';
}

function answeredWords({ answered }: Served): string {
  return answered === null ? 'nothing ended' : showPart(answered);
}
