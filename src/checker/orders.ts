/**
 * Tries all orders of a few operations that have none, and says which come farthest.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import type { Core } from './minimise.ts';

/** Where an order ends that explains as many answers as any. */
export interface DeadEnd {
  readonly order: readonly Operation[];
  readonly state: unknown;
  /** The completed operations of which one would have to come next; none of them can. */
  readonly stuck: readonly Operation[];
}

interface Place {
  readonly order: readonly Operation[];
  readonly state: unknown;
  readonly left: readonly Operation[];
}

/** More operations have too many orders. */
const mostOperations = 16;
/** Places that are looked at before it is given up. */
const effort = 20_000;

/**
 * The shortest order to each state, and set of operations left, in which the farthest ones end. Null when there are too
 * many orders.
 */
export function deadEnds(model: Model, { operations, starts }: Core): readonly DeadEnd[] | null {
  if (operations.length > mostOperations) return null;
  const places: Place[] = [];
  const known = new Set<string>();
  const indexes = new Map(operations.map((operation, index) => [operation, index]));
  const visit = (place: Place): void => {
    const name = `${place.left.map(one => indexes.get(one)).join(' ')}: ${model.stateKey(place.state)}`;
    if (!known.has(name)) places.push(place);
    known.add(name);
  };
  for (const state of starts) visit({ order: [], state, left: operations });
  for (let index = 0; index < places.length; index++) {
    if (places.length > effort) return null;
    const { order, state, left } = places[index] as Place;
    const firstReturn = Math.min(...left.map(operation => operation.return));
    for (const next of left) {
      if (next.call > firstReturn) continue;
      const rest = left.filter(operation => operation !== next);
      for (const after of model.step(state, next)) visit({ order: [...order, next], state: after, left: rest });
    }
  }
  return farthest(model, places);
}

function farthest(model: Model, places: readonly Place[]): readonly DeadEnd[] {
  const fewestLeft = Math.min(...places.map(({ left }) => left.filter(isCompleted).length));
  const ends = new Map<string, DeadEnd>();
  for (const { order, state, left } of places) {
    const completed = left.filter(isCompleted);
    if (completed.length > fewestLeft) continue;
    const firstReturn = Math.min(...completed.map(operation => operation.return));
    const stuck = completed.filter(operation => operation.call <= firstReturn);
    // Ends that differ only in what may have happened are one.
    const name = `${stuck.map(({ id }) => id).join(' ')}: ${model.stateKey(state)}`;
    if (!ends.has(name)) ends.set(name, { order, state, stuck });
  }
  return [...ends.values()];
}

function isCompleted({ outcome }: Operation): boolean {
  return outcome !== 'info';
}
