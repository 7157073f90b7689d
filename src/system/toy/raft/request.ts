/**
 * A client's message as an operation of the key-value store.
 */
import type { Key } from '../../../base/names.ts';
import type { Body } from '../wire.ts';
import type { Operation } from './key-value.ts';

/** Null when something is missing. A value may be any JSON, null too. */
export function parseRequest(body: Body): Operation | null {
  const { type: f, key } = body;
  if (!isKey(key)) return null;
  if (f === 'read') return { f, key };
  if (f === 'write' && 'value' in body) return { f, key, value: body['value'] };
  if (f === 'cas' && 'from' in body && 'to' in body) return { f, key, from: body['from'], to: body['to'] };
  return null;
}

function isKey(key: unknown): key is Key {
  return typeof key === 'string' || typeof key === 'number';
}
