/**
 * The elements of a set, ranked by when their additions were first acknowledged.
 */
import type { OperationColumns } from '../../../history/columns.ts';
import { canonicalText } from '../../../history/intern.ts';

export interface Ranks {
  /** By rank: the addition that was acknowledged first. */
  readonly ids: readonly number[];
  /** By rank: when. */
  readonly returned: Int32Array;
  /** The first rank that is not in the list; the number of ranks when all are. */
  firstLacking(list: readonly unknown[]): number;
}

/** Of additions that were acknowledged. */
export function ranksOf(additions: Int32Array, { completion, input, values }: OperationColumns): Ranks {
  const inOrder = Array.from(additions).toSorted(
    (left, right) => (completion[left] as number) - (completion[right] as number),
  );
  const elements = elementTable(inOrder.length);
  const ids = inOrder.filter(id => elements.add(values[input[id] as number]));
  /** By rank: the last list in which it was. */
  const marks = new Int32Array(ids.length);
  let lists = 0;
  return {
    ids,
    returned: Int32Array.from(ids, id => completion[id] as number),
    firstLacking(list) {
      lists++;
      for (const element of list) {
        const rank = elements.rank(element);
        if (rank >= 0) marks[rank] = lists;
      }
      let first = 0;
      while (first < marks.length && marks[first] === lists) first++;
      return first;
    },
  };
}

interface ElementTable {
  /** Gives it the next rank; false when it has one. */
  add(element: unknown): boolean;
  /** -1 when it has none. */
  rank(element: unknown): number;
}

/** Most elements are small whole numbers, and are found without hashing. */
function elementTable(expected: number): ElementTable {
  const small = new Int32Array(4 * expected + 16).fill(-1);
  const plain = new Map<unknown, number>();
  const texts = new Map<string, number>();
  let ranks = 0;
  function rank(element: unknown): number {
    if (typeof element === 'number' && element >>> 0 === element && element < small.length) {
      return small[element] as number;
    }
    if (typeof element !== 'object' || element === null) return plain.get(element) ?? -1;
    return texts.get(canonicalText(element)) ?? -1;
  }
  return {
    rank,
    add(element) {
      if (rank(element) >= 0) return false;
      const next = ranks++;
      if (typeof element === 'number' && element >>> 0 === element && element < small.length) small[element] = next;
      else if (typeof element !== 'object' || element === null) plain.set(element, next);
      else texts.set(canonicalText(element), next);
      return true;
    },
  };
}
