/**
 * From a part that no order explains to the few operations that show it, by weakening alone, as for linearizability: an
 * observation is forgotten; a mutator forgets that it returned (it may have happened or not) and what its process did
 * before. Whatever explains the whole also explains what is weaker.
 *
 * A mutator is left out only where nobody could notice it: of a value, when no operation needs what it leaves, directly or
 * by the cas that build on it, and none was refused.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { Decision } from './decision.ts';
import { isValueModel, type ValueKey, valueLeft, valueNeeded, valueRefused } from './values.ts';

export interface SequentialCore {
  /** Some of them weakened, in order of their calls. */
  readonly operations: readonly Operation[];
  /** Whether no single one can be weakened further. */
  readonly minimal: boolean;
}

/** Steps that one question may cost. Harder ones are answered "it may be needed". */
const stepsPerQuestion = 5_000;

/** `judged`: of a part that is invalid. */
export function sequentialCore(model: Model, judged: readonly Operation[], isOver: () => boolean): SequentialCore {
  let minimal = true;
  const isImpossible = (operations: readonly Operation[]): boolean => {
    const outcome = isOver() ? 'paused' : new Decision(model, operations).run(stepsPerQuestion, isOver);
    if (outcome === 'paused') minimal = false;
    return outcome === 'invalid';
  };
  const observes = (operation: Operation) => operation.outcome === 'fail' || model.isRead(operation);
  let core = weakenEach(judged, operation => (observes(operation) ? null : operation), isImpossible);
  core = weakenEach(core, operation => (observes(operation) ? operation : anyTime(operation)), isImpossible);
  core = weakenEach(core, operation => (observes(operation) ? operation : opened(operation)), isImpossible);
  const noticed = noticeable(model, core);
  if (noticed.length < core.length && isImpossible(noticed)) core = noticed;
  return { operations: core, minimal };
}

/** Has not returned: it may have happened or not, and nothing waits for it. */
function opened(operation: Operation): Operation {
  if (operation.outcome === 'info') return operation;
  return { ...operation, outcome: 'info', output: undefined, return: Infinity };
}

function anyTime(operation: Operation): Operation {
  return operation.call === -Infinity ? operation : { ...opened(operation), call: -Infinity };
}

/** Weakens as many as it can, halving the number that is tried at once; null forgets. */
function weakenEach(
  operations: readonly Operation[],
  weaken: (operation: Operation) => Operation | null,
  isImpossible: (operations: readonly Operation[]) => boolean,
): readonly Operation[] {
  const pieces: (Operation | null)[] = [...operations];
  const attempt = (begin: number, end: number): void => {
    const before = pieces.slice(begin, end);
    const after = before.map(piece => (piece === null ? null : weaken(piece)));
    if (after.every((piece, index) => piece === before[index])) return;
    pieces.splice(begin, end - begin, ...after);
    if (isImpossible(pieces.filter(piece => piece !== null))) return;
    pieces.splice(begin, end - begin, ...before);
    if (end - begin === 1) return;
    const middle = (begin + end) >>> 1;
    attempt(begin, middle);
    attempt(middle, end);
  };
  if (pieces.length > 0) attempt(0, pieces.length);
  return pieces.filter(piece => piece !== null);
}

function noticeable(model: Model, core: readonly Operation[]): readonly Operation[] {
  if (!isValueModel(model) || core.some(operation => valueRefused(operation) !== undefined)) return core;
  const needed = new Set<ValueKey>();
  for (let size = -1; size < needed.size; ) {
    size = needed.size;
    for (const operation of core) {
      const left = valueLeft(operation);
      const need = valueNeeded(operation);
      const counts = operation.outcome !== 'info' || (left !== undefined && needed.has(left));
      if (counts && need !== undefined) needed.add(need);
    }
  }
  return core.filter(operation => {
    const left = valueLeft(operation);
    return operation.outcome !== 'info' || (left !== undefined && needed.has(left));
  });
}
