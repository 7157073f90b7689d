/**
 * Sequential consistency by the definition: tries every order that keeps each process's own. Slow, and too simple to be
 * wrong. It shares nothing with the searches but the model, and runs on the few operations of a counterexample: it
 * confirms that no order explains them, and says how far the best of them come.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { comesBefore } from './program-order.ts';

/** Where an order ends that explains as many answers as any. */
export interface DeadEnd {
  readonly order: readonly Operation[];
  readonly state: unknown;
  /** The operations of which one would have to come next; none of them can. */
  readonly stuck: readonly Operation[];
}

/** More operations have too many orders. */
const mostOperations = 24;
/** Places that are looked at before it is given up. */
const effort = 20_000;

interface Place {
  readonly order: readonly Operation[];
  readonly state: unknown;
  readonly left: readonly Operation[];
}

/** `explained`, the dead ends, or null when there are too many orders. */
export function tryAllOrders(model: Model, operations: readonly Operation[]): 'explained' | readonly DeadEnd[] | null {
  if (operations.length > mostOperations) return null;
  const places: Place[] = [{ order: [], state: model.initial, left: operations }];
  const known = new Set<string>();
  for (let index = 0; index < places.length; index++) {
    if (places.length > effort) return null;
    const { order, state, left } = places[index] as Place;
    if (!left.some(mustCome)) return 'explained';
    for (const next of nextOf(left)) {
      const rest = left.filter(operation => operation !== next);
      for (const after of model.step(state, next)) {
        const name = `${rest.map(({ id }) => id).join(' ')}: ${model.stateKey(after)}`;
        if (!known.has(name)) places.push({ order: [...order, next], state: after, left: rest });
        known.add(name);
      }
    }
  }
  return farthest(model, places);
}

function nextOf(left: readonly Operation[]): readonly Operation[] {
  return left.filter(operation => !left.some(other => comesBefore(other, operation)));
}

function farthest(model: Model, places: readonly Place[]): readonly DeadEnd[] {
  const fewestLeft = Math.min(...places.map(({ left }) => left.filter(mustCome).length));
  const ends = new Map<string, DeadEnd>();
  for (const { order, state, left } of places) {
    if (left.filter(mustCome).length > fewestLeft) continue;
    const stuck = nextOf(left).filter(mustCome);
    // Ends that differ only in what may have happened are one.
    const name = `${stuck.map(({ id }) => id).join(' ')}: ${model.stateKey(state)}`;
    if (!ends.has(name)) ends.set(name, { order, state, stuck });
  }
  return [...ends.values()];
}

function mustCome({ outcome }: Operation): boolean {
  return outcome !== 'info';
}
