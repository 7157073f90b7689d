/**
 * How numbers, times and strange texts are written in reports: on the pages, and in words.
 */
import { eventSpan } from './data.ts';

const nanosPerMicro = 1e3;
const nanosPerMs = 1e6;
const nanosPerSecond = 1e9;

/** A span of time: `812 µs`, `4.2 ms`, `1.53 s`, `2 min 5 s`. */
export function showDuration(nanos: number): string {
  if (!Number.isFinite(nanos)) return 'never';
  if (nanos < nanosPerMs) return `${Math.round(nanos / nanosPerMicro)} µs`;
  if (nanos < nanosPerSecond) return `${digits(nanos / nanosPerMs)} ms`;
  const seconds = nanos / nanosPerSecond;
  if (seconds < 120) return `${digits(seconds)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/** A moment of the run: `13.609 s`; where a history has no times, `event 17`. */
export function showTime(nanos: number, hasTimes: boolean): string {
  if (!hasTimes) return `event ${Math.round(nanos / eventSpan)}`;
  return `${(nanos / nanosPerSecond).toFixed(3)} s`;
}

/** `1,234,567` */
export function showCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 operation`, `3,000 operations` */
export function countOf(count: number, noun: string): string {
  return `${showCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `12.3 %` */
export function showPart(part: number): string {
  return `${(part * 100).toFixed(1)} %`;
}

/** Three digits that count. */
function digits(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Characters that do something instead of being seen: control, direction, zero width. */
const unseen =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;
const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * A text that a store or a file said, in a form that shows what is in it and cannot disturb what stands around it: unseen
 * characters are written as `␀` or `⟨U+202E⟩`, and beyond `longest` characters it is cut.
 */
export function showForeign(text: string, longest = 200): string {
  const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return short.replaceAll(unseen, visible).replaceAll(lone, visible);
}

function visible(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`;
}
