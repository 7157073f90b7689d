/**
 * Histories that other tools write: lines with `process`, `type`, `f`, `value`, and neither header nor trailer.
 *
 * A line is brought into our form and then judged as strictly as one of ours. The order of the lines is the order of the
 * history. `time` may be on every line or on none (then it is the number of the line). Lines of a process that is not a
 * number (`nemesis`) are no operations, and are passed over. Members of the other tool's own are passed over too, unless
 * the name is nearly one that we know: then it is more likely mistyped.
 */
import { nearest } from '../base/text.ts';
import type { HistoryHeader } from './event.ts';
import { isTuple } from './independent.ts';
import { memberOffset } from './json-text.ts';
import { LineError, type RawLine } from './line.ts';
import type { PlainLine } from './plain-line.ts';

const known = ['index', 'time', 'process', 'type', 'f', 'key', 'value', 'node', 'error'];
/** Of the events that are no operations. */
const ours = ['phase', 'fault', 'state', 'name'];

export class ForeignLines {
  private timed: boolean | null = null;
  private lastIndex = -1;
  private readonly nodes = new Set<string>();
  /** Values are pairs of key and value. */
  private readonly isIndependent: boolean;

  constructor(isIndependent: boolean) {
    this.isIndependent = isIndependent;
  }

  /** The line in our form, or null when it is to be passed over. `position` counts lines from 0. */
  ours(raw: RawLine, text: string, position: number): RawLine | null {
    this.checkIndex(raw, text);
    if (typeof raw['process'] === 'string' && !/^[0-9]+$/.test(raw['process'])) return null;
    const timed = raw['time'] !== undefined && raw['time'] !== null;
    this.timed ??= timed;
    if (timed !== this.timed) {
      const message = timed ? '"time" is given here, but not before' : '"time" is missing, but was given before';
      throw problem(text, 'time', message, 'give it on every line or on none');
    }
    const line: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(raw)) {
      if (known.includes(name)) {
        if (value !== null || name === 'value') line[name] = value;
      } else if (!('process' in raw) && ours.includes(name)) line[name] = value;
      else refuseMistyped(name, text);
    }
    if (this.isIndependent) unpair(line, text);
    line['index'] = position;
    if (!timed) line['time'] = position;
    if (line['error'] !== undefined && typeof line['error'] !== 'string') line['error'] = JSON.stringify(line['error']);
    if (typeof line['node'] === 'string') this.nodes.add(line['node']);
    return line;
  }

  /** Whether a plain line is regular; then it is counted as taken. Else `ours` says what is wrong with it. */
  takes({ isIndexed, index, isTimed, node }: PlainLine): boolean {
    if (this.isIndependent || isTimed !== this.timed || (isIndexed && !(index > this.lastIndex))) return false;
    if (isIndexed) this.lastIndex = index;
    if (node !== undefined) this.nodes.add(node);
    return true;
  }

  /** Everything that a headerless file cannot say is `unknown`, and the time of the start is 1970. */
  header(): HistoryHeader {
    return {
      ordeal: 1,
      system: 'unknown',
      workload: 'unknown',
      model: null,
      seed: 'unknown',
      nodes: [...this.nodes],
      startedAt: '1970-01-01T00:00:00.000Z',
    };
  }

  private checkIndex(raw: RawLine, text: string): void {
    const index = raw['index'];
    if (index === undefined || index === null) return;
    if (typeof index !== 'number' || !(index > this.lastIndex)) {
      const message = `"index" does not increase: ${JSON.stringify(index)} comes after ${this.lastIndex}`;
      throw problem(text, 'index', message, 'sort the lines; their order is the order of the history');
    }
    this.lastIndex = index;
  }
}

/** A completion need not have a value. */
function unpair(line: Record<string, unknown>, text: string): void {
  const value = line['value'] ?? null;
  if (value === null && line['type'] !== 'invoke') return;
  if (!isTuple(value)) {
    const hint = 'say --independent no when it need not be one';
    throw problem(text, 'value', 'the value is no pair of a key and a value', hint);
  }
  [line['key'], line['value']] = value;
}

function refuseMistyped(name: string, text: string): void {
  const near =
    name.length < 3
      ? null
      : nearest(
          name,
          known.filter(candidate => candidate.length >= 3),
        );
  if (near === null) return;
  throw problem(text, name, `the member ${JSON.stringify(name)} is not known here`, `did you mean "${near}"?`);
}

function problem(text: string, key: string, message: string, hint: string): LineError {
  return new LineError(message, { key, column: (memberOffset(text, key) ?? 0) + 1, hint });
}
