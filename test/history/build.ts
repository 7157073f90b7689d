/**
 * Histories for tests, as people would write them on paper: one event a line.
 *
 * ```
 * history(`
 *   p0 invoke write x 1        # key x, value 1
 *   p1@n2 invoke read x        # process 1, bound to n2
 *   p0 ok
 *   p1 ok 1
 *   p2 invoke add - 5          # no key
 *   p2 info -- timed out       # error after --
 *   p3 invoke cas x [1,2]
 *   p3 fail "refused" -- precondition failed
 *   phase heal
 *   fault begin 1 partition n1,n2
 *   fault end 1 partition n1,n2 bit 312 messages dropped     # or: missed <evidence>
 *   replica n1 {"x":1}
 * `)
 * ```
 *
 * The index is the number of the event, the time a millisecond an event; `12ms` before a line sets the time. Values are
 * JSON and may not hold ` -- ` or ` # `. A key that reads as a number is one; quoted (`"7"`) it is a string.
 */
import type { Key } from '../../src/base/names.ts';
import { historyFromEvents } from '../../src/history/assemble.ts';
import {
  type EventDraft,
  type HistoryEvent,
  type HistoryHeader,
  type Outcome,
  phases,
} from '../../src/history/event.ts';
import type { History } from '../../src/history/history.ts';

/** The history that this text describes. */
export function history(text: string, header: Partial<HistoryHeader> = {}): History {
  return historyFromEvents(testHeader(header), events(text));
}

/** The events that this text describes, numbered from 0. */
export function events(text: string): HistoryEvent[] {
  const lines = text.split('\n').map(line => line.replace(/(^|\s)#\s.*$/, '').trim());
  const result: HistoryEvent[] = [];
  let time = -1e6;
  for (const line of lines.filter(candidate => candidate !== '')) {
    const timed = /^(\d+(?:\.\d+)?)ms\s+(.*)$/.exec(line);
    time = timed ? Math.round(Number(timed[1]) * 1e6) : time + 1e6;
    result.push({ index: result.length, time, ...draft(timed?.[2] ?? line) });
  }
  return result;
}

export function testHeader(header: Partial<HistoryHeader> = {}): HistoryHeader {
  return {
    ordeal: 1,
    system: 'test',
    workload: 'test',
    model: null,
    seed: '1',
    nodes: ['n1', 'n2', 'n3'],
    startedAt: '2026-01-02T03:04:05.000Z',
    ...header,
  };
}

/** Builds a history call by call, for generated ones. Every call records one event. */
export class HistoryBuilder {
  readonly events: HistoryEvent[] = [];

  invoke(process: number, f: string, key: Key | null = null, value: unknown = null, node: string | null = null): this {
    return this.add({ process, type: 'invoke', f, key, value, node });
  }

  /** `value` undefined: no result. */
  complete(process: number, type: Outcome, value?: unknown, error?: string): this {
    const result = value === undefined ? {} : { value };
    return this.add({ process, type, ...result, ...(error === undefined ? {} : { error }) });
  }

  add(event: EventDraft): this {
    const index = this.events.length;
    this.events.push({ index, time: index * 1e6, ...event });
    return this;
  }

  history(header: Partial<HistoryHeader> = {}): History {
    return historyFromEvents(testHeader(header), this.events);
  }
}

function draft(line: string): EventDraft {
  const words = line.split(/\s+/);
  const [first = '', second = ''] = words;
  if (first === 'phase') {
    const name = phases.find(phase => phase === second);
    if (name === undefined) throw new Error(`no such phase: ${line}`);
    return { type: 'phase', name };
  }
  if (first === 'fault') return fault(line, words);
  if (first === 'replica') return { type: 'replica', node: second, state: JSON.parse(words.slice(2).join(' ')) };
  const who = /^p(\d+)(?:@(\S+))?$/.exec(first);
  if (who === null) throw new Error(`not an event: ${line}`);
  const process = Number(who[1]);
  const rest = line.slice(first.length).trim().slice(second.length).trim();
  if (second === 'invoke') return invocation(process, who[2] ?? null, rest);
  if (second !== 'ok' && second !== 'fail' && second !== 'info') throw new Error(`no such type: ${line}`);
  const [value = '', error] = ` ${rest}`.split(/\s--\s/).map(part => part.trim());
  return {
    process,
    type: second,
    ...(value === '' ? {} : { value: JSON.parse(value) as unknown }),
    ...(error === undefined ? {} : { error }),
  };
}

function invocation(process: number, node: string | null, rest: string): EventDraft {
  const [, f = '', key = '-', value = ''] = /^(\S+)(?:\s+(\S+))?(?:\s+(.*))?$/.exec(rest) ?? [];
  return { process, type: 'invoke', f, key: keyOf(key), value: value === '' ? null : JSON.parse(value), node };
}

function keyOf(word: string): Key | null {
  if (word === '-') return null;
  return /^(-?\d+(\.\d+)?|".*")$/.test(word) ? (JSON.parse(word) as Key) : word;
}

function fault(line: string, words: readonly string[]): EventDraft {
  const [, phase, id, kind = '', targets = '', effect, ...evidence] = words;
  if (phase !== 'begin' && phase !== 'end') throw new Error(`a fault begins or ends: ${line}`);
  if (effect !== undefined && effect !== 'bit' && effect !== 'missed') throw new Error(`bit or missed: ${line}`);
  return {
    type: 'fault',
    phase,
    fault: {
      id: Number(id),
      kind,
      targets: targets.split(','),
      description: `${kind} ${targets}`,
      ...(effect === undefined ? {} : { bit: effect === 'bit', evidence: evidence.join(' ') }),
    },
  };
}
