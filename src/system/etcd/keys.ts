/**
 * Where each workload keeps its data in etcd, and how names and values are written there.
 *
 * All keys of a workload share a prefix, so that one range shows everything. Values are JSON; the gateway wants bytes in
 * base64. Of a `g-set` each element is a key of its own, without a value; of a `locked-set` one key holds the whole list.
 */
import { jsonObject } from './errors.ts';
import type { Reply } from './gateway.ts';

export const prefixes = { 'lin-kv': 'lin-kv/', 'g-set': 'g-set/', 'locked-set': 'locked-set/' } as const;
export type EtcdWorkload = keyof typeof prefixes;

/** The list that the lock guards. */
export const guardedList = `${prefixes['locked-set']}list`;
/** The name of the lock. Outside the prefix: locks come and go, and are no data. */
export const lockName = 'lock';

export function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** A range of every key with this prefix. */
export function everything(prefix: string): { readonly key: string; readonly range_end: string } {
  const end = Buffer.from(prefix);
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key: base64(prefix), range_end: end.toString('base64') };
}

export interface KeyValue {
  readonly key: string;
  readonly value: string;
  /** The revision of the store in which the key came to be. Text: it has 64 bits. */
  readonly createRevision: string;
}

/** The answer to a range, or null when it is none. */
export function keyValues(reply: Reply): readonly KeyValue[] | null {
  return reply.status === 200 ? rangeIn(jsonObject(reply.text)) : null;
}

/** The same, of a range within a transaction. */
export function rangeIn(range: unknown): readonly KeyValue[] | null {
  if (typeof range !== 'object' || range === null || !('header' in range)) return null;
  // The gateway leaves out what is empty.
  const kvs: unknown = 'kvs' in range ? range.kvs : [];
  if (!Array.isArray(kvs)) return null;
  return kvs.map((pair: Readonly<Record<string, unknown>>) => ({
    key: decoded(pair['key']),
    value: decoded(pair['value']),
    createRevision: typeof pair['create_revision'] === 'string' ? pair['create_revision'] : '0',
  }));
}

/** What is not JSON was not written by us: the text itself, so that whoever judges sees it. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function decoded(value: unknown): string {
  return typeof value === 'string' ? Buffer.from(value, 'base64').toString() : '';
}
