/**
 * Replays a witness of sequential consistency: whether an order of operations keeps each process's own order and explains
 * what was seen. It shares nothing with the searches but the model, and runs after every `valid`.
 */
import type { ProcessId } from '../../base/names.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';

/** Null when the order is right; else what is wrong with it. `operations`: a part, whole. `order`: ids. */
export function sequentialFault(
  model: Model,
  operations: readonly Operation[],
  order: readonly number[],
): string | null {
  const left = new Map(operations.map(operation => [operation.id, operation]));
  const latest = new Map<ProcessId, number>();
  let states: readonly unknown[] = [model.initial];
  for (const id of order) {
    const operation = left.get(id);
    if (!operation) return `#${id} is in the order twice, or is not one of the operations`;
    left.delete(id);
    if (operation.outcome === 'fail' && !isTelling(model, operation)) return `#${id} is in the order, but it failed`;
    const own = latest.get(operation.process) ?? -1;
    if (own > id) return `#${id} comes after #${own}, which the same process did later`;
    // Nothing waits for an operation that may never have happened.
    if (operation.outcome !== 'info') latest.set(operation.process, id);
    const next = states.flatMap(state => model.step(state, operation));
    if (next.length === 0) return `#${id} cannot happen where the order has it`;
    states = next.length === 1 ? next : [...new Map(next.map(state => [model.stateKey(state), state])).values()];
  }
  const missing = [...left.values()].find(operation => operation.outcome === 'ok' || isTelling(model, operation));
  if (missing) return `#${missing.id} is not in the order`;
  return infoTooEarly(operations, order);
}

/** An operation with an unknown outcome comes after whatever its process had done before. */
function infoTooEarly(operations: readonly Operation[], order: readonly number[]): string | null {
  const places = new Map(order.map((id, place) => [id, place]));
  for (const info of operations.filter(({ id, outcome }) => outcome === 'info' && places.has(id))) {
    const place = places.get(info.id) ?? 0;
    const before = operations.find(
      one => one.process === info.process && one.id < info.id && (places.get(one.id) ?? -1) > place,
    );
    if (before) return `#${info.id} comes before #${before.id}, which the same process did earlier`;
  }
  return null;
}

function isTelling(model: Model, operation: Operation): boolean {
  return operation.outcome === 'fail' && model.observes?.(operation) === true;
}
