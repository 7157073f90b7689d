/**
 * The line format of a history: one JSON object a line, a header first and a trailer last.
 *
 * `{"index":7,"time":1200345,"process":3,"type":"invoke","f":"write","key":"x","value":5,"node":"n1"}`, in Jepsen's words.
 * Members that are null or absent are left out, but for `value` of a completion, where null is a result.
 *
 * Decoding is strict: a line is as it must be, or a `LineError` says what is wrong and where. It looks at one line alone;
 * what must agree between lines is judged by the reader.
 */
import type { Nanos, ProcessId } from '../base/names.ts';
import type { Repeated } from './assemble.ts';
import {
  type CompletionEvent,
  type FaultRecord,
  type HistoryEvent,
  type HistoryHeader,
  type HistoryTrailer,
  type Outcome,
  phases,
} from './event.ts';
import { Members, type RawLine } from './line.ts';

const headerMembers = ['ordeal', 'system', 'workload', 'model', 'seed', 'nodes', 'startedAt'];
const faultMembers = ['id', 'kind', 'targets', 'description', 'bit', 'evidence'];

export function encodeHeader(header: HistoryHeader): string {
  return `${JSON.stringify(header, headerMembers)}\n`;
}

export function encodeTrailer(trailer: HistoryTrailer): string {
  return `${JSON.stringify(trailer, ['events', 'digest'])}\n`;
}

/** One line, with its newline. The event's values must be JSON (see `jsonHindrance`). */
export function encodeEvent(event: HistoryEvent): string {
  const start = `{"index":${event.index},"time":${event.time},`;
  switch (event.type) {
    case 'invoke': {
      const key = event.key === null ? '' : `,"key":${JSON.stringify(event.key)}`;
      const value = event.value === null || event.value === undefined ? '' : `,"value":${JSON.stringify(event.value)}`;
      const node = event.node === null ? '' : `,"node":${JSON.stringify(event.node)}`;
      return `${start}"process":${event.process},"type":"invoke","f":${JSON.stringify(event.f)}${key}${value}${node}}\n`;
    }
    case 'fault':
      return `${start}"type":"fault","phase":"${event.phase}","fault":${JSON.stringify(event.fault, faultMembers)}}\n`;
    case 'replica':
      return `${start}"type":"replica","node":${JSON.stringify(event.node)},"state":${JSON.stringify(event.state)}}\n`;
    case 'phase':
      return `${start}"type":"phase","name":"${event.name}"}\n`;
    default: {
      const value = event.value === undefined ? '' : `,"value":${JSON.stringify(event.value)}`;
      const error = event.error === undefined ? '' : `,"error":${JSON.stringify(event.error)}`;
      return `${start}"process":${event.process},"type":"${event.type}"${value}${error}}\n`;
    }
  }
}

/** A completion without the members that are undefined. Not by spreading: that costs more than writing the line. */
export function completionEvent(parts: {
  readonly index: number;
  readonly time: Nanos;
  readonly process: ProcessId;
  readonly type: Outcome;
  readonly value: unknown;
  readonly error: string | undefined;
}): CompletionEvent {
  const { index, time, process, type, value, error } = parts;
  if (error === undefined) {
    return value === undefined ? { index, time, process, type } : { index, time, process, type, value };
  }
  return value === undefined ? { index, time, process, type, error } : { index, time, process, type, value, error };
}

/** What a line turned out to be. `repeated` is what a completion says of its invocation, where it does. */
export type Line =
  | { readonly kind: 'header'; readonly header: HistoryHeader }
  | { readonly kind: 'event'; readonly event: HistoryEvent; readonly repeated: Repeated | null }
  | { readonly kind: 'trailer'; readonly trailer: HistoryTrailer };

/** `text` is what `raw` was parsed from, for the columns of errors. */
export function decodeLine(raw: RawLine, text: string): Line {
  const members = new Members(raw, text);
  if ('ordeal' in raw) return { kind: 'header', header: decodeHeader(members) };
  if (!('type' in raw) && 'digest' in raw) return { kind: 'trailer', trailer: decodeTrailer(members) };
  return decodeEvent(members);
}

