/**
 * From the operations on one key of a map to *bans*: a value that a node must not return any more, because the node knew
 * it, and was then asked to change the key, and acknowledged that.
 */
import { present } from '../base/assert.ts';
import type { Key, NodeName } from '../base/names.ts';
import type { Interner } from '../history/intern.ts';
import type { Operation } from '../history/operation.ts';
import { countWhile } from './bisect.ts';
import type { Span } from './forgetting.ts';

/** The operations on one key. Values are ids of one table. */
export interface Register {
  readonly key: Key;
  /** Puts that may have happened, by value. */
  readonly puts: ReadonlyMap<number, readonly Operation[]>;
  readonly failed: ReadonlyMap<number, Operation>;
  /** Answered gets that returned a value, in order of invocation. */
  readonly gets: readonly ValuedOperation[];
  /** Acknowledged puts and removes by node. */
  readonly changes: ReadonlyMap<NodeName, Changes>;
}

export interface ValuedOperation {
  readonly operation: Operation;
  readonly value: number;
}

interface Changes {
  /** In order of invocation. A remove has no value. */
  readonly list: readonly { readonly operation: Operation; readonly value: number | null }[];
  /** At `i` the change that returned first among the `i`-th and those after it. */
  readonly earliest: readonly Operation[];
}

/** `value` must not be returned by a get of `node` that is asked after `newer` has returned. */
export interface Ban extends Knowledge {
  readonly value: number;
  readonly newer: Operation;
}

interface Knowledge {
  readonly node: NodeName;
  /** What shows that the node knew the value. */
  readonly known: Operation;
  /** From this index on the node may have forgotten it. */
  readonly until: number;
}

export function observeRegister(key: Key, operations: Iterable<Operation>, table: Interner<unknown>): Register {
  const puts = new Map<number, Operation[]>();
  const failed = new Map<number, Operation>();
  const gets: ValuedOperation[] = [];
  const changes = new Map<NodeName, { operation: Operation; value: number | null }[]>();
  for (const operation of operations) {
    const { f, outcome } = operation;
    if (f === 'get' && outcome === 'ok' && (operation.output ?? null) !== null) {
      gets.push({ operation, value: table.id(operation.output, true) });
    }
    if (f !== 'put' && f !== 'remove') continue;
    const value = f === 'put' ? table.id(operation.input, true) : null;
    if (value !== null && outcome === 'fail') failed.set(value, operation);
    else if (value !== null) append(puts, value, operation);
    if (outcome === 'ok' && operation.node !== null) append(changes, operation.node, { operation, value });
  }
  const withEarliest = [...changes].map(([node, list]) => [node, { list, earliest: earliestReturns(list) }] as const);
  return { key, puts, failed, gets, changes: new Map(withEarliest) };
}

/** Null when the value may have been put several times: then it may be back because it was put again. */
export function putOnce(register: Register, value: number): Operation | null {
  const puts = register.puts.get(value) ?? [];
  return puts.length === 1 ? (puts[0] ?? null) : null;
}

/** For each node and value the ban that begins first. `spansOf`: when the node may have forgotten. */
export function bansOf(register: Register, spansOf: (node: NodeName) => readonly Span[]): readonly Ban[] {
  const bans = new Map<string, Ban>();
  const know = (node: NodeName, value: number, known: Operation): void => {
    const knowledge = { node, known, until: forgottenFrom(known, spansOf(node)) };
    const newer = firstOverwrite(register, knowledge);
    if (newer === null) return;
    const name = `${value} ${node}`;
    const before = bans.get(name);
    if (before === undefined || newer.return < before.newer.return) bans.set(name, { ...knowledge, value, newer });
  };
  for (const { operation, value } of register.gets) {
    const put = putOnce(register, value);
    if (operation.node !== null && put !== null && put.call < operation.return) know(operation.node, value, operation);
  }
  for (const [node, { list }] of register.changes) {
    for (const { operation, value } of list) {
      if (value !== null && putOnce(register, value) !== null) know(node, value, operation);
    }
  }
  return [...bans.values()];
}

function append<K, V>(groups: Map<K, V[]>, key: K, item: V): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

function earliestReturns(list: readonly { readonly operation: Operation }[]): readonly Operation[] {
  const result: Operation[] = Array.from({ length: list.length });
  for (let index = list.length - 1; index >= 0; index--) {
    const { operation } = present(list[index]);
    const later = result[index + 1];
    result[index] = later !== undefined && later.return < operation.return ? later : operation;
  }
  return result;
}

/** What a node has only from others it may forget when it is restarted; what it acknowledged itself, never. */
function forgottenFrom(known: Operation, spans: readonly Span[]): number {
  if (known.f === 'put') return Number.POSITIVE_INFINITY;
  const next = countWhile(spans.length, index => present(spans[index]).end < known.call);
  return spans[next]?.begin ?? Number.POSITIVE_INFINITY;
}

/** Of the changes that the node was asked for after it knew, the one that was acknowledged first. */
function firstOverwrite({ changes }: Register, { node, known, until }: Knowledge): Operation | null {
  const made = changes.get(node);
  if (made === undefined) return null;
  const { list, earliest } = made;
  const newer = earliest[countWhile(list.length, index => present(list[index]).operation.call <= known.return)];
  return newer !== undefined && newer.return < until ? newer : null;
}

/** Of the changes that a get should have shown, the last that the node was asked for. */
export function lastOverwrite({ changes }: Register, { node, newer, until }: Ban, get: Operation): Operation {
  const list = changes.get(node)?.list ?? [];
  for (
    let index = countWhile(list.length, at => present(list[at]).operation.call < get.call) - 1;
    index >= 0;
    index--
  ) {
    const { operation } = present(list[index]);
    if (operation.id === newer.id) break;
    if (operation.return < get.call && operation.return < until) return operation;
  }
  return newer;
}
