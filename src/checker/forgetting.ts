/**
 * When a member may have forgotten what it held only in memory.
 *
 * A rule such as "what a node has shown once it keeps showing" holds for what is only in memory as long as the process
 * lives. Every kind of fault that is not known to leave the process alone counts as a restart, so that a new kind can
 * make a checker weaker and never wrong.
 */
import type { NodeName } from '../base/names.ts';
import type { History } from '../history/history.ts';
import { countWhile } from './bisect.ts';

/** Indexes of the history, both included. */
export interface Span {
  readonly begin: number;
  /** `Infinity` when it never ended. */
  readonly end: number;
}

const keepsMemory: ReadonlySet<string> = new Set(['partition', 'pause', 'loss', 'delay', 'duplicate', 'reorder']);

/** Apart from each other and in order. `null` for the node asks for those of any node. */
export function forgettingSpans(history: History, node: NodeName | null): readonly Span[] {
  const spans = history.faults
    .filter(({ fault }) => !keepsMemory.has(fault.kind))
    .filter(({ fault }) => node === null || fault.targets.length === 0 || fault.targets.includes(node))
    .toSorted((left, right) => left.begin - right.begin);
  const merged: Span[] = [];
  for (const { begin, end } of spans) {
    const last = merged.at(-1);
    if (last !== undefined && begin <= last.end) merged[merged.length - 1] = { ...last, end: Math.max(last.end, end) };
    else merged.push({ begin, end });
  }
  return merged;
}

/**
 * Which stretch between two spans holds all of `[begin, end]`: 0 before the first span, 1 after it, ... Null when it
 * touches a span. Two intervals with the same number have no span between them.
 */
export function stretchOf(spans: readonly Span[], interval: Span): number | null {
  const before = countWhile(spans.length, index => (spans[index]?.end ?? 0) < interval.begin);
  const next = spans[before];
  return next === undefined || interval.end < next.begin ? before : null;
}
