/**
 * The columns of the table of all runs: what stands in them and by what they are sorted.
 */
import { gravity, type IndexData, type IndexRun, type Measures } from '../../../many/index-data.ts';
import { showHours, showMoment, showMs } from '../../../many/show.ts';
import { showCount, showForeign } from '../../../shown-text.ts';
import { element } from '../../parts/dom.ts';
import { reportLink } from '../run-card.ts';
import { verdictWord } from '../verdict-mark.ts';

export interface Column {
  /** Stable: a part of links. */
  readonly name: string;
  readonly label: string;
  readonly title?: string;
  readonly isNumber: boolean;
  readonly cell: (run: IndexRun, data: IndexData) => Node | string;
  /** Null: nothing is known, which comes last. */
  readonly key: (run: IndexRun, data: IndexData) => string | number | null;
}

export const columns: readonly Column[] = [
  {
    name: 'verdict',
    label: 'verdict',
    isNumber: false,
    cell: ({ verdict }) => verdictWord(verdict),
    key: ({ verdict }) => gravity.length - gravity.indexOf(verdict),
  },
  {
    name: 'started',
    label: 'begun (UTC)',
    isNumber: false,
    cell: ({ startedAt }) => element('span', { class: 'moment' }, showMoment(startedAt)),
    key: ({ startedAt }) => (startedAt === null ? null : Date.parse(startedAt)),
  },
  about('system'),
  about('workload'),
  about('nemesis'),
  {
    name: 'why',
    label: 'found',
    isNumber: false,
    cell: (run, data) => element('div', { class: 'why' }, showForeign(why(run, data), 90)),
    key: (run, data) => why(run, data) || null,
  },
  {
    name: 'seed',
    label: 'seed',
    isNumber: false,
    cell: run => element('span', { class: 'seed' }, reportLink(run, showForeign(run.seed, 24))),
    key: ({ seed }) => seed,
  },
  {
    name: 'duration',
    label: 'time',
    isNumber: true,
    cell: ({ durationMs }) => (durationMs === null ? '' : showHours(durationMs)),
    key: ({ durationMs }) => durationMs,
  },
  measured('operations', 'operations', showCount),
  measured('okPerSecond', 'ok/s', value => value.toFixed(1)),
  measured('p99Ms', 'p99', showMs),
  { ...measured('recoveryMs', 'recovery', showMs), title: 'from healing to the first ok' },
  { ...measured('convergedMs', 'agreed', showMs), title: 'from healing until the members agreed' },
  {
    name: 'faults',
    label: 'faults',
    title: 'that took effect, of those that began',
    isNumber: true,
    cell: ({ faults }) => (faults === null ? '' : `${faults.bitten}/${faults.begun}`),
    key: ({ faults }) => faults?.bitten ?? null,
  },
];

/** The defects by name; of a run without any that did not pass, the reason. */
function why({ findings, verdict, reasons }: IndexRun, data: IndexData): string {
  const names = findings.flatMap(at => data.findings[at]?.name ?? []);
  if (names.length > 0) return [...new Set(names)].join('; ');
  return verdict === 'pass' ? '' : (reasons[0] ?? '');
}

function about(name: 'system' | 'workload' | 'nemesis'): Column {
  return {
    name,
    label: name,
    isNumber: false,
    cell: ({ combination }, data) => showForeign(data.combinations[combination]?.[name] ?? '', 60),
    key: ({ combination }, data) => data.combinations[combination]?.[name] ?? null,
  };
}

function measured(name: keyof Measures, label: string, show: (value: number) => string): Column {
  return {
    name,
    label,
    isNumber: true,
    cell: ({ measures }) => (measures[name] === null ? '' : show(measures[name])),
    key: ({ measures }) => measures[name],
  };
}
