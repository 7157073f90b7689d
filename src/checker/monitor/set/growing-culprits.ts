/**
 * The operations that show why a set from which nothing is removed cannot be explained.
 *
 * Looks and reads can always be left out. So can adds of elements that no read among the culprits shows and no look asks
 * for; and adds that were called when the element was certainly there, for these change nothing. The others must stay: one
 * of them made the birth.
 */
import type { Subhistory } from '../../subhistory/subhistory.ts';
import { none } from '../dense.ts';
import { addition, type GrowingSet, read } from './growing-columns.ts';
import type { Fault, Levels, Thing } from './growing-levels.ts';

/** Positions, in order of calls. `until`: what has happened up to and with it is impossible, as `levels` says. */
export function growingCulprits(
  subhistory: Subhistory,
  set: GrowingSet,
  { levels, until }: { readonly levels: Levels; readonly until: number },
): readonly number[] {
  const { fault } = levels;
  if (fault === null) return [];
  if (fault.kind === 'impossible') return [fault.position];
  const { call, return: returns, class: classOf, length } = subhistory;
  const { kinds, elements, shown } = set;
  const culprits = new Set<number>(evidence(levels, fault));
  /** By element: only adds that were called up to this rank matter. */
  const needed = new Int32Array(set.count).fill(none);
  const concern = (element: number, end: number): void => {
    const sign = levels.firstSign[element]!;
    const others = needed[element] === none ? until : needed[element]!;
    needed[element] = Math.min(others, end, sign === none ? until : returns[sign]!);
  };
  for (const position of culprits) {
    const own = classOf[position]!;
    if (kinds[own] !== read) concern(elements[own]!, until);
    else for (const element of shown[own]!) concern(element, returns[position]!);
  }
  for (let position = 0; position < length && call[position]! <= until; position++) {
    const own = classOf[position]!;
    if (kinds[own] === addition && call[position]! <= needed[elements[own]!]!) culprits.add(position);
  }
  return [...culprits].toSorted((one, other) => one - other);
}

function evidence(levels: Levels, fault: Exclude<Fault, { kind: 'impossible' }>): readonly number[] {
  if (fault.kind === 'unchained') return fault.positions;
  const { start, end } = fault;
  const { firstSign, level, reads, firstToEnd } = levels;
  const found = [...startEvidence(levels, start), end.position ?? firstSign[end.element]!];
  if (start.element === undefined || end.element === undefined || start.element === end.element) return found;
  // A read that shows the one and not the other.
  return [...found, firstToEnd[reads[level[start.element]!]!.classes[0]!]!];
}

/** That the first add of an element is late needs no evidence but the adds themselves. */
function startEvidence({ firstAdd, lastMiss }: Levels, start: Thing): readonly number[] {
  if (start.element === undefined) return [start.position];
  const [add, miss] = [firstAdd[start.element]!, lastMiss[start.element]!];
  return add !== none && miss > add ? [miss] : [];
}
