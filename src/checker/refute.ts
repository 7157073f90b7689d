/**
 * Refuses a counterexample by the definition: tries every order. Slow, and too simple to be wrong.
 *
 * It shares nothing with the search but the model. It runs after every `invalid`, on the few operations that are left
 * after minimising: if some order explains them, that is a bug of the search, never a verdict.
 */
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';

/** More operations than these are too many. */
const mostOperations = 64;
/** How much one refutation may cost: what is left is counted at each step. */
const effort = 4_000_000;

/** Whether no order explains the operations; null when there were too many orders to try them all. */
export function isRefuted(model: Model, operations: readonly Operation[], starts: readonly unknown[]): boolean | null {
  if (operations.length > mostOperations) return null;
  const indexes = new Map(operations.map((operation, index) => [operation, index]));
  let spent = 0;
  /** What was tried in vain: what is left, and the state. */
  const failed = new Set<string>();
  function explains(state: unknown, left: readonly Operation[]): boolean {
    const firstReturn = Math.min(...left.map(operation => operation.return));
    if (firstReturn === Infinity) return true;
    const place = `${left.map(operation => indexes.get(operation)).join(' ')}: ${model.stateKey(state)}`;
    if (failed.has(place)) return false;
    for (const next of left) {
      if (next.call > firstReturn) continue;
      spent += left.length;
      if (spent > effort) return false;
      const rest = left.filter(operation => operation !== next);
      if (model.step(state, next).some(after => explains(after, rest))) return true;
    }
    failed.add(place);
    return false;
  }
  if (starts.some(start => explains(start, operations))) return false;
  return spent > effort ? null : true;
}
