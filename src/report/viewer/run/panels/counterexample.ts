/**
 * The counterexample: what cannot have happened, in a sentence, in a picture, and as the orders that were tried. Searches
 * that did not come to an end say so here, where one would look for their counterexample.
 *
 * What is pointed at is marked wherever it is named: in the sentence, in the picture, in the table.
 */
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { anomalyList } from '../counterexample/anomaly-list.ts';
import { type AnomalyView, anomalyView } from '../counterexample/anomaly-view.ts';
import { foundAnomalies } from '../counterexample/findings.ts';
import { clamped } from '../counterexample/orders.ts';
import { unfinishedSearches } from '../counterexample/unfinished.ts';
import type { Context } from '../panel.ts';

export function counterexample(context: Context): HTMLElement | null {
  const { report, state } = context;
  const found = foundAnomalies(report.data.results);
  const unfinished = unfinishedSearches(report.data);
  if (found.length > 0) return explorer(context, unfinished);
  if (unfinished.length === 0) return null;
  const hadNothing = report.data.results.every(result => result.validity !== 'unknown' || result.reason === 'no-data');
  const words = hadNothing
    ? { title: 'Nothing was tested', hint: 'A checker that was given nothing says so: silence would look like a pass.' }
    : {
        title: 'The search was not finished',
        hint: 'To know whether there is an order one has to look for it, and that may take longer than anybody waits.',
      };
  return frame({ id: 'unfinished', state, ...words }, ...unfinished);
}

function explorer(context: Context, unfinished: readonly HTMLElement[]): HTMLElement {
  const { report, state } = context;
  const found = foundAnomalies(report.data.results);
  const list = found.length > 1 ? anomalyList(context, found) : null;
  const place = element('div', {});
  const section = frame(
    { id: 'counterexample', title: 'What cannot have happened', state },
    list?.element ?? null,
    place,
    ...unfinished,
  );
  let shown: AnomalyView;
  const show = (): void => {
    shown = anomalyView(context, found[clamped(state.view.anomaly, found.length)]!);
    fill(place, shown.element);
    shown.draw();
    list?.update();
    markSelected(section, state.view.operation);
  };
  show();
  state.subscribe((view, changed) => {
    if (changed.has('anomaly')) show();
    else shown.update(changed);
    markSelected(section, view.operation);
  });
  new ResizeObserver(() => {
    shown.draw();
    markSelected(section, state.view.operation);
  }).observe(section);
  listen(context, section);
  return section;
}

/** Whatever names an operation shows it when it is pointed at, and selects it when it is pressed. */
function listen({ state }: Context, section: HTMLElement): void {
  const select = (event: Event): void => {
    const id = operationOf(event.target);
    if (id === null) return;
    event.preventDefault();
    state.set({ operation: Number(id) });
  };
  section.addEventListener('click', event => {
    // With a key held, a link is opened elsewhere.
    if (!event.ctrlKey && !event.metaKey && !event.shiftKey) select(event);
  });
  section.addEventListener('keydown', event => {
    // A link presses itself; what is drawn does not.
    if (!(event.target instanceof SVGElement) || (event.key !== 'Enter' && event.key !== ' ')) return;
    event.preventDefault();
    select(event);
  });
  for (const name of ['pointerover', 'focusin']) {
    section.addEventListener(name, event => mark(section, 'pointed', operationOf(event.target)));
  }
  for (const name of ['pointerleave', 'focusout']) section.addEventListener(name, () => mark(section, 'pointed', null));
}

function operationOf(target: EventTarget | null): string | null {
  const named = target instanceof Element ? target.closest('[data-operation]') : null;
  return named?.getAttribute('data-operation') ?? null;
}

function markSelected(section: HTMLElement, operation: number | null): void {
  mark(section, 'selected', operation === null ? null : String(operation));
}

function mark(section: HTMLElement, kind: 'pointed' | 'selected', id: string | null): void {
  for (const one of section.querySelectorAll('[data-operation]')) {
    one.classList.toggle(kind, one.getAttribute('data-operation') === id);
  }
}
