/**
 * The definition of linearizability, spelled out: try every order. Slow, and too simple to be wrong. It shares nothing with
 * what it judges but the model.
 */
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';

/** Whether some order explains what was seen. Each key by itself. */
export function explainable(model: Model, operations: readonly Operation[], starts?: readonly unknown[]): boolean {
  const keys = new Map<unknown, Operation[]>();
  for (const operation of operations) {
    const part = model.partition ? operation.key : null;
    keys.set(part, [...(keys.get(part) ?? []), operation]);
  }
  return [...keys.values()].every(part => {
    const seen = part.filter(one => one.outcome === 'ok' || (one.outcome === 'fail' && model.observes?.(one)));
    const unknown = part.filter(one => one.outcome === 'info' && !model.isRead(one));
    return (starts ?? [model.initial]).some(start => extend(model, start, seen, unknown));
  });
}

function extend(model: Model, state: unknown, seen: readonly Operation[], unknown: readonly Operation[]): boolean {
  if (seen.length === 0) return true;
  const firstReturn = Math.min(...seen.map(one => one.return));
  const without = (list: readonly Operation[], gone: Operation) => list.filter(one => one !== gone);
  for (const next of [...seen, ...unknown]) {
    if (next.call > firstReturn) continue;
    for (const after of model.step(state, next)) {
      if (extend(model, after, without(seen, next), without(unknown, next))) return true;
    }
  }
  return false;
}
