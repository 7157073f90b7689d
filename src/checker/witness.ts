/**
 * Replays a witness: whether an order of operations really explains what was seen.
 *
 * It shares nothing with the search but the model, and it is so short that it can be checked by reading. It runs after
 * every `valid`: a witness that fails here is a bug of the search, never a verdict.
 */
import type { Operation } from '../history/operation.ts';
import type { Model, Replayed } from '../model/model.ts';
import { never, type Subhistory } from './subhistory/subhistory.ts';

/** Null when the order of positions is right; else what is wrong with it. */
export function orderFault(model: Model, subhistory: Subhistory, order: Int32Array): string | null {
  const { call, return: returns, class: classOf, classes, id, length } = subhistory;
  const done = new Uint8Array(length);
  /** By class; not kept where nearly every operation has its own. */
  const examples: Operation[] = [];
  const areFew = 4 * classes.length <= length;
  const single = model.object?.() ?? replay(model);
  let latestCall = -1;
  for (const position of order) {
    if (done[position] !== 0) return `#${id[position]} is in the order twice, or is not one of the operations`;
    done[position] = 1;
    if (returns[position]! < latestCall)
      return `#${id[position]} had returned before one that comes earlier in the order was called`;
    latestCall = Math.max(latestCall, call[position]!);
    const operation = examples[classOf[position]!] ?? subhistory.operation(position);
    if (areFew) examples[classOf[position]!] = operation;
    if (!single.apply(operation)) return `#${id[position]} cannot happen where the order has it`;
  }
  for (let position = 0; position < length; position++) {
    if (done[position] === 0 && returns[position] !== never) return `#${id[position]} is not in the order`;
  }
  return null;
}

/** The states in which it may be. */
function replay(model: Model): Replayed {
  let states: readonly unknown[] = [model.initial];
  return {
    apply(operation) {
      states = after(model, states, operation);
      return states.length > 0;
    },
  };
}

function after(model: Model, states: readonly unknown[], operation: Operation): readonly unknown[] {
  const next =
    states.length === 1 ? model.step(states[0], operation) : states.flatMap(state => model.step(state, operation));
  return next.length <= 1 ? next : [...new Map(next.map(state => [model.stateKey(state), state])).values()];
}
