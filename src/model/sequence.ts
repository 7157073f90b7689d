/**
 * What `queue` and `stack` have in common: values go in, and come out one by one; null comes out of an empty one.
 */
import type { Operation } from '../history/operation.ts';
import type { Model, Replayed } from './model.ts';
import { partitionByKey, sameValue, showValue, valueKey } from './value.ts';

type Items = readonly unknown[];

interface Discipline {
  readonly name: string;
  readonly summary: string;
  readonly insert: string;
  readonly remove: string;
  /** Where the next item to come out is. */
  readonly next: 'first' | 'last';
}

export function sequence({ name, summary, insert, remove, next }: Discipline): Model<Items> {
  const step = (state: Items, operation: Operation): readonly Items[] => {
    if (operation.f === insert) return [[...state, operation.input ?? null]];
    const rest = next === 'first' ? state.slice(1) : state.slice(0, -1);
    if (operation.outcome === 'info') return [rest];
    const item = state.length === 0 ? null : next === 'first' ? state[0] : state.at(-1);
    return sameValue(item, operation.output) ? [rest] : [];
  };
  return {
    name,
    summary,
    functions: [insert, remove],
    initial: [],
    step,
    object: () => replayed({ insert, next }),
    stateKey: state => JSON.stringify(state.map(valueKey)),
    isRead: () => false,
    malformed: ({ f, input }) =>
      f === insert && (input ?? null) === null
        ? `the value of ${insert} cannot be null: null comes out when it is empty`
        : null,
    partition: partitionByKey,
    noticeable: operations => noticeableItems(operations, { insert, remove }),
    describe: {
      operation({ f, input, output, outcome }) {
        if (f === insert) return `${f} ${showValue(input)}`;
        return outcome === 'ok' ? `${f} -> ${showValue(output)}` : f;
      },
      state: state => (state.length === 0 ? `the ${name} is empty` : `the ${name} holds ${showValue(state)}`),
    },
  };
}

/** Items from `head` on are in it. */
function replayed({ insert, next }: Pick<Discipline, 'insert' | 'next'>): Replayed {
  const items: unknown[] = [];
  let head = 0;
  return {
    apply({ f, input, output, outcome }) {
      if (f === insert) return items.push(input ?? null) > 0;
      const isEmpty = head === items.length;
      const item = isEmpty ? null : next === 'first' ? items[head] : items.at(-1);
      if (outcome !== 'info' && !sameValue(item, output)) return false;
      if (!isEmpty && next === 'first') items[head++] = undefined;
      else if (!isEmpty) items.pop();
      return true;
    },
  };
}

/**
 * An `info` insertion of v can be left out when it comes after the last return of every completed removal of v.
 *
 * Proof. In an order that is right, its item is not taken by a completed removal. If an `info` removal takes it, leave out
 * both: the others find what they found, for the item only lay there in between, and "empty" was never said of what held
 * it. If nobody takes it, then what lies behind it (in a queue) or under it (in a stack) is never taken either, and
 * nothing is found empty later; so nobody misses it.
 */
function noticeableItems(
  operations: readonly Operation[],
  { insert, remove }: { readonly insert: string; readonly remove: string },
): ReadonlyMap<number, number> {
  const takenUntil = new Map<string | number, number>();
  for (const { f, outcome, output, ...removal } of operations) {
    if (f !== remove || outcome !== 'ok') continue;
    const key = valueKey(output);
    takenUntil.set(key, Math.max(removal.return, takenUntil.get(key) ?? -Infinity));
  }
  const insertions = operations.filter(({ f, outcome }) => f === insert && outcome === 'info');
  return new Map(insertions.map(({ id, input }) => [id, takenUntil.get(valueKey(input)) ?? -Infinity]));
}
