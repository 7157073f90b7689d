/**
 * The order that sequential consistency keeps: of each process, its own operations, one after the other. Nothing else of
 * when they happened counts.
 *
 * An operation whose outcome nobody knows comes after what its process had done before, or never; and nothing waits for
 * it, also when a history has more of the same process. One that was weakened for a counterexample (its call is
 * `-Infinity`) may come at any time.
 */
import type { ProcessId } from '../../base/names.ts';
import type { Operation } from '../../history/operation.ts';

/** Of an operation that may be left out. */
export interface Optional {
  readonly operation: Operation;
  /** Index of a chain; -1 when it waits for nothing. */
  readonly chain: number;
  /** How many operations of the chain come before it. */
  readonly after: number;
}

export interface ProgramOrder {
  /** One for each process: the operations that must be explained. */
  readonly chains: readonly (readonly Operation[])[];
  readonly optional: readonly Optional[];
}

/** `judged`: see `judgedOperations`. */
export function programOrder(judged: readonly Operation[]): ProgramOrder {
  const chains: Operation[][] = [];
  const chainOf = new Map<ProcessId, number>();
  const optional: Optional[] = [];
  for (const operation of judged.toSorted((one, other) => one.id - other.id)) {
    const chain = chainOf.get(operation.process) ?? -1;
    if (operation.outcome === 'info') {
      const after = operation.call === -Infinity ? 0 : (chains[chain]?.length ?? 0);
      optional.push({ operation, chain: after === 0 ? -1 : chain, after });
    } else if (chain === -1) {
      chainOf.set(operation.process, chains.push([operation]) - 1);
    } else {
      chains[chain]?.push(operation);
    }
  }
  return { chains, optional };
}

/** Whether `first` must come before `second`, if both are there. */
export function comesBefore(first: Operation, second: Operation): boolean {
  if (first.process !== second.process || first.outcome === 'info') return false;
  return first.id < second.id && second.call !== -Infinity;
}
