/**
 * How numbers and moments are written that are said of whole runs.
 */
import { showCount } from '../shown-text.ts';
import type { Measure } from './trends.ts';

/** `417 ms`, `84.5/s` */
export function showMeasure(name: Measure['name'], value: number): string {
  return name === 'okPerSecond' ? `${digits(value)}/s` : showMs(value);
}

export function showMs(ms: number): string {
  return ms >= 1000 ? `${digits(ms / 1000)} s` : `${digits(ms)} ms`;
}

/** Three digits that count. */
function digits(value: number): string {
  if (value === 0) return '0';
  return value >= 100 ? showCount(Math.round(value)) : value.toFixed(value >= 10 ? 1 : 2);
}

export const hourMs = 3_600_000;
const minuteMs = 60_000;

/** How long was tested: `40 s`, `12 min`, `3.5 h`, `71 h`. */
export function showHours(ms: number): string {
  if (ms < 2 * minuteMs) return `${Math.round(ms / 1000)} s`;
  if (ms < 2 * hourMs) return `${Math.round(ms / minuteMs)} min`;
  const hours = ms / hourMs;
  return `${hours < 10 ? hours.toFixed(1) : showCount(Math.round(hours))} h`;
}

/** `2026-11-21 03:12` of a moment; UTC, as everything here. */
export function showMoment(startedAt: string | null): string {
  return startedAt === null ? 'no date' : startedAt.replace('T', ' ').slice(0, 16);
}
