/**
 * The versions of a value, when every value that was seen was written once: then each answer says which version it saw,
 * and the question is only in which order the versions came.
 *
 * A version is a write, or what was there at first, with those who saw it. A cas puts its version directly after the one
 * that it found, so versions linked by cas form a *block*, whose inner order is known. Whoever saw or made two versions,
 * one after the other, puts their blocks in order. An order exists exactly when these constraints have no circle (the
 * cluster graph of sequential consistency for one register, with cas): blocks one after the other, inside a block version
 * after version, each with its write first.
 *
 * `info` operations that left what nobody needs are left out. Proof: between one of them and the next write nothing needs
 * the value, so whatever comes there is as right without it. Refused cas are the exception, because they are glad of any
 * other value; where there are some, such writes stay, as versions that nobody saw.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { valueKey } from '../../model/value.ts';
import { type ProgramOrder, programOrder } from './program-order.ts';
import { type ValueKey, valueLeft, valueNeeded, valueRefused } from './values.ts';

export interface Version {
  readonly value: ValueKey;
  /** Null for what was there at first. */
  readonly producer: Operation | null;
  block: number;
  /** In its block. */
  index: number;
  previous: number;
  next: number;
  /** About when it came: the first event by which it was certainly there. It guides, and decides nothing. */
  hint: number;
}

export interface VersionGraph {
  /** The first is what was there at first. */
  readonly versions: readonly Version[];
  /** Of each block its versions. The first block has the first version. */
  readonly blocks: readonly (readonly number[])[];
  /** By process: operations that have a place in the graph, and refused ones, in order. */
  readonly sequences: readonly (readonly Operation[])[];
  /** The version that an operation makes or sees. Refused ones have none. */
  readonly versionOf: ReadonlyMap<Operation, number>;
  /** Whether something was left out that could help a refused cas. */
  readonly incomplete: boolean;
}

/** Why no order can be: what the operations alone show. */
export type Conflict =
  /** Nothing ever left the value that it found. */
  | { readonly type: 'nowhere'; readonly operation: Operation }
  /** Two cas found the same version. */
  | { readonly type: 'taken-twice'; readonly operations: readonly [Operation, Operation] }
  /** Each of these cas found what another one left. */
  | { readonly type: 'circle'; readonly operations: readonly Operation[] }
  /** Pairs of operations of one process each; the version of the second is in the block where the next pair begins. */
  | { readonly type: 'cycle'; readonly steps: readonly (readonly [Operation, Operation])[] };

const initial: ValueKey = valueKey(null);

/** `unclear` when a value that was seen has more than one possible origin. */
export function versionGraph(judged: readonly Operation[]): VersionGraph | Conflict | 'unclear' {
  const program = programOrder(judged);
  const producers = new Map<ValueKey, Operation[]>();
  for (const operation of judged) {
    const value = valueLeft(operation);
    if (value === undefined) continue;
    const others = producers.get(value);
    if (others) others.push(operation);
    else producers.set(value, [operation]);
  }
  const required = requiredOperations(judged, producers);
  if (!(required instanceof Set)) return required;
  const hasRefused = judged.some(operation => valueRefused(operation) !== undefined);
  const left = program.optional.map(({ operation }) => operation).filter(operation => !required.has(operation));
  const spare = hasRefused ? left.filter(({ f }) => f === 'write') : [];
  const there = [...required, ...spare];
  const versions = makeVersions(there);
  const versionOf = new Map<Operation, number>();
  versions.forEach(({ producer }, index) => producer && versionOf.set(producer, index));
  const source = new Map(versions.map(({ value }, index) => [value, index]));
  for (const operation of there) {
    const needed = valueNeeded(operation);
    if (needed === undefined) continue;
    const found = present(source.get(needed));
    if (valueLeft(operation) === undefined) versionOf.set(operation, found);
    else {
      const taken = link(versions, found, present(versionOf.get(operation)));
      if (taken) return { type: 'taken-twice', operations: [taken, operation] };
    }
    const version = present(versions[found]);
    version.hint = Math.min(version.hint, operation.return);
  }
  const blocks = makeBlocks(versions);
  const loose = versions.filter(({ block }) => block === -1);
  if (loose.length > 0) return { type: 'circle', operations: loose.flatMap(({ producer }) => producer ?? []) };
  const incomplete = hasRefused && left.length > spare.length;
  const sequences = sequencesOf(program, versionOf);
  return sequences === null ? 'unclear' : { versions, blocks, sequences, versionOf, incomplete };
}

/** What was completed, and the `info` operations without which some of it could not be. */
function requiredOperations(
  judged: readonly Operation[],
  producers: ReadonlyMap<ValueKey, readonly Operation[]>,
): Set<Operation> | Conflict | 'unclear' {
  const required = new Set(judged.filter(({ outcome }) => outcome !== 'info'));
  // Grows while it is walked.
  for (const operation of required) {
    const needed = valueNeeded(operation);
    if (needed === undefined) continue;
    const origins = producers.get(needed) ?? [];
    if (origins.length === 0 && needed !== initial) return { type: 'nowhere', operation };
    if (origins.length + Number(needed === initial) > 1) return 'unclear';
    if (origins[0]) required.add(origins[0]);
  }
  return required;
}

function makeVersions(operations: readonly Operation[]): Version[] {
  const version = (value: ValueKey, producer: Operation | null): Version => ({
    value,
    producer,
    block: -1,
    index: 0,
    previous: -1,
    next: -1,
    hint: producer === null ? -Infinity : Math.min(producer.return, Number.MAX_SAFE_INTEGER),
  });
  const made = operations.flatMap(operation => {
    const value = valueLeft(operation);
    return value === undefined ? [] : [version(value, operation)];
  });
  // Last of all values, so that an operation that needs one finds the version that it means.
  return [version(initial, null), ...made];
}

/** The cas that had found it before, if there is one. */
function link(versions: readonly Version[], from: number, to: number): Operation | null {
  const before = present(versions[from]);
  if (before.next !== -1) return present(versions[before.next]?.producer);
  before.next = to;
  present(versions[to]).previous = from;
  return null;
}

function makeBlocks(versions: readonly Version[]): readonly (readonly number[])[] {
  const blocks: number[][] = [];
  versions.forEach(({ previous }, first) => {
    if (previous !== -1) return;
    const block: number[] = [];
    for (let at = first; at !== -1; at = present(versions[at]).next) {
      const version = present(versions[at]);
      version.block = blocks.length;
      version.index = block.push(at) - 1;
    }
    blocks.push(block);
  });
  return blocks;
}

/** Null when a refused cas, which has no place yet, comes directly before something that may not have happened. */
function sequencesOf(
  { chains, optional }: ProgramOrder,
  versionOf: ReadonlyMap<Operation, number>,
): readonly (readonly Operation[])[] | null {
  const sequences = chains.map(chain => [...chain]);
  const more: (readonly Operation[])[] = [];
  for (const { operation, chain, after } of optional) {
    if (chain === -1 || !versionOf.has(operation)) continue;
    const sequence = present(sequences[chain]);
    const before = present(chains[chain]?.[after - 1]);
    // The last that its process did, as in every history; elsewhere nothing may be made to wait for it.
    if (sequence.at(-1) === before) sequence.push(operation);
    else if (valueRefused(before) !== undefined) return null;
    else more.push([before, operation]);
  }
  return [...sequences, ...more];
}
