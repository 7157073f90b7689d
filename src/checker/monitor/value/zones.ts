/**
 * The order of the versions of a register, by the zones of their chains (Gibbons and Korach, "Testing shared memories",
 * 1997; here for chains of versions that cas link).
 *
 * A *chain* is a version that a write made (or version 0), the one that a cas made of it, and so on. No other write can
 * come in between, so all operations of a chain stand together, and their order is known: maker, reads, next maker. It
 * is possible if each of them returned after all that come before it in the chain were called. Let f be the first
 * return of the chain, and l its last call. For f < l the chain is there from f to l at least, its *zone*; otherwise one
 * moment between l and f is enough for the whole chain. For version 0, f is before everything.
 *
 *     zone:   |--w--|          |--r--|        moment:   |------w-----|
 *                   f==========l                             |--r----------|
 *                                                            l       f
 *
 * Two chains contradict each other if each has a return before a call of the other, f < l' and f' < l: neither can stand
 * before the other. If no two do, then the order of the chains by the lower of f and l is right.
 *
 * Proof. Let an operation of a zone happen at the latest call so far in its chain, or at f where that is later; and a
 * moment at its l, or at the end of the last zone that began before where that is later. All happen between call and
 * return, and in that order: for a chain that begins in a zone (f < f' and f < l') must have l < f' for want of a
 * contradiction. So it is a moment, and may wait for l; and a zone begins after all before it have ended.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { initialValue } from './numbers.ts';
import type { Versions } from './versions.ts';

/** Either all operations in order, or why there is none. Times are ranks. */
export type Zones =
  | { readonly kind: 'ordered'; readonly order: Int32Array }
  /** Some versions have no beginning: a value was never made, or cas made each other's values. */
  | { readonly kind: 'rootless' }
  /** Two cas replaced one version. */
  | { readonly kind: 'forked' }
  /** In a chain, what returned at `end` comes after what was called at `call`, which is later. */
  | { readonly kind: 'reversed'; readonly end: number; readonly call: number }
  /** Two chains contradict each other. */
  | { readonly kind: 'crossed'; readonly chains: readonly [Chain, Chain] };

export interface Chain {
  /** Its first version. */
  readonly root: number;
  /** -1 for version 0. */
  readonly firstReturn: number;
}

export function zonesOf(subhistory: Subhistory, versions: Versions): Zones {
  if (versions.fork !== null) return { kind: 'forked' };
  const { call, return: end, events } = subhistory;
  const { count, maker, firstReturn, lastCall, before, after } = versions;
  const firsts = new Int32Array(count);
  const lasts = new Int32Array(count);
  /** By rank: 1 more than the root of the chain that begins there. */
  const begins = new Int32Array(events.length);
  let reversed: { readonly end: number; readonly call: number } | null = null;
  let reached = 0;
  for (let root = 0; root < count; root++) {
    if (before[root] !== none) continue;
    if (maker[root] === none && root !== initialValue) {
      if (lastCall[root] !== -1 || after[root] !== none) return { kind: 'rootless' };
      reached++;
      continue;
    }
    let first = root === initialValue ? -1 : never;
    let last = -1;
    for (let version = root; version !== none; version = after[version]!) {
      reached++;
      const made = maker[version]!;
      const earliest = firstReturn[version]!;
      if (made !== none) {
        if (end[made]! < last && last < (reversed?.call ?? never)) reversed = { end: end[made]!, call: last };
        if (end[made]! < first) first = end[made]!;
        if (call[made]! > last) last = call[made]!;
      }
      if (earliest < last && last < (reversed?.call ?? never)) reversed = { end: earliest, call: last };
      if (earliest < first) first = earliest;
      if (lastCall[version]! > last) last = lastCall[version]!;
    }
    firsts[root] = first;
    lasts[root] = last;
    if (root !== initialValue) begins[Math.min(first, last)] = root + 1;
  }
  if (reached < count) return { kind: 'rootless' };
  return reversed === null ? sweep(subhistory, { versions, firsts, lasts, begins }) : { kind: 'reversed', ...reversed };
}

interface Chains {
  readonly versions: Versions;
  /** By root. */
  readonly firsts: Int32Array;
  readonly lasts: Int32Array;
  readonly begins: Int32Array;
}

function sweep(subhistory: Subhistory, { versions, firsts, lasts, begins }: Chains): Zones {
  const { count, maker, reads, after } = versions;
  /** By version: where its first read is in the order. */
  const starts = new Int32Array(count);
  const order = new Int32Array(subhistory.length);
  let length = 0;
  /** The chain that has the latest call so far. */
  let latest = initialValue;
  const place = (root: number): void => {
    for (let version = root; version !== none; version = after[version]!) {
      if (maker[version] !== none) order[length++] = maker[version]!;
      starts[version] = length;
      length += reads[version]!;
    }
  };
  place(initialValue);
  for (let rank = 0; rank < begins.length; rank++) {
    const root = begins[rank]! - 1;
    if (root === none) continue;
    if (firsts[root]! < lasts[latest]!) {
      const chains = [latest, root].map(one => ({ root: one, firstReturn: firsts[one]! }));
      return { kind: 'crossed', chains: [chains[0]!, chains[1]!] };
    }
    if (lasts[root]! > lasts[latest]!) latest = root;
    place(root);
  }
  for (let position = 0; position < subhistory.length; position++) {
    const version = versions.of[position]!;
    if (version === none || maker[version] === position) continue;
    order[starts[version]!] = position;
    starts[version] = starts[version]! + 1;
  }
  return { kind: 'ordered', order: order.subarray(0, length) };
}
