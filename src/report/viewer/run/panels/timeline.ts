/**
 * The whole run in a strip that stays in sight, and the frame of what all other panels show.
 */
import type { ReportData, ReportFault } from '../../../data.ts';
import { showDuration, showForeign, showTime } from '../../../shown-text.ts';
import { createCanvas } from '../../parts/canvas.ts';
import { element } from '../../parts/dom.ts';
import { bindBrush } from '../chart/brush.ts';
import { moveCrosshair } from '../chart/crosshair.ts';
import { hoverTime, onHoverTime } from '../chart/hover.ts';
import { legend, readoutLine } from '../chart/legend.ts';
import { isWhole, lookAt, spanOfFault, zoomAround } from '../chart/look.ts';
import { createOverview } from '../chart/overview.ts';
import { spanLink } from '../chart/span-link.ts';
import type { Context } from '../panel.ts';
import type { State } from '../state.ts';

export function timeline(context: Context): HTMLElement {
  const { canvas, label } = strip(context);
  return element(
    'section',
    { id: 'timeline', class: 'timeline', 'aria-labelledby': 'timeline-title' },
    element(
      'div',
      { class: 'timeline-words' },
      element('h2', { id: 'timeline-title' }, 'Timeline'),
      label,
      ...buttons(context.state),
      faultLinks(context),
      hovered(context),
    ),
    canvas,
  );
}

function strip({ report, state }: Context): { readonly canvas: HTMLCanvasElement; readonly label: HTMLElement } {
  const { data } = report;
  const overview = createOverview(report, state.whole);
  const label = element('span', { class: 'timeline-shown' });
  const made = createCanvas({
    height: overview.height,
    label: 'the part of the run that is shown',
    draw: paint => {
      overview.draw(paint, state.view);
      const time = hoverTime();
      moveCrosshair(canvas, time === null ? null : overview.scale(paint.width).x(time));
    },
  });
  const canvas = made.element;
  const scale = () => overview.scale(canvas.clientWidth);
  canvas.classList.add('time');
  canvas.setAttribute('role', 'slider');
  canvas.setAttribute('aria-valuemin', '0');
  canvas.setAttribute('aria-valuemax', '100');
  const tell = (): void => {
    const { from, to } = state.view;
    const { whole } = state;
    label.textContent = shownWords(state, data);
    canvas.setAttribute('aria-valuetext', label.textContent);
    canvas.setAttribute('aria-valuenow', (((from + to) / 2 - whole.from) / ((whole.to - whole.from) / 100)).toFixed(1));
  };
  tell();
  state.subscribe((_, changed) => {
    if (!changed.has('from') && !changed.has('to')) return;
    tell();
    made.redraw();
  });
  onHoverTime(time => moveCrosshair(canvas, time === null ? null : scale().x(time)));
  bindBrush({
    canvas,
    state,
    scale,
    isButton: point => overview.faultAt(point, canvas.clientWidth) !== null,
    onClick: point => {
      const fault = overview.faultAt(point, canvas.clientWidth);
      if (fault) lookAt(state, spanOfFault(fault, state.whole));
      return fault !== null;
    },
  });
  return { canvas, label };
}

/** `12.400 s to 15.100 s of 27.0 s` */
function shownWords(state: State, { hasTimes }: ReportData): string {
  const { view, whole } = state;
  const all = hasTimes ? showDuration(whole.to - whole.from) : showTime(whole.to, false).replace('event ', '');
  if (isWhole(state)) return hasTimes ? `the whole run, ${all}` : `all ${all} events`;
  const narrow = view.to - view.from < 1e7;
  const moment = (time: number): string =>
    hasTimes && narrow ? `${(time / 1e9).toFixed(6)} s` : showTime(time, hasTimes);
  return `${moment(view.from)} to ${moment(view.to)} of ${all}`;
}

function buttons(state: State): readonly HTMLElement[] {
  const zoom = (factor: number) => () => zoomAround(state, (state.view.from + state.view.to) / 2, factor);
  return (
    [
      ['whole run', () => state.set(state.whole)],
      ['closer', zoom(0.5)],
      ['farther', zoom(2)],
    ] as const
  ).map(([words, act]) => {
    const button = element('button', { type: 'button' }, words);
    button.addEventListener('click', act);
    return button;
  });
}

/** More would push everything else away; the panel of faults has all. */
const mostLinks = 10;

function faultLinks({ report, state }: Context): HTMLElement | null {
  const { faults } = report.data;
  if (faults.length === 0) return null;
  const links = faults.slice(0, mostLinks).map(fault => {
    const title = `${showForeign(fault.description)}: ${biteWords(fault)}`;
    return spanLink(state, { span: spanOfFault(fault, state.whole), words: String(fault.id), title });
  });
  const more = faults.length - mostLinks;
  const entries = [
    { swatch: 'bit', label: 'took effect' },
    { swatch: 'missed', label: 'did not bite' },
    { swatch: 'unmeasured', label: 'not measured' },
  ] as const;
  const seen = new Set(faults.map(biteWords));
  return element(
    'nav',
    { class: 'timeline-faults', 'aria-label': 'faults' },
    'faults',
    ...links,
    more > 0 ? element('a', { href: '#at=faults' }, `${more} more`) : null,
    legend(entries.filter(({ label }) => seen.has(label))),
  );
}

function biteWords({ bit }: ReportFault): 'took effect' | 'did not bite' | 'not measured' {
  return bit === null ? 'not measured' : bit ? 'took effect' : 'did not bite';
}

/** What is at the moment under the pointer; when there is none, what can be done. */
function hovered({ report }: Context): HTMLElement {
  const { hasTimes, phases, faults } = report.data;
  const line = readoutLine();
  const hint = 'drag to look closer';
  line.textContent = hint;
  onHoverTime(time => {
    // There is no room for both.
    line.parentElement?.classList.toggle('is-hovered', time !== null);
    if (time === null) {
      line.textContent = hint;
      return;
    }
    const phase = phases.findLast(({ time: begin }) => begin <= time)?.name.replace('-', ' ');
    const active = faults.filter(({ beginTime, endTime }) => beginTime <= time && time < (endTime ?? Infinity));
    line.textContent = [
      showTime(time, hasTimes),
      ...(phase === undefined ? [] : [phase]),
      ...active.map(({ kind, targets }) => showForeign(`${kind} ${targets.join(' ')}`, 40)),
    ].join(' · ');
  });
  return line;
}
