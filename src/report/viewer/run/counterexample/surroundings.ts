/**
 * What was around an anomaly: the faults that overlapped (a fact; a cause would be a guess), and ways to the other panels.
 */
import type { Anomaly } from '../../../../checker/checker.ts';
import type { ReportFault } from '../../../data.ts';
import { showTime } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import type { Context } from '../panel.ts';
import type { View } from '../state.ts';
import type { Bar } from './bars.ts';
import { faultWords, overlappingFaults } from './scene.ts';

const mostFaults = 8;

export function surroundings({ report, state }: Context, anomaly: Anomaly, bars: readonly Bar[]): HTMLElement {
  const { faults, logs, hasTimes } = report.data;
  const overlapping = overlappingFaults(bars, faults);
  const go = (label: string, at: string, patch: Partial<View>): HTMLButtonElement => {
    const button = element('button', { type: 'button' }, label);
    button.addEventListener('click', () => {
      if (state.view.at === at) document.getElementById(at)?.scrollIntoView();
      state.set({ ...patch, at });
    });
    return button;
  };
  const window = around(bars);
  const key = anomaly.key === null ? '' : (report.operations.keys[report.operations.key[bars[0]?.id ?? 0] ?? 0] ?? '');
  return element(
    'div',
    { class: 'surroundings' },
    faultList(overlapping, hasTimes),
    element(
      'p',
      { class: 'actions' },
      go('show in the lanes', 'lanes', { ...window, key }),
      logs.length === 0 ? null : go('node logs around it', 'logs', window),
    ),
  );
}

function faultList(faults: readonly ReportFault[], hasTimes: boolean): HTMLElement {
  if (faults.length === 0) return element('p', {}, 'No fault overlapped these operations.');
  const items = faults.slice(0, mostFaults).map(fault => {
    const end = fault.endTime === null ? 'the end' : showTime(fault.endTime, hasTimes);
    const effect = fault.bit === false ? ', did nothing' : '';
    return element('li', {}, `${faultWords(fault)}, ${showTime(fault.beginTime, hasTimes)} to ${end}${effect}`);
  });
  const more = faults.length - items.length;
  return element(
    'div',
    {},
    element('p', {}, 'While these operations ran, there was:'),
    element('ul', {}, ...items, more > 0 ? element('li', {}, `${more} more`) : null),
  );
}

/** All of them, and a little before and after. */
function around(bars: readonly Bar[]): Pick<View, 'from' | 'to'> {
  const from = Math.min(...bars.map(({ begin }) => begin.time));
  const to = Math.max(...bars.map(({ begin, end }) => end?.time ?? begin.time));
  const pad = Math.max((to - from) * 0.15, 10);
  return { from: from - pad, to: to + pad };
}
