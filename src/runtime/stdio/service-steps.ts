/**
 * What the services of Maelstrom answer, as pure functions: a request and what it may look at in, a reply and what is to
 * be written out. Which state is looked at, an old one or a replica's, is the concern of `services.ts`.
 */
import { type Body, isRecord } from './message.ts';

/** The JSON text of a key or a value, with sorted fields: equal values, equal texts. */
export type Canonical = string;

export interface Answer {
  /** Without `in_reply_to`. */
  readonly reply: Body;
  /** What the request changes, if anything. */
  readonly write: { readonly key: Canonical; readonly value: unknown } | null;
}

/** One request to a key-value store that holds `lookup(key)`; undefined where it holds nothing. */
export function stepKeyValue(body: Body, lookup: (key: Canonical) => unknown): Answer {
  if (body.type !== 'read' && body.type !== 'write' && body.type !== 'cas') return notSupported(body);
  const missing = fieldsOf[body.type].find(field => body[field] === undefined);
  if (missing) return refuse(12, `${body.type} needs "${missing}"`);
  const key = canonical(body['key']);
  if (body.type === 'write') return { reply: { type: 'write_ok' }, write: { key, value: body['value'] } };
  const current = lookup(key);
  if (body.type === 'read') {
    return current === undefined ? noSuchKey : { reply: { type: 'read_ok', value: current }, write: null };
  }
  const swapped = { reply: { type: 'cas_ok' }, write: { key, value: body['to'] } };
  if (current === undefined) return body['create_if_not_exists'] === true ? swapped : noSuchKey;
  if (canonical(current) === canonical(body['from'])) return swapped;
  return refuse(22, `current value ${canonical(current)} is not ${canonical(body['from'])}`);
}

/** One request to a timestamp oracle that has given out everything below `next`. */
export function stepTimestamp(body: Body, next: number): { readonly reply: Body; readonly next: number } {
  if (body.type !== 'ts') return { reply: notSupported(body).reply, next };
  return { reply: { type: 'ts_ok', ts: next }, next: next + 1 };
}

export function canonical(value: unknown): Canonical {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const fields = Object.keys(value).toSorted();
  return `{${fields.map(field => `${JSON.stringify(field)}:${canonical(value[field])}`).join(',')}}`;
}

const fieldsOf = { read: ['key'], write: ['key', 'value'], cas: ['key', 'from', 'to'] } as const;
const noSuchKey = refuse(20, 'key does not exist');

function notSupported(body: Body): Answer {
  return refuse(10, `there is no ${canonical(body.type ?? null)} here`);
}

function refuse(code: number, text: string): Answer {
  return { reply: { type: 'error', code, text }, write: null };
}
