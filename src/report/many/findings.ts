/**
 * What was found in many runs, each defect told once: since when, how often, in how much time in which it could have been
 * seen, and whether it is news.
 *
 * How it can mislead: a defect that shows itself now and then comes and goes by chance. That it was not seen for some hours
 * means something only beside how often it was seen before.
 */
import type { Combination, Finding, FindingStatus, Looked } from './index-data.ts';
import type { ReadAnomaly, ReadRun } from './read-run.ts';

export interface PlacedRun {
  readonly run: ReadRun;
  readonly night: number;
  readonly combination: number;
}

interface Around {
  readonly combinations: readonly Combination[];
  /** How many. */
  readonly nights: number;
}

/** `runs`: in order of time. The most newsworthy first, then what was seen last. */
export function findingsOf(runs: readonly PlacedRun[], around: Around): readonly Finding[] {
  const sightings = new Map<string, { readonly anomaly: ReadAnomaly; readonly at: number[] }>();
  for (const [at, { run, combination }] of runs.entries()) {
    const { system } = around.combinations[combination] as Combination;
    for (const anomaly of run.anomalies) {
      const name = `${anomaly.signature}\n${system}`;
      const known = sightings.get(name);
      if (known) known.at.push(at);
      else sightings.set(name, { anomaly, at: [at] });
    }
  }
  return [...sightings.values()].map(({ anomaly, at }) => findingOf(anomaly, { at, runs, around })).toSorted(byNews);
}

interface Sighting {
  readonly at: readonly number[];
  readonly runs: readonly PlacedRun[];
  readonly around: Around;
}

function findingOf({ checker, kind, signature }: ReadAnomaly, { at, runs, around }: Sighting): Finding {
  const where = new Set(at.map(each => (runs[each] as PlacedRun).combination));
  const looked = [...runs.keys()].filter(each => {
    const { run, combination } = runs[each] as PlacedRun;
    return where.has(combination) && run.answered.includes(checker);
  });
  const [first, last] = [at[0] as number, at.at(-1) as number];
  const { system, planted } = around.combinations[(runs[first] as PlacedRun).combination] as Combination;
  const nightOf = (each: number): number => (runs[each] as PlacedRun).night;
  return {
    system,
    planted,
    name: nameOf(kind, signature),
    kind,
    signature,
    combinations: [...where].toSorted((left, right) => left - right),
    runs: at,
    status: statusOf({ seen: at.map(nightOf), looked: looked.map(nightOf), last: around.nights - 1 }),
    looked: total(looked, runs),
    nights: Array.from({ length: around.nights }, (_, night) => ({
      seen: at.filter(each => nightOf(each) === night).length,
      looked: looked.filter(each => nightOf(each) === night).length,
    })),
    before: total(
      looked.filter(each => each < first),
      runs,
    ),
    since: total(
      looked.filter(each => each > last),
      runs,
    ),
  };
}

/** In nights: when it was seen, when anybody looked. */
function statusOf({
  seen,
  looked,
  last,
}: {
  readonly seen: readonly number[];
  readonly looked: readonly number[];
  readonly last: number;
}): FindingStatus {
  if (last < 1) return 'single';
  if (!seen.includes(last)) return looked.includes(last) ? 'quiet' : 'unlooked';
  const before = looked.filter(night => night < last).at(-1);
  if (before === undefined) return 'first-look';
  if (seen.includes(before)) return 'still';
  return seen.some(night => night < before) ? 'back' : 'new';
}

function total(which: readonly number[], runs: readonly PlacedRun[]): Looked {
  return { runs: which.length, ms: which.reduce((sum, each) => sum + (runs[each]?.run.durationMs ?? 0), 0) };
}

/**
 * `linearizable:cas-register:stale-read` of the kind `not-linearizable` is a stale read; `set:lost-element:somewhere` is a
 * lost element, somewhere.
 */
function nameOf(kind: string, signature: string): string {
  const [, second, ...rest] = signature.split(':');
  if (second === kind) return [kind, ...rest].join(', ');
  return rest.at(-1) ?? kind;
}

const order: readonly FindingStatus[] = ['single', 'new', 'back', 'first-look', 'still', 'unlooked', 'quiet'];

function byNews(left: Finding, right: Finding): number {
  return (
    order.indexOf(left.status) - order.indexOf(right.status) ||
    Number(left.planted) - Number(right.planted) ||
    (right.runs.at(-1) ?? 0) - (left.runs.at(-1) ?? 0) ||
    (left.signature < right.signature ? -1 : 1)
  );
}
