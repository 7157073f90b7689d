/**
 * Puts the blocks of a version graph in order, and finds a place for each refused cas.
 *
 * A refused cas saw some version with another value, and nobody knows which. So first an order is made without them, as
 * near to the time at which the versions came as it can be. In a given order the earliest place is the best for each,
 * from first to last, and mostly all find one. If one does not, every version that it may have seen is tried in turn: it
 * is then one who saw that version, and may change the order. All are tried before the answer is no, so the answer is
 * exact; the cost is exponential in the number of refused cas that must be tried, and in nothing else.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { valueLeft, valueRefused } from './values.ts';
import type { Conflict, VersionGraph } from './version-graph.ts';

/** Refused cas whose version is taken for known. */
type Assigned = ReadonlyMap<Operation, number>;

/** Null: there is no order, and no conflict without the refused cas. Yields after each order that was tried. */
export function* versionOrder(graph: VersionGraph): Generator<void, readonly Operation[] | Conflict | null> {
  const pending: Assigned[] = [new Map()];
  for (let assigned = pending.pop(); assigned; assigned = pending.pop()) {
    yield;
    const order = blocksInOrder(graph, assigned);
    if ('type' in order) {
      if (assigned.size === 0) return order;
      continue;
    }
    const ranked = order.flatMap(block => present(graph.blocks[block]));
    const placed = placeRefused(graph, assigned, ranked);
    if (placed instanceof Map) return operationsInOrder(graph, placed, ranked);
    for (const version of candidates(graph, placed)) pending.push(new Map([...assigned, [placed, version]]));
  }
  return null;
}

/** The most likely last: those that came nearest to its answer. */
function candidates({ versions }: VersionGraph, refused: Operation): readonly number[] {
  const distance = (index: number) => Math.abs(present(versions[index]).hint - refused.return);
  return [...versions.keys()]
    .filter(index => versions[index]?.value !== valueRefused(refused))
    .toSorted((one, other) => distance(other) - distance(one) || 0);
}

interface Step {
  readonly from: number;
  readonly operations: readonly [Operation, Operation];
}

function blocksInOrder(graph: VersionGraph, assigned: Assigned): readonly number[] | Conflict {
  const { blocks, versions, sequences } = graph;
  const before: Step[][] = blocks.map(() => []);
  const after: number[][] = blocks.map(() => []);
  for (const sequence of sequences) {
    let first: Operation | null = null;
    for (const second of sequence) {
      const to = versionSeen(graph, assigned, second);
      if (to === undefined) continue;
      if (first !== null) {
        const from = present(versionSeen(graph, assigned, first));
        const steps = [[first, second]] as const;
        const fromBlock = present(versions[from]).block;
        const toBlock = present(versions[to]).block;
        if (fromBlock === toBlock ? !isInOrder(graph, [from, first], [to, second]) : toBlock === 0) {
          return { type: 'cycle', steps };
        }
        if (fromBlock !== toBlock) {
          before[toBlock]?.push({ from: fromBlock, operations: [first, second] });
          after[fromBlock]?.push(toBlock);
        }
      }
      first = second;
    }
  }
  return topological(graph, before, after);
}

/** Undefined for a refused cas whose version is not known. */
function versionSeen({ versionOf }: VersionGraph, assigned: Assigned, operation: Operation): number | undefined {
  return versionOf.get(operation) ?? assigned.get(operation);
}

/** In one block: an earlier version first, and whoever makes a version before those who see it. */
function isInOrder({ versions }: VersionGraph, first: [number, Operation], second: [number, Operation]): boolean {
  const difference = present(versions[second[0]]).index - present(versions[first[0]]).index;
  if (difference !== 0) return difference > 0;
  return valueLeft(second[1]) === undefined;
}

