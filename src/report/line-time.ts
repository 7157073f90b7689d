/**
 * When a line of a log was written, as far as it says so itself.
 *
 * Understood are ISO 8601 near the beginning of the line, with a space or a T, as most loggers and our own marks
 * (`--- ordeal 2026-...`) have it, also in a JSON line; the same with slashes, as Go has it; and what Redis writes:
 * `1:M 21 Nov 2026 20:43:10.123 * Ready`.
 *
 * Many loggers write the local time and do not say so. The first line of a log is a mark of ours, in UTC, and the node's
 * own words follow soon: what is between them in quarters of an hour is the time zone.
 *
 * How it can mislead: it is the clock of who wrote it, which a fault may have set.
 */
import type { Nanos } from '../base/names.ts';
import { nanosPerMs } from '../base/time.ts';

/** What a line says. */
export interface Stamp {
  /** Since 1970, with a fraction. */
  readonly ms: number;
  /** Whether it says in which time zone; else UTC is taken. */
  readonly zoned: boolean;
}

/** The time must begin within so many characters. */
const nearBegin = 40;
const quarterMs = 15 * 60_000;
const farthestZoneMs = 14 * 60 * 60_000;

const iso = /(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?(?: ?(Z|[+-]\d\d):?(\d\d)?)?/;
const isoInJson = /"(?:ts|time|timestamp|@timestamp)"\s*:\s*"(?=\d{4}-)/;
const redis = /^\d+:[A-Z] (\d\d) ([A-Z][a-z]{2}) (\d{4}) (\d\d:\d\d:\d\d)\.(\d{3})\b/;
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** To be asked for the lines of one log, in order: the time of the run, or null when the line does not say. */
export function logClock(zeroMs: number): (line: string) => Nanos | null {
  let certainMs: number | null = null;
  let zoneMs: number | null = null;
  let lastMs = -Infinity;
  return line => {
    const stamp = stampOf(line);
    if (!stamp) return null;
    if (stamp.zoned) certainMs = stamp.ms;
    else zoneMs ??= certainMs === null ? 0 : zoneBetween(stamp.ms, certainMs);
    const ms = stamp.zoned ? stamp.ms : stamp.ms - (zoneMs ?? 0);
    // Whole seconds: not before what was written in the same second.
    const isSameSecond = ms % 1000 === 0 && lastMs > ms && lastMs < ms + 1000;
    lastMs = isSameSecond ? lastMs : ms;
    return Math.round((lastMs - zeroMs) * nanosPerMs);
  };
}

function zoneBetween(localMs: number, utcMs: number): number {
  const zoneMs = Math.round((localMs - utcMs) / quarterMs) * quarterMs;
  return Math.abs(zoneMs) <= farthestZoneMs ? zoneMs : 0;
}

/** Exported for tests. */
export function stampOf(line: string): Stamp | null {
  return redisStamp(line) ?? isoStamp(line, 0) ?? jsonStamp(line);
}

function jsonStamp(line: string): Stamp | null {
  const found = line.startsWith('{') ? isoInJson.exec(line) : null;
  return found && isoStamp(line, found.index + found[0].length);
}

function isoStamp(line: string, from: number): Stamp | null {
  const found = iso.exec(line.slice(from, from + nearBegin + 40));
  if (!found || found.index > nearBegin) return null;
  const [, year, month, day, time, fraction, zone, minutes = '00'] = found;
  const suffix = zone === undefined || zone === 'Z' ? 'Z' : `${zone}:${minutes}`;
  return toStamp({ seconds: `${year}-${month}-${day}T${time}${suffix}`, fraction, zoned: zone !== undefined });
}

function redisStamp(line: string): Stamp | null {
  const [, day, name, year, time, fraction] = redis.exec(line) ?? [];
  const month = months.indexOf(name ?? '') + 1;
  if (month === 0) return null;
  return toStamp({ seconds: `${year}-${String(month).padStart(2, '0')}-${day}T${time}Z`, fraction, zoned: false });
}

function toStamp(parts: {
  readonly seconds: string;
  readonly fraction: string | undefined;
  readonly zoned: boolean;
}): Stamp | null {
  const ms = Date.parse(parts.seconds);
  return Number.isNaN(ms) ? null : { ms: ms + Number(`0.${parts.fraction ?? 0}`) * 1000, zoned: parts.zoned };
}
