/**
 * Words for explanations: how a value, an operation, a count and a list are written, the same in every checker.
 *
 * What comes from a history is shown as JSON and cut, so that a large answer does not bury the sentence.
 */
import type { Key } from '../base/names.ts';
import { formatNanos } from '../base/time.ts';
import type { Operation } from '../history/operation.ts';

const longestValue = 60;

/** JSON, cut after 60 characters. */
export function showValue(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > longestValue ? `${text.slice(0, longestValue)}...` : text;
}

/** A plain name as it is, anything else as JSON. */
export function showKey(key: Key): string {
  return typeof key === 'string' && /^[\w.-]+$/.test(key) ? key : JSON.stringify(key);
}

/** `put x 5`: what was asked. */
export function showRequest(operation: Operation): string {
  const key = operation.key === null ? [] : [showKey(operation.key)];
  const input = operation.input === null || operation.input === undefined ? [] : [showValue(operation.input)];
  return [operation.f, ...key, ...input].join(' ');
}

/** `n1 (#17)`, or `#17` when it is not bound to a node. */
export function atNode(operation: Operation): string {
  return operation.node === null ? `#${operation.id}` : `${operation.node} (#${operation.id})`;
}

/** `put x 5 (#17) was acknowledged by n1 at 0.512 s`. */
export function acknowledged(operation: Operation): string {
  const by = operation.node === null ? '' : ` by ${operation.node}`;
  return `${showRequest(operation)} (#${operation.id}) was acknowledged${by} at ${formatNanos(operation.returnTime)}`;
}

/** `1 element`, `3 elements`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`, `a, b and 7 more`. */
export function enumerate(items: readonly string[], limit = 5): string {
  const shown = items.length > limit ? items.slice(0, limit) : items.slice(0, -1);
  const last = items.length > limit ? `${items.length - limit} more` : (items.at(-1) ?? 'nothing');
  return shown.length === 0 ? last : `${shown.join(', ')} and ${last}`;
}
