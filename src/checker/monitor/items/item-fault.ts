/**
 * Why the items of a stack or a priority queue have no order: a few items, of which some must have been inside when an
 * answer says that they were not.
 *
 * Answers are impossible as soon as it is known of enough removals what they did not take. Who was in the way and is never
 * known to have come out, may have been taken by any removal whose result is not known yet; so all that were called in time
 * must have returned. Who came out too late may be shown so by its own removal, or in the same way.
 */
import { never, type Subhistory } from '../../subhistory/subhistory.ts';
import type { Items } from './items.ts';
import type { MonitorVerdict } from '../monitor.ts';

export interface ItemFault {
  readonly items: readonly number[];
  /** A removal that found nothing. */
  readonly empty: number | null;
  /** Rank: had an item been taken by a removal that was called later, it would still have been in the way. */
  readonly deadline: number;
}

/** Removals of unknown result that can have taken what is in the way are culprits as well. */
export function refuse(
  subhistory: Subhistory,
  items: Items,
  { items: members, empty, deadline }: ItemFault,
): MonitorVerdict {
  const { call, return: ends } = subhistory;
  const { insertion, removal, insertReturn, removeReturn, isRemoval, unknown } = items;
  const taken = members.filter(item => removeReturn[item] !== never);
  const isAnyLeft = taken.length < members.length;
  let answered = 0;
  for (let position = 0; position < call.length && call[position]! < deadline; position++) {
    if (isRemoval[position] && ends[position] !== never) answered = Math.max(answered, ends[position]!);
  }
  let until = empty === null ? 0 : ends[empty]!;
  for (const item of members) if (insertReturn[item]! < deadline) until = Math.max(until, insertReturn[item]!);
  const known = taken.reduce((latest, item) => Math.max(latest, removeReturn[item]!), 0);
  if (unknown.length > 0) until = Math.max(until, known, isAnyLeft ? answered : 0);
  else until = Math.max(until, isAnyLeft ? answered : Math.min(known, answered));
  const culprits = [...members.map(item => insertion[item]!), ...taken.map(item => removal[item]!)];
  if (empty !== null) culprits.push(empty);
  if (isAnyLeft) for (const position of unknown) if (call[position]! < deadline) culprits.push(position);
  return { validity: 'invalid', culprits: culprits.toSorted((one, other) => one - other), until };
}
