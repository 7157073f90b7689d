/**
 * Generators that share out the threads. Each part sees its own threads only, counted from 0.
 */
import { assert } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import type { Generator, GeneratorContext } from './generator.ts';
import { around, empty, noted, type OperationEvent, replaced, within } from './step.ts';

export interface Reserved<T> {
  readonly threads: number;
  readonly generator: Generator<T>;
}

/** The first threads for the first part, the next for the second, ..., those that are left for `rest`. */
export function reserve<T>(parts: readonly Reserved<T>[], rest: Generator<T>): Generator<T> {
  let first = 0;
  const bounds = [0, ...parts.map(part => (first += part.threads))];
  const all = [...parts.map(part => part.generator), rest];
  return shared(
    bounds,
    all.map(generator => ({ generator, busy: 0 })),
  );
}

interface Part<T> {
  readonly generator: Generator<T>;
  /** Operations in flight. */
  readonly busy: number;
}

/** `bounds`: the first thread of each part. */
function shared<T>(bounds: readonly number[], parts: readonly Part<T>[]): Generator<T> {
  function withPart(index: number, part: Part<T>): Generator<T> {
    return shared(bounds, replaced(parts, index, part));
  }
  const self: Generator<T> = {
    next(context) {
      const index = partOf(bounds, context.thread);
      const part = parts[index] as Part<T>;
      const first = bounds[index] as number;
      const threads = (bounds[index + 1] ?? context.threads) - first;
      assert(first + threads <= context.threads, `reserve: there are only ${context.threads} threads`);
      const seen = within(context, { thread: context.thread - first, threads, busy: part.busy });
      return around(part.generator.next(seen), self, part.generator, generator =>
        withPart(index, { generator, busy: part.busy }),
      );
    },
    after(event, thread) {
      const index = partOf(bounds, thread);
      const part = parts[index] as Part<T>;
      const generator = part.generator.after(event, thread - (bounds[index] as number));
      return withPart(index, { generator, busy: part.busy + inFlight(event) });
    },
  };
  return self;
}

function partOf(bounds: readonly number[], thread: number): number {
  let part = bounds.length - 1;
  while (part > 0 && thread < (bounds[part] as number)) part--;
  return part;
}

/** By how many the operations in flight have changed. */
export function inFlight(event: OperationEvent): number {
  return event.type === 'invoke' ? 1 : -1;
}

/** A generator of its own for each thread, made when the thread first asks. */
export function eachThread<T>(make: (thread: number) => Generator<T>): Generator<T> {
  return perThread(make, []);
}

function perThread<T>(
  make: (thread: number) => Generator<T>,
  children: readonly (Generator<T> | null)[],
): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      const { thread } = context;
      const child = children[thread] ?? make(thread);
      const seen = within(context, { thread: 0, threads: 1, busy: 0 });
      return around(child.next(seen), self, children[thread] ?? empty, changed =>
        perThread(make, noted<Generator<T> | null>(children, thread, changed, null)),
      );
    },
    after(event, thread) {
      const child = children[thread] ?? null;
      if (child === null) return self;
      const changed = replaced(children, thread, child.after(event, 0));
      return changed === children ? self : perThread(make, changed);
    },
  };
  return self;
}

/**
 * A generator of its own for each node, shared by the threads bound to it. It cannot know how many those are, so it sees
 * the threads as they are numbered outside: no `phases` within.
 */
export function eachNode<T>(make: (node: NodeName | null) => Generator<T>): Generator<T> {
  return perNode(make, { nodes: [], children: [], homes: [] });
}

interface Nodes<T> {
  readonly nodes: readonly (NodeName | null)[];
  readonly children: readonly Generator<T>[];
  /** By thread: the child that it has asked, -1 before. */
  readonly homes: readonly number[];
}

function perNode<T>(make: (node: NodeName | null) => Generator<T>, known: Nodes<T>): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      const arrived = arrive(make, known, context);
      const home = arrived.homes[context.thread] as number;
      const child = arrived.children[home] as Generator<T>;
      const outer = arrived === known ? self : perNode(make, arrived);
      return around(child.next(context), outer, child, changed =>
        perNode(make, { ...arrived, children: replaced(arrived.children, home, changed) }),
      );
    },
    after(event, thread) {
      const home = known.homes[thread] ?? -1;
      const child = known.children[home];
      if (child === undefined) return self;
      const children = replaced(known.children, home, child.after(event, thread));
      return children === known.children ? self : perNode(make, { ...known, children });
    },
  };
  return self;
}

/** What is known once this thread has been seen. */
function arrive<T>(
  make: (node: NodeName | null) => Generator<T>,
  known: Nodes<T>,
  context: GeneratorContext,
): Nodes<T> {
  const found = known.nodes.indexOf(context.node);
  const home = found < 0 ? known.nodes.length : found;
  const homes = noted(known.homes, context.thread, home, -1);
  if (found < 0) {
    return { nodes: [...known.nodes, context.node], children: [...known.children, make(context.node)], homes };
  }
  return homes === known.homes ? known : { ...known, homes };
}