/** What was there at first comes first; then, of those that nothing holds back, the one that came first. */
function topological(
  { blocks, versions }: VersionGraph,
  before: readonly (readonly Step[])[],
  after: readonly (readonly number[])[],
): readonly number[] | Conflict {
  const waitsFor = before.map(steps => steps.length);
  const hint = (block: number) => present(versions[present(blocks[block]?.[0])]).hint;
  /** The first to come is last. */
  const free: number[] = [];
  const release = (block: number): void => {
    let low = 0;
    for (let high = free.length; low < high; ) {
      const middle = (low + high) >>> 1;
      if (hint(present(free[middle])) > hint(block)) low = middle + 1;
      else high = middle;
    }
    free.splice(low, 0, block);
  };
  for (const block of blocks.keys()) if (waitsFor[block] === 0) release(block);
  const order: number[] = [];
  for (let block = free.pop(); block !== undefined; block = free.pop()) {
    order.push(block);
    for (const next of present(after[block])) {
      waitsFor[next] = present(waitsFor[next]) - 1;
      if (waitsFor[next] === 0) release(next);
    }
  }
  return order.length === blocks.length ? order : cycleAmong(before, waitsFor);
}

/** Each block that still waits, waits for another one of them: go back until one comes again. */
function cycleAmong(before: readonly (readonly Step[])[], waitsFor: readonly number[]): Conflict {
  const seen = new Map<number, number>();
  const steps: Step['operations'][] = [];
  let block = waitsFor.findIndex(count => count > 0);
  while (!seen.has(block)) {
    seen.set(block, steps.length);
    const step = present(before[block]?.find(({ from }) => present(waitsFor[from]) > 0));
    steps.push(step.operations);
    block = step.from;
  }
  return { type: 'cycle', steps: steps.slice(seen.get(block)).toReversed() };
}

/** The version that each refused cas sees; or the first that finds none. */
function placeRefused(
  graph: VersionGraph,
  assigned: Assigned,
  ranked: readonly number[],
): Map<Operation, number> | Operation {
  const ranks = new Map(ranked.map((version, rank) => [version, rank]));
  const rankOf = (version: number): number => present(ranks.get(version));
  const placed = new Map(assigned);
  for (const sequence of graph.sequences) {
    let earliest = 0;
    for (const [index, operation] of sequence.entries()) {
      const seen = versionSeen(graph, placed, operation);
      if (seen !== undefined) {
        earliest = rankOf(seen);
        continue;
      }
      const value = valueRefused(operation);
      while (earliest < ranked.length && graph.versions[present(ranked[earliest])]?.value === value) earliest++;
      const latest = latestRank(graph, { assigned, sequence, index, rankOf, last: ranked.length - 1 });
      if (earliest > latest) return operation;
      placed.set(operation, present(ranked[earliest]));
    }
  }
  return placed;
}

interface Bounds {
  readonly assigned: Assigned;
  readonly sequence: readonly Operation[];
  readonly index: number;
  readonly rankOf: (version: number) => number;
  readonly last: number;
}

/** The last version that can be seen by what comes at `index`: that of the next one, which its maker comes just before. */
function latestRank(graph: VersionGraph, { assigned, sequence, index, rankOf, last }: Bounds): number {
  for (let at = index + 1; at < sequence.length; at++) {
    const next = present(sequence[at]);
    const seen = versionSeen(graph, assigned, next);
    if (seen !== undefined) return rankOf(seen) - Number(valueLeft(next) !== undefined);
  }
  return last;
}

function operationsInOrder(
  { versions, versionOf }: VersionGraph,
  placed: Assigned,
  ranked: readonly number[],
): readonly Operation[] {
  const seenBy = versions.map((): Operation[] => []);
  for (const [operation, version] of [...versionOf, ...placed]) {
    if (versions[version]?.producer !== operation) seenBy[version]?.push(operation);
  }
  return ranked.flatMap(version => {
    const { producer } = present(versions[version]);
    const observers = present(seenBy[version]).toSorted((one, other) => one.id - other.id);
    return producer === null ? observers : [producer, ...observers];
  });
}
