/**
 * Ranges as people write them: `500ms..1500ms`, `2s`, `0.1..0.3`. One value is a range of its own.
 *
 * A duration without a unit is refused: the reader would have to guess.
 */
import { parseDurationMs } from '../base/duration.ts';
import type { Range } from '../fault/programme.ts';

/** What was wrong, for people: a sentence without the key, and what to write. */
export interface Refusal {
  readonly message: string;
  readonly hint: string;
}

export function isRefusal(value: Range | Refusal): value is Refusal {
  return 'message' in value;
}

const longestMs = 24 * 3_600_000;
const durationHint = 'write it with its unit: 500ms, 1.5s, 2m, or a range: 500ms..2s';
const numberHint = 'write a number or a range: 2, 0.3, 0.1..0.5';

/** Whole milliseconds. */
export function parseDurationRange(value: unknown): Range | Refusal {
  const range = parseRange(value, parseWholeMs);
  if (!range) return { message: `${JSON.stringify(value)} is not a duration`, hint: durationHint };
  if (range.high > longestMs) return { message: `${JSON.stringify(value)} is longer than a day`, hint: durationHint };
  return forwards(range, value);
}

/** `0.2`, `2`, `0.1..0.3`. */
export function parseNumberRange(value: unknown): Range | Refusal {
  const range = parseRange(value, text => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null));
  if (!range) return { message: `${JSON.stringify(value)} is not a number`, hint: numberHint };
  return forwards(range, value);
}

function parseRange(value: unknown, parse: (text: string) => number | null): Range | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const bounds = String(value).split('..');
  const [low, high = low] = bounds.map(text => parse(text.trim()));
  if (bounds.length > 2 || typeof low !== 'number' || typeof high !== 'number') return null;
  return { low, high };
}

function parseWholeMs(text: string): number | null {
  const durationMs = parseDurationMs(text);
  return durationMs === null ? null : Math.round(durationMs);
}

function forwards(range: Range, value: unknown): Range | Refusal {
  if (range.low <= range.high) return range;
  return { message: `the range ${JSON.stringify(value)} runs backwards`, hint: 'write the smaller bound first' };
}
