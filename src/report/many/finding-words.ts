/**
 * What is said of a finding: whether it is news, how often it was seen, since when.
 */
import { countOf, showCount } from '../shown-text.ts';
import type { Finding, Looked } from './index-data.ts';
import type { Told } from './index-words.ts';
import { hourMs, showHours, showMoment } from './show.ts';

export const statusWords = {
  single: 'found',
  new: 'new',
  back: 'back',
  'first-look': 'first look',
  still: 'still there',
  unlooked: 'not looked for',
  quiet: 'quiet',
} as const satisfies Record<Finding['status'], string>;

/** Whether it belongs above everything else. What a planted bug shows does not. */
export function isNews({ status, planted }: Finding): boolean {
  if (planted) return false;
  return status === 'new' || status === 'back' || status === 'first-look';
}

/** What the status means for this one; "" where it means nothing. */
export function statusInWords({ status, before, since, looked, runs }: Finding): string {
  switch (status) {
    case 'single':
      return '';
    case 'new':
      return `seen last night for the first time, after ${lookedWords(before)} without it`;
    case 'back':
      return 'seen again last night; the night before that looked for it had not seen it';
    case 'first-look':
      return 'seen last night, the first time that this was tested';
    case 'still':
      return 'seen last night, and in the night before that looked for it';
    case 'unlooked':
      return 'nobody looked last night: nothing that could show it was run';
    case 'quiet':
      break;
  }
  return `not seen since, in ${lookedWords(since)}${expectation({ since, looked, seen: runs.length })}`;
}

/** `4.2 h (12 runs)` */
function lookedWords({ ms, runs }: Looked): string {
  return `${showHours(ms)} (${countOf(runs, 'run')})`;
}

/** How often it would have been seen since, had it gone on as before. A rate of one sighting is none. */
function expectation({
  since,
  looked,
  seen,
}: {
  readonly since: Looked;
  readonly looked: Looked;
  readonly seen: number;
}): string {
  const earlier = looked.ms - since.ms;
  if (seen < 2 || earlier <= 0) return '';
  const expected = (seen / earlier) * since.ms;
  const about = expected >= 10 ? showCount(Math.round(expected)) : expected.toFixed(1);
  return `; had it gone on as before, about ${about} sightings`;
}

/** `2 of 14 runs, in 3.5 h: 0.6 an hour`: a rate by the hour only when there were hours. */
export function frequencyInWords({ runs, looked }: Finding): string {
  const share = `${showCount(runs.length)} of ${countOf(looked.runs, 'run')}`;
  const hours = looked.ms / hourMs;
  if (hours < 1) return `${share}, in ${showHours(looked.ms)}`;
  const rate = runs.length / hours;
  const hourly = rate >= 10 ? rate.toFixed(0) : rate >= 0.1 ? rate.toFixed(1) : rate.toPrecision(1);
  return `${share}, in ${showHours(looked.ms)}: ${hourly} an hour`;
}

/** `2026-11-19 23:00 to 2026-11-22 01:00`; of one run its moment. */
export function seenInWords({ runs }: Finding, { runs: all }: Told): string {
  const [first, last] = [runs[0], runs.at(-1)].map(at => showMoment(all[at ?? -1]?.startedAt ?? null));
  return first === last ? `${first}` : `${first} to ${last}`;
}
