/**
 * An order for a set from which nothing is removed, from its levels: each birth and each read at its own start, or at the
 * latest start on the levels before it. At the same moment misses come first, then births and reads as their levels
 * say, then whatever finds the element there.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { addition, type GrowingSet, missed, read } from './growing-columns.ts';
import type { Levels } from './growing-levels.ts';

export function orderOfLevels(subhistory: Subhistory, set: GrowingSet, levels: Levels): Int32Array {
  const { call, return: returns, class: classOf, length, events } = subhistory;
  const { kinds, elements, count } = set;
  /** Positions as they come, and the rank of the event after which each comes. */
  const happened = new Int32Array(length);
  const after = new Int32Array(length);
  let size = 0;
  const happen = (position: number, rank: number): void => {
    happened[size] = position;
    after[size++] = rank;
  };
  for (let position = 0; position < length; position++) {
    if (kinds[classOf[position]!] === missed) happen(position, call[position]!);
  }
  const bornAt = new Int32Array(count).fill(none);
  const readsOf = positionsByClass(subhistory, kinds);
  const { births, reads, firstAdd, lastMiss } = levels;
  let latest = -1;
  let born = 0;
  for (let number = 0; number <= reads.length; number++) {
    let next = latest;
    for (const end = reads[number]?.births ?? births.length; born < end; born++) {
      const element = births[born]!;
      const miss = lastMiss[element]!;
      const start = Math.max(latest, call[firstAdd[element]!]!, miss === none ? -1 : call[miss]!);
      bornAt[element] = start;
      happen(firstAdd[element]!, start);
      next = Math.max(next, start);
    }
    latest = next;
    for (const own of reads[number]?.classes ?? []) {
      for (let position = readsOf.first[own]!; position !== none; position = readsOf.next[position]!) {
        const start = Math.max(latest, call[position]!);
        happen(position, start);
        next = Math.max(next, start);
      }
    }
    latest = next;
  }
  for (let position = 0; position < length; position++) {
    const own = classOf[position]!;
    if (kinds[own] === missed || kinds[own] === read || returns[position] === never) continue;
    const element = elements[own]!;
    if (kinds[own] === addition && firstAdd[element] === position) continue;
    happen(position, Math.max(call[position]!, bornAt[element]!));
  }
  return sortedByTime(happened.subarray(0, size), after, events.length);
}

/** The reads of each class, as linked lists. */
function positionsByClass({ class: classOf, length }: Subhistory, kinds: Uint8Array) {
  const first = new Int32Array(kinds.length).fill(none);
  const next = new Int32Array(length).fill(none);
  for (let position = length - 1; position >= 0; position--) {
    const own = classOf[position]!;
    if (kinds[own] !== read) continue;
    next[position] = first[own]!;
    first[own] = position;
  }
  return { first, next };
}

function sortedByTime(happened: Int32Array, after: Int32Array, ranks: number): Int32Array {
  const starts = new Int32Array(ranks + 1);
  for (let index = 0; index < happened.length; index++) starts[after[index]! + 1] = starts[after[index]! + 1]! + 1;
  for (let rank = 1; rank < starts.length; rank++) starts[rank] = starts[rank]! + starts[rank - 1]!;
  const order = new Int32Array(happened.length);
  for (let index = 0; index < happened.length; index++) {
    const rank = after[index]!;
    order[starts[rank]!] = happened[index]!;
    starts[rank] = starts[rank]! + 1;
  }
  return order;
}
