/**
 * Numbers over the nights: for each combination a small chart of each measure. All have the same nights below one another.
 */
import { type Combination, type IndexData, undated } from '../../../many/index-data.ts';
import { combinationName } from '../../../many/index-words.ts';
import { measures, outliers } from '../../../many/trends.ts';
import { showForeign } from '../../../shown-text.ts';
import { element, fill } from '../../parts/dom.ts';
import { frame } from '../../parts/frame.ts';
import { type Context, placeName } from '../panel.ts';
import { chart } from './chart.ts';

const hint =
  'A dot is a run, a cross one that failed, a ring one without a sound verdict. The line goes through the median of each night; ' +
  'the number is that of the last. Every chart begins at 0 and has a scale of its own. A point leads to the page of its run.';

export function trends(context: Context): HTMLElement | null {
  const { data, state } = context;
  if (data.nights.filter(night => night !== undated).length < 2) return null;
  const list = element('div', { class: 'trends' });
  const odd = new Map(outliers(data).map(({ combination, measure }) => [`${combination} ${measure.name}`, true]));
  const drawLater = whenInSight();
  let drawn: readonly number[] | null = null;
  const draw = (): void => {
    const shown = context.shown();
    drawn = shown;
    const byCombination = groupRuns(data, shown);
    const rows = [...byCombination].map(([combination, runs]) => {
      const charts = element('div', { class: 'charts' });
      drawLater(charts, () =>
        fill(
          charts,
          ...measures.map(measure =>
            chart({ data, runs, measure, standsOut: odd.has(`${combination} ${measure.name}`) }),
          ),
        ),
      );
      return trendRow(combination, { data, charts });
    });
    fill(list, ...rows);
  };
  draw();
  state.subscribe(() => {
    if (context.shown() !== drawn) draw();
  });
  return frame({ id: 'trends', title: 'Trends', hint, state }, list);
}

/** Those in which anything was measured. */
function groupRuns(data: IndexData, shown: readonly number[]): ReadonlyMap<number, readonly number[]> {
  const groups = new Map<number, number[]>();
  for (const at of shown) {
    const run = data.runs[at];
    if (!run || measures.every(({ name }) => run.measures[name] === null)) continue;
    const group = groups.get(run.combination);
    if (group) group.push(at);
    else groups.set(run.combination, [at]);
  }
  return new Map([...groups].toSorted(([left], [right]) => left - right));
}

function trendRow(
  combination: number,
  { data, charts }: { readonly data: IndexData; readonly charts: HTMLElement },
): HTMLElement {
  const about = data.combinations[combination] as Combination;
  const { system, workload, nemesis } = about;
  return element(
    'div',
    { class: 'trend', id: placeName('trend', combinationName(about)) },
    element(
      'h3',
      {},
      showForeign(system, 80),
      element('span', { class: 'faint' }, ` ${showForeign(`${workload}, ${nemesis}`, 100)}`),
    ),
    charts,
  );
}

/** Draws when it comes near the window, or when all is printed. */
function whenInSight(): (target: HTMLElement, draw: () => void) => void {
  const waiting = new Map<Element, () => void>();
  const now = (target: Element): void => {
    waiting.get(target)?.();
    waiting.delete(target);
    observer.unobserve(target);
  };
  const observer = new IntersectionObserver(
    entries => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) now(target);
    },
    { rootMargin: '400px' },
  );
  window.addEventListener('beforeprint', () => {
    for (const target of waiting.keys()) now(target);
  });
  return (target, draw) => {
    waiting.set(target, draw);
    observer.observe(target);
  };
}