function decodeHeader(members: Members): HistoryHeader {
  const version = members.raw['ordeal'];
  if (version !== 1) {
    const message = `the format version is ${JSON.stringify(version)}; this ordeal reads version 1`;
    members.fail('ordeal', message, 'a newer ordeal may read it');
  }
  members.only(headerMembers);
  return {
    ordeal: 1,
    system: members.string('system'),
    workload: members.string('workload'),
    model: members.raw['model'] === null ? null : members.string('model'),
    seed: members.string('seed'),
    nodes: members.strings('nodes'),
    startedAt: members.string('startedAt'),
  };
}

function decodeTrailer(members: Members): HistoryTrailer {
  members.only(['events', 'digest']);
  return { events: members.whole('events'), digest: members.string('digest') };
}

const completed = ['index', 'time', 'process', 'type', 'f', 'key', 'value', 'node', 'error'];
/** By type, the members that its line may have. */
const eventMembers: Readonly<Record<string, readonly string[]>> = {
  invoke: ['index', 'time', 'process', 'type', 'f', 'key', 'value', 'node'],
  ok: completed,
  fail: completed,
  info: completed,
  fault: ['index', 'time', 'type', 'phase', 'fault'],
  replica: ['index', 'time', 'type', 'node', 'state'],
  phase: ['index', 'time', 'type', 'name'],
};
const types = Object.keys(eventMembers);

function decodeEvent(members: Members): Line {
  const { raw } = members;
  const type = members.oneOf('type', types);
  members.only(eventMembers[type] as readonly string[]);
  const index = members.whole('index');
  const time = members.time();
  switch (type) {
    case 'invoke': {
      const process = members.process();
      const [f, key, value, node] = [members.string('f'), members.key(), raw['value'] ?? null, members.node()];
      return { kind: 'event', event: { index, time, process, type, f, key, value, node }, repeated: null };
    }
    case 'fault': {
      const phase = members.oneOf('phase', ['begin', 'end'] as const);
      return { kind: 'event', event: { index, time, type, phase, fault: decodeFault(members) }, repeated: null };
    }
    case 'replica': {
      const [node, state] = [members.string('node'), members.record('state')];
      return { kind: 'event', event: { index, time, type, node, state }, repeated: null };
    }
    case 'phase':
      return { kind: 'event', event: { index, time, type, name: members.oneOf('name', phases) }, repeated: null };
    default:
      return decodeCompletion(members, { index, time, type: type as Outcome });
  }
}

type Completed = { readonly index: number; readonly time: Nanos; readonly type: Outcome };

function decodeCompletion(members: Members, { index, time, type }: Completed): Line {
  const { raw } = members;
  const error = raw['error'] === undefined ? undefined : members.string('error');
  const event = completionEvent({ index, time, process: members.process(), type, value: raw['value'], error });
  const { f, key, node } = raw;
  if (f === undefined && key === undefined && node === undefined) return { kind: 'event', event, repeated: null };
  const repeated: Repeated = {
    f: f === undefined ? undefined : members.string('f'),
    key: key === undefined ? undefined : members.key(),
    node: node === undefined ? undefined : members.node(),
  };
  return { kind: 'event', event, repeated };
}

function decodeFault(line: Members): FaultRecord {
  const raw = line.record('fault');
  const members = new Members(raw, line.text, 'fault');
  members.only(faultMembers);
  if (raw['bit'] !== undefined && typeof raw['bit'] !== 'boolean') members.mustBe('bit', 'true or false');
  return {
    id: members.whole('id'),
    kind: members.string('kind'),
    targets: members.strings('targets'),
    description: members.string('description'),
    ...(raw['bit'] === undefined ? {} : { bit: raw['bit'] as boolean }),
    ...(raw['evidence'] === undefined ? {} : { evidence: members.string('evidence') }),
  };
}
