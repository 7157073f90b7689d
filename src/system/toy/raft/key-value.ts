/**
 * The state machine behind the log: a map with read, write and compare-and-set.
 *
 * Every replica applies the same entries in the same order and so holds the same map, and also the same table of
 * requests with their results. The table is part of the state: a request that is in the log twice, because a node sent
 * it again to a new leader, is applied once, and the second time gives the result of the first.
 */
import type { Key } from '../../../base/names.ts';

export type Operation =
  | { readonly f: 'read'; readonly key: Key }
  | { readonly f: 'write'; readonly key: Key; readonly value: unknown }
  | { readonly f: 'cas'; readonly key: Key; readonly from: unknown; readonly to: unknown };

export type Result =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly code: 20 | 22; readonly text: string };

/** What the log carries. */
export interface Command {
  /** Unique over all nodes and all their lives: `n1/2/17`, the 17th request in the second life of n1. */
  readonly request: string;
  readonly operation: Operation;
}

export class KeyValue {
  readonly values = new Map<Key, unknown>();
  private readonly results = new Map<string, Result>();

  /** What an earlier application of this request gave. */
  resultOf(request: string): Result | undefined {
    return this.results.get(request);
  }

  apply(command: Command, options: { readonly deduplicate: boolean }): Result {
    const earlier = options.deduplicate ? this.results.get(command.request) : undefined;
    if (earlier !== undefined) return earlier;
    const result = execute(this.values, command.operation);
    this.results.set(command.request, result);
    return result;
  }

  reset(): void {
    this.values.clear();
    this.results.clear();
  }
}

/** A key that was never written holds null: compare-and-set from null creates it. */
export function execute(values: Map<Key, unknown>, operation: Operation): Result {
  const { f, key } = operation;
  if (f === 'write') {
    values.set(key, operation.value);
    return { ok: true, value: null };
  }
  if (f === 'read') {
    return values.has(key) ? { ok: true, value: values.get(key) } : missing(key);
  }
  if (!holds(values, operation)) {
    return values.has(key) ? { ok: false, code: 22, text: `the value of ${key} is another` } : missing(key);
  }
  values.set(key, operation.to);
  return { ok: true, value: null };
}

/** Whether the compare half of a compare-and-set is satisfied. */
export function holds(
  values: ReadonlyMap<Key, unknown>,
  operation: { readonly key: Key; readonly from: unknown },
): boolean {
  return JSON.stringify(values.get(operation.key) ?? null) === JSON.stringify(operation.from);
}

function missing(key: Key): Result {
  return { ok: false, code: 20, text: `${key} does not exist` };
}
