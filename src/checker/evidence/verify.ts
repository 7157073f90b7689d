/**
 * Replays the evidence: whether each order really goes as far as it says, and no further.
 *
 * It shares nothing with what made the evidence but the model and the operations, and reads the same words that a person
 * does. It runs on every counterexample: evidence that fails here is a bug of ours, never shown. That no order goes
 * farther is not its concern: that there is no whole order is what `refute.ts` shows.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import type { Core } from '../minimise.ts';
import type { Evidence, PartialLinearization } from './evidence.ts';

export interface Claim {
  /** With all steps. */
  readonly evidence: Evidence;
  /** By id. */
  readonly recorded: ReadonlyMap<number, Operation>;
}

/** Null when it is right; else what is wrong with it. */
export function evidenceFault(model: Model, core: Core, { evidence, recorded }: Claim): string | null {
  for (const operation of core.operations) {
    if (!isWeaker(operation, recorded.get(operation.id))) return `#${operation.id} says more than was recorded`;
  }
  for (const [index, partial] of evidence.partials.entries()) {
    const starts = core.starts.filter(start => partial.start === null || model.describe.state(start) === partial.start);
    if (starts.length === 0) return `in order ${index}, no start is like that`;
    // Where the start is not told, each of them has to do.
    const runs = partial.start === null ? starts.map(start => [start]) : [starts];
    for (const run of runs) {
      const fault = replayFault(model, core.operations, { partial, starts: run });
      if (fault !== null) return `in order ${index}, ${fault}`;
    }
  }
  for (const { operation, refusedIn, placedIn } of evidence.blocked) {
    const isRefused = refusedIn.every(index =>
      evidence.partials[index]?.next.some(one => one.operation === operation && one.refused !== null),
    );
    const isPlaced = placedIn.every(index =>
      evidence.partials[index]?.steps.some(step => step.operation === operation),
    );
    if (!isRefused || !isPlaced || refusedIn.length === 0) return `position ${operation} is not blocked as told`;
  }
  return null;
}

function isWeaker(used: Operation, recorded: Operation | undefined): boolean {
  return recorded !== undefined && used.call <= recorded.call && used.return >= recorded.return;
}

interface Replay {
  readonly partial: PartialLinearization;
  /** In one of them it begins. */
  readonly starts: readonly unknown[];
}

function replayFault(model: Model, operations: readonly Operation[], { partial, starts }: Replay): string | null {
  const left = new Set(operations);
  let states = starts;
  for (const { operation: position, state } of partial.steps) {
    const operation = operations[position];
    if (!operation || !left.delete(operation)) return `position ${position} is there twice, or does not exist`;
    if ([...left].some(other => other.return < operation.call)) return `#${operation.id} comes before it may`;
    states = states
      .flatMap(before => model.step(before, operation))
      .filter(after => model.describe.state(after) === state);
    if (states.length === 0) return `after #${operation.id} it is not so that ${state}`;
  }
  const mayCome = operations.filter(
    one => left.has(one) && [...left].every(other => other === one || other.return >= one.call),
  );
  const next = partial.next.map(({ operation, refused }) => ({ operation: operations[operation], refused }));
  if (next.length !== mayCome.length || next.some(({ operation }, index) => operation !== mayCome[index])) {
    return 'those that may come next are others';
  }
  if (next.some(({ operation, refused }) => operation?.outcome !== 'info' && refused === null)) return 'it can go on';
  const isAsTold = (state: unknown): boolean =>
    next.every(
      ({ operation, refused }) => operation && (model.step(state, operation).length === 0) === (refused !== null),
    );
  if (!states.some(isAsTold)) return 'what is refused is possible, or the other way round';
  return partial.explained === operations.filter(one => !left.has(one) && one.outcome !== 'info').length
    ? null
    : 'it explains another number of answers';
}
