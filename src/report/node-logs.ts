/**
 * The logs of the nodes, with the time of the run at each line, as far as a line says when it was written.
 *
 * A log may have some hundred megabytes, and a page must be small: of a long one the beginning and the end are kept, and
 * what is between them is counted. Short logs leave their share to the long ones.
 *
 * How it can mislead: where very much is left out the lines are not counted but reckoned from the length of the others,
 * and the number is rounded.
 */
import { closeSync, existsSync, fstatSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeLogText } from './data.ts';
import { fairLimit } from './fair-limit.ts';
import { logClock } from './line-time.ts';

export interface LogDirectory {
  /** One file for each node: `n1.log`. */
  readonly path: string;
  /** Wall-clock time at which the run's clock was at zero; milliseconds since 1970. */
  readonly zeroMs: number;
}

/** Of all logs together. */
const mostBytes = 300_000;
const mostLines = 2_000;
const longestLine = 1_000;
/** Where more is left out, its lines are reckoned. */
const mostCountedBytes = 64 * 1024 * 1024;
const newline = 10;

/** By the name of the node. A directory that is not there has no logs. */
export function readNodeLogs({ path, zeroMs }: LogDirectory): readonly NodeLogText[] {
  if (!existsSync(path)) return [];
  const files = readdirSync(path, { withFileTypes: true })
    .filter(entry => entry.isFile() && entry.name.endsWith('.log'))
    .map(({ name }) => ({ node: name.slice(0, -'.log'.length), file: join(path, name) }))
    .toSorted((left, right) => left.node.localeCompare(right.node, 'en', { numeric: true }));
  const limit = fairLimit(
    files.map(({ file }) => statSync(file).size),
    mostBytes,
  );
  return files.map(({ node, file }): NodeLogText => {
    const { begin, end, leftOut } = readEnds(file, limit);
    const timeOf = logClock(zeroMs);
    const lines = [...begin, ...end].map(({ bytes }) => {
      const text = textOf(bytes);
      return { time: timeOf(text), text };
    });
    return { node, lines, leftOut: leftOut === 0 ? null : { count: leftOut, after: begin.length } };
  });
}

/** What is no UTF-8 becomes U+FFFD. */
function textOf(bytes: Buffer): string {
  const whole = bytes.toString('utf8').replace(/\r$/, '');
  return whole.length <= longestLine ? whole : `${whole.slice(0, longestLine)}… (cut)`;
}

/** A line without its newline. */
interface FileLine {
  readonly bytes: Buffer;
  /** Where it begins in the file. */
  readonly from: number;
  /** Where the next one begins. */
  readonly next: number;
}

interface Ends {
  readonly begin: readonly FileLine[];
  /** Empty when nothing is left out. */
  readonly end: readonly FileLine[];
  readonly leftOut: number;
}

/** Both ends of a file, half of the limit each. */
function readEnds(path: string, limit: number): Ends {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const half = size <= limit ? size : Math.floor(limit / 2);
    const head = linesAt(file, { from: 0, to: half });
    if (half === size && head.length <= mostLines) return { begin: head, end: [], leftOut: 0 };
    const begin = head.slice(0, mostLines / 2);
    // A line that is longer than all that was read is the only one of the head; otherwise what was cut is left out.
    if (half < size && begin.length > 1 && begin.length === head.length) begin.pop();
    const beginEnd = begin.at(-1)?.next ?? 0;
    const tail = linesAt(file, { from: size - half, to: size }).slice(half < size ? 1 : 0);
    const end = tail.slice(-mostLines / 2);
    const middle = { from: beginEnd, to: end[0]?.from ?? size };
    const perLine = (beginEnd + size - middle.to) / (begin.length + end.length);
    return { begin, end, leftOut: linesWithin(file, middle, perLine) };
  } finally {
    closeSync(file);
  }
}

/** The first and the last may be cut. */
function linesAt(file: number, range: Range): FileLine[] {
  const bytes = readAt(file, range);
  const lines: FileLine[] = [];
  for (let from = 0; from < bytes.length; ) {
    const found = bytes.indexOf(newline, from);
    const end = found < 0 ? bytes.length : found;
    lines.push({ bytes: bytes.subarray(from, end), from: range.from + from, next: range.from + end + 1 });
    from = end + 1;
  }
  return lines;
}

interface Range {
  readonly from: number;
  readonly to: number;
}

function readAt(file: number, { from, to }: Range): Buffer {
  const buffer = Buffer.alloc(to - from);
  return buffer.subarray(0, readSync(file, buffer, 0, buffer.length, from));
}

function linesWithin(file: number, { from, to }: Range, perLine: number): number {
  if (to - from > mostCountedBytes) return Number(((to - from) / perLine).toPrecision(2));
  let count = 0;
  const step = 1024 * 1024;
  for (let at = from; at < to; at += step) {
    const bytes = readAt(file, { from: at, to: Math.min(at + step, to) });
    for (let found = bytes.indexOf(newline); found >= 0; found = bytes.indexOf(newline, found + 1)) count++;
  }
  return count;
}
