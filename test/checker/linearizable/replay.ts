/**
 * Replays an order by the definition, apart from what the checker replays it with.
 */
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';

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
    states = after(model, states, operation);
    if (states.length === 0) return `#${id} cannot happen where the order has it`;
  }
  const missing = [...left.values()].find(operation => operation.outcome === 'ok' || isTelling(model, operation));
  return missing ? `#${missing.id} is not in the order` : null;
}

/** The states in which it may be. */
function after(model: Model, states: readonly unknown[], operation: Operation): readonly unknown[] {
  const next = states.flatMap(state => model.step(state, operation));
  return [...new Map(next.map(state => [model.stateKey(state), state])).values()];
}

function isTelling(model: Model, operation: Operation): boolean {
  return operation.outcome === 'fail' && model.observes?.(operation) === true;
}
