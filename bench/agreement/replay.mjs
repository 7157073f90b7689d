/**
 * Whether an order of operations explains what was seen, by doing them one after the other. What is wrong with it in words,
 * or null. Short enough to be checked by reading.
 */
import { isJudged } from './oracle.mjs';

export function orderFault(model, operations, order) {
  let states = [model.initial];
  for (const [place, operation] of order.entries()) {
    const { id, call } = operation;
    if (!operations.includes(operation)) return `#${id} is not one of the operations`;
    if (order.indexOf(operation) !== place) return `#${id} is in the order twice`;
    if (!isJudged(model, operation)) return `#${id} says nothing, but is in the order`;
    const late = order.slice(place + 1).find(later => later.return < call);
    if (late) return `#${late.id} had returned when #${id} was called, but comes later in the order`;
    states = states.flatMap(state => model.step(state, operation));
    if (states.length === 0) return `#${id} cannot happen where the order has it`;
  }
  const missing = operations.find(one => one.outcome !== 'info' && isJudged(model, one) && !order.includes(one));
  return missing ? `#${missing.id} is not in the order` : null;
}
