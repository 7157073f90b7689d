/**
 * The parts of a history that a model judges apart, and what it refuses to judge.
 */
import { OrdealError } from '../base/errors.ts';
import type { Key } from '../base/names.ts';
import type { History } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { judgedOperations } from './search/problem.ts';
import { enumerate } from './words.ts';

export interface Part {
  readonly key: Key | null;
  /** All of them, as recorded. */
  readonly operations: readonly Operation[];
  /** Those that say something about the state. */
  readonly judged: readonly Operation[];
}

/** Errors: `UNSUPPORTED_OPERATION`. To pass over what the model does not know would be a pass that was never earned. */
export function partsOf(model: Model, history: History): readonly Part[] {
  const known = new Set(model.functions);
  const parts = new Map<Key | null, Operation[]>();
  for (const operation of history.operations) {
    requireKnown(model, known, operation);
    const key = model.partition?.(operation) ?? null;
    const part = parts.get(key);
    if (part) part.push(operation);
    else parts.set(key, [operation]);
  }
  return [...parts].map(([key, operations]) => ({ key, operations, judged: judgedOperations(model, operations) }));
}

function requireKnown(model: Model, known: ReadonlySet<string>, operation: Operation): void {
  if (!known.has(operation.f)) {
    throw new OrdealError(`the model ${model.name} does not know the operation "${operation.f}" (#${operation.id})`, {
      code: 'UNSUPPORTED_OPERATION',
      hint: `it knows ${enumerate(model.functions)}; choose another one with --model (ordeal list models)`,
    });
  }
  const problem = model.malformed?.(operation) ?? null;
  if (problem === null) return;
  throw new OrdealError(`the operation #${operation.id} (${operation.f}) is malformed: ${problem}`, {
    code: 'UNSUPPORTED_OPERATION',
    hint: 'correct the history, or choose another model with --model (ordeal list models)',
  });
}
