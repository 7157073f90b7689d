/**
 * Replays a witness: whether an order of operations really explains what was seen.
 *
 * It shares nothing with the search but the model, and it is so short that it can be checked by reading. It runs after
 * every `valid`: a witness that fails here is a bug of the search, never a verdict.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';

/** Null when the order is right; else what is wrong with it. `operations`: a part, whole. `order`: ids. */
export function witnessFault(model: Model, operations: readonly Operation[], order: readonly number[]): string | null {
  const left = new Map(operations.map(operation => [operation.id, operation]));
  let states: readonly unknown[] = [model.initial];
  let latestCall = -Infinity;
  for (const id of order) {
    const operation = left.get(id);
    if (!operation) return `#${id} is in the order twice, or is not one of the operations`;
    left.delete(id);
    if (operation.outcome === 'fail' && !isTelling(model, operation)) return `#${id} is in the order, but it failed`;
    if (operation.return < latestCall)
      return `#${id} had returned before one that comes earlier in the order was called`;
    latestCall = Math.max(latestCall, operation.call);
    const next = states.flatMap(state => model.step(state, operation));
    if (next.length === 0) return `#${id} cannot happen where the order has it`;
    states = next.length === 1 ? next : [...new Map(next.map(state => [model.stateKey(state), state])).values()];
  }
  const missing = [...left.values()].find(operation => operation.outcome === 'ok' || isTelling(model, operation));
  return missing ? `#${missing.id} is not in the order` : null;
}

function isTelling(model: Model, operation: Operation): boolean {
  return operation.outcome === 'fail' && model.observes?.(operation) === true;
}
