/**
 * Numbers over the nights: of each combination and measure the median of every night, and whether the last one stands out.
 * It reports and never judges.
 *
 * How it can mislead: a median of one run is that run. And what stands out of eight nights may be chance: of many
 * combinations some always does.
 */
import type { IndexData, Measures } from './index-data.ts';

export interface Measure {
  readonly name: Exclude<keyof Measures, 'operations'>;
  readonly label: string;
  readonly meaning: string;
  /** Whether more of it is worse. */
  readonly moreIsWorse: boolean;
}

export const measures: readonly Measure[] = [
  { name: 'p99Ms', label: 'p99 latency', meaning: '99 of 100 answers came within this time', moreIsWorse: true },
  { name: 'okPerSecond', label: 'ok a second', meaning: 'while clients worked', moreIsWorse: false },
  { name: 'recoveryMs', label: 'recovery', meaning: 'from healing to the first ok', moreIsWorse: true },
  { name: 'convergedMs', label: 'convergence', meaning: 'from healing until the members agreed', moreIsWorse: true },
];

type Runs = Pick<IndexData, 'nights' | 'combinations' | 'runs'>;

/** Of each night, null where nothing was measured. Runs that were broken or tested nothing do not count. */
export function nightMedians(
  data: Runs,
  { runs, measure }: { readonly runs: readonly number[]; readonly measure: Measure },
): readonly (number | null)[] {
  const byNight = data.nights.map((): number[] => []);
  for (const at of runs) {
    const run = data.runs[at];
    const value = run?.measures[measure.name];
    if (run && value !== null && value !== undefined && countsForMedian(run.verdict)) byNight[run.night]?.push(value);
  }
  return byNight.map(median);
}

function countsForMedian(verdict: string): boolean {
  return verdict === 'pass' || verdict === 'fail' || verdict === 'unknown';
}

export interface Outlier {
  readonly combination: number;
  readonly measure: Measure;
  readonly last: number;
  /** Lowest and highest median of the nights before. */
  readonly low: number;
  readonly high: number;
  readonly nights: number;
}

const fewestNights = 3;
const farOff = 1.5;
/** Below it, twice as slow is still fast. */
const leastDifference = 20;

/** Where the median of the last night is worse than that of every night before, by half at least. The farthest first. */
export function outliers(data: Runs): readonly Outlier[] {
  const byCombination = data.combinations.map((): number[] => []);
  for (const [at, { combination }] of data.runs.entries()) byCombination[combination]?.push(at);
  return byCombination
    .flatMap((runs, combination) =>
      measures.flatMap(measure => {
        const found = standsOut(nightMedians(data, { runs, measure }), measure);
        return found ? [{ combination, measure, ...found }] : [];
      }),
    )
    .toSorted((left, right) => howFar(right) - howFar(left));
}

function standsOut(
  medians: readonly (number | null)[],
  { moreIsWorse }: Measure,
): Pick<Outlier, 'last' | 'low' | 'high' | 'nights'> | null {
  const last = medians.at(-1) ?? null;
  const before = medians.slice(0, -1).filter(value => value !== null);
  if (last === null || before.length < fewestNights) return null;
  const [low, high] = [Math.min(...before), Math.max(...before)];
  const worse = moreIsWorse ? last > high * farOff && last - high >= leastDifference : last < low / farOff;
  return worse ? { last, low, high, nights: before.length } : null;
}

function howFar({ measure, last, low, high }: Outlier): number {
  return measure.moreIsWorse ? last / Math.max(high, 1) : low / Math.max(last, 1e-9);
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
