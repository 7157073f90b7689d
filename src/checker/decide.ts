/**
 * Decides about independent parts of a history (keys) under one budget: they take turns with growing shares of it, so that
 * the part that is easily refuted is found even when another is hard.
 */
import type { Key } from '../base/names.ts';
import { type Clock, nanosPerMs } from '../base/time.ts';
import type { Budget, Witness } from './checker.ts';
import type { Part } from './parts.ts';
import { enumerate, showKey } from './words.ts';

/** A search for an order of one part, which can be interrupted and goes on where it was. */
export interface PartSearch {
  /** Steps that were done, and are kept. */
  readonly states: number;
  /** Up to so many steps. Any other word than these two: it is not decided yet. */
  run(limit: number, isOver: () => boolean): 'valid' | 'invalid' | (string & {});
}

export interface DecideOptions<S extends PartSearch> {
  readonly parts: readonly Part[];
  readonly begin: (part: Part) => S;
  /** Of a part that is valid: the ids in an order that has been replayed. */
  readonly order: (part: Part, search: S) => Int32Array;
  readonly budget: Budget;
  readonly clock: Clock;
}

export type Verdict<S> =
  | { readonly kind: 'valid'; readonly witness: Witness }
  /** The first part that was refuted decides. */
  | { readonly kind: 'invalid'; readonly part: Part; readonly search: S }
  | {
      readonly kind: 'unknown';
      readonly reason: 'timeout' | 'states';
      /** Those that are not decided, the hardest first. */
      readonly hard: readonly Part[];
    };

/** The first share of a part, in steps, and what is added for each operation. It doubles each time. */
export const firstShare = { least: 1_024, perOperation: 2 } as const;

export function decide<S extends PartSearch>(
  options: DecideOptions<S>,
): {
  readonly verdict: Verdict<S>;
  readonly states: number;
} {
  const { parts, begin, order, budget, clock } = options;
  const deadline = clock.now() + budget.timeMs * nanosPerMs;
  const isOver = (): boolean => clock.now() >= deadline;
  const searches = new Map<Part, S>();
  const undecided = new Set(parts);
  const witness: { key: Key | null; order: Int32Array }[] = [];
  /** Of parts that are not decided yet. */
  let kept = 0;
  let states = 0;
  for (let round = 1; undecided.size > 0; round *= 2) {
    for (const part of undecided) {
      const share = round * (firstShare.least + firstShare.perOperation * part.subhistory.length);
      const known = searches.get(part);
      const search = known ?? begin(part);
      const before = known?.states ?? 0;
      searches.set(part, search);
      const outcome = search.run(Math.min(share, Math.max(1, budget.states - kept)), isOver);
      kept += search.states - before;
      states += search.states - before;
      if (outcome === 'invalid') return { verdict: { kind: 'invalid', part, search }, states };
      if (outcome === 'valid') {
        witness.push({ key: part.key, order: order(part, search) });
        undecided.delete(part);
        searches.delete(part);
        kept -= search.states;
      } else if (isOver() || kept >= budget.states) {
        const reason = isOver() ? 'timeout' : 'states';
        return { verdict: { kind: 'unknown', reason, hard: hardestFirst(undecided, searches) }, states };
      }
    }
  }
  return { verdict: { kind: 'valid', witness }, states };
}

/** Those that have cost most come first. */
function hardestFirst(parts: Iterable<Part>, searches: ReadonlyMap<Part, PartSearch>): readonly Part[] {
  const cost = (part: Part): number => searches.get(part)?.states ?? 0;
  return [...parts].toSorted((one, other) => cost(other) - cost(one));
}

/** What the budget was spent on, in words. `sizeOf`: `120 operations, 3 of them with an unknown outcome`. */
export function undecidedWords(
  { reason, hard }: Verdict<never> & { readonly kind: 'unknown' },
  { budget, sizeOf }: { readonly budget: Budget; readonly sizeOf: (part: Part) => string },
): string {
  const spent = reason === 'timeout' ? `${budget.timeMs} ms` : `${budget.states} configurations`;
  const which = hard.map(
    part => `${part.key === null ? 'the whole history' : `key ${showKey(part.key)}`} (${sizeOf(part)})`,
  );
  return `undecided within ${spent}: ${enumerate(which, 3)}`;
}

/** ` on key 7`; nothing when there are no keys. */
export function onKey(key: Key | null): string {
  return key === null ? '' : ` on key ${showKey(key)}`;
}
