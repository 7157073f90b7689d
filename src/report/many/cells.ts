/**
 * Runs by night and combination, and how their verdicts are counted.
 */
import { type Combination, gravity, type IndexData, type IndexRun, type IndexVerdict } from './index-data.ts';

export interface VerdictCount {
  readonly verdict: IndexVerdict;
  readonly count: number;
}

/** Gravest first, those that occur. */
export function countVerdicts(runs: readonly Pick<IndexRun, 'verdict'>[]): readonly VerdictCount[] {
  const counts = new Map<IndexVerdict, number>();
  for (const { verdict } of runs) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return gravity.flatMap(verdict => {
    const count = counts.get(verdict);
    return count === undefined ? [] : [{ verdict, count }];
  });
}

/** Null of no runs. */
function gravestOf(runs: readonly Pick<IndexRun, 'verdict'>[]): IndexVerdict | null {
  return countVerdicts(runs)[0]?.verdict ?? null;
}

/** `cells[combination][night]`: places in `data.runs`, of those runs that are wanted. */
export function cellsOf(data: Runs, wanted: Iterable<number>): Cells {
  const cells = data.combinations.map(() => data.nights.map((): number[] => []));
  for (const at of wanted) {
    const run = data.runs[at] as IndexRun;
    cells[run.combination]?.[run.night]?.push(at);
  }
  return cells;
}

/**
 * The gravest verdict of the last night. A failure with a planted bug is what was wanted, and counts only when nothing else
 * was run.
 */
export function lastNightVerdict({ runs, nights, combinations }: Runs): IndexVerdict {
  const last = runs.filter(({ night }) => night === nights.length - 1);
  const unwanted = last.filter(run => run.verdict !== 'fail' || !combinations[run.combination]?.planted);
  return gravestOf(unwanted) ?? gravestOf(last) ?? 'unfinished';
}

/** Combinations with a planted bug that ran last night, of which no run failed. */
export function notCaughtLastNight({ runs, nights, combinations }: Runs): readonly number[] {
  return [...combinations.keys()].filter(at => {
    const last = runs.filter(({ night, combination }) => combination === at && night === nights.length - 1);
    return combinations[at]?.planted && last.length > 0 && last.every(({ verdict }) => verdict !== 'fail');
  });
}

type Runs = Pick<IndexData, 'nights' | 'combinations' | 'runs'>;

export type Cells = readonly (readonly (readonly number[])[])[];

/** Combinations that ran in the night before the last, and not in the last: maybe nobody meant to leave them out. */
export function missingLastNight(data: Runs): readonly number[] {
  const last = data.nights.length - 1;
  const [before, then] = [new Set<number>(), new Set<number>()];
  for (const { night, combination } of data.runs) {
    if (night === last - 1) before.add(combination);
    if (night === last) then.add(combination);
  }
  return [...before].filter(combination => !then.has(combination)).toSorted((left, right) => left - right);
}

export interface WorstCell {
  readonly combination: Combination;
  readonly counts: readonly VerdictCount[];
  /** The first reason of the gravest run. */
  readonly example: string;
}

/** Cells of the last night with anything but passes, the gravest first. */
export function worstCells(data: Runs): readonly WorstCell[] {
  return cellsOf(data, data.runs.keys())
    .flatMap((nights, at): readonly WorstCell[] => {
      const runs = (nights.at(-1) ?? []).flatMap(run => data.runs[run] ?? []);
      const counts = countVerdicts(runs);
      const [worst] = counts;
      if (worst === undefined || worst.verdict === 'pass') return [];
      const example = runs.find(({ verdict }) => verdict === worst.verdict)?.reasons[0] ?? '';
      return [{ combination: data.combinations[at] as Combination, counts, example }];
    })
    .toSorted((left, right) => rank(left) - rank(right));
}

function rank({ counts }: WorstCell): number {
  return gravity.indexOf(counts[0]?.verdict ?? 'pass');
}
