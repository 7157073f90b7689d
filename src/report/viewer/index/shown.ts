/**
 * Which runs are shown: all panels below the filters ask here, so that they show the same ones.
 */
import type { Finding, IndexData, IndexRun } from '../../many/index-data.ts';
import { combinationName } from '../../many/index-words.ts';
import { filters, type State, type View } from './state.ts';

/** A finding in a link. */
export function findingName({ signature, system }: Finding): string {
  return `${signature} on ${system}`;
}

/** Worked out once for a view, however many ask. */
export function shownRuns(data: IndexData, state: State): () => readonly number[] {
  const texts: (string | undefined)[] = [];
  const textOf = (at: number): string => (texts[at] ??= searchedText(data, data.runs[at] as IndexRun));
  let known: { readonly key: string; readonly runs: readonly number[] } | null = null;
  return () => {
    const { view } = state;
    const key = JSON.stringify(filters.map(name => view[name]));
    if (known?.key !== key) known = { key, runs: select(data, { view, textOf }) };
    return known.runs;
  };
}

function select(
  data: IndexData,
  { view, textOf }: { readonly view: View; readonly textOf: (at: number) => string },
): readonly number[] {
  const { verdict, system, workload, nemesis, night, finding, text } = view;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const seen = finding === '' ? null : new Set(data.findings.find(each => findingName(each) === finding)?.runs ?? []);
  return [...data.runs.keys()].filter(at => {
    const run = data.runs[at] as IndexRun;
    const about = data.combinations[run.combination];
    return (
      (verdict === '' || run.verdict === verdict) &&
      (system === '' || about?.system === system) &&
      (workload === '' || about?.workload === workload) &&
      (nemesis === '' || about?.nemesis === nemesis) &&
      (night === '' || data.nights[run.night] === night) &&
      (seen === null || seen.has(at)) &&
      words.every(word => textOf(at).includes(word))
    );
  });
}

function searchedText(data: IndexData, run: IndexRun): string {
  const about = data.combinations[run.combination];
  const found = run.findings.map(at => data.findings[at]?.name ?? '');
  return [
    run.verdict,
    run.seed,
    run.path,
    run.setup,
    run.startedAt ?? '',
    about === undefined ? '' : combinationName(about),
    ...run.reasons,
    ...found,
  ]
    .join('\n')
    .toLowerCase();
}
