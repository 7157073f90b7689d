/**
 * A defect: an impossibility that a sentence can prove, with the few operations that the sentence names.
 *
 * A finder looks at a part that is known to be impossible and says what is wrong, if its conditions hold for certain. Each
 * of them alone makes the part impossible, whatever else happened; a test finds none in any history that is right.
 */
import { formatNanos } from '../../base/time.ts';
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';

export interface Defect {
  /** Kebab-case, stable: `stale-read`. */
  readonly shape: string;
  /** Sentences. */
  readonly text: string;
  readonly operations: readonly Operation[];
}

/** `part`: all operations of it, also those that failed. `suspects`: completed ones that the core needs, latest first. */
export type FindDefect = (part: readonly Operation[], suspects: readonly Operation[]) => Defect | null;

/** Sentences about the operations of a model. */
export interface Phrases {
  /** `Process 3 on n2: read -> 5 (#17, 1.204 s to 1.210 s)` */
  readonly told: (operation: Operation) => string;
  /** `write 6 (#12, by process 1 on n1)` */
  readonly by: (operation: Operation) => string;
  /** `write 6 (#12)` */
  readonly named: (operation: Operation) => string;
}

export function phrases(model: Model): Phrases {
  const words = (operation: Operation) => model.describe.operation(operation);
  return {
    told: operation => `Process ${place(operation)}: ${words(operation)} (#${operation.id}, ${span(operation)})`,
    by: operation => `${words(operation)} (#${operation.id}, by process ${place(operation)})`,
    named: operation => `${words(operation)} (#${operation.id})`,
  };
}

/** `3 on n2` */
export function place({ process, node }: Operation): string {
  return node === null ? String(process) : `${process} on ${node}`;
}

/** `1.204 s to 1.210 s` */
export function span({ callTime, returnTime, outcome }: Operation): string {
  if (outcome === 'info') return `from ${formatNanos(callTime)}, outcome unknown`;
  return `${formatNanos(callTime)} to ${formatNanos(returnTime)}`;
}

/** `1.101 s` */
export function ended({ returnTime }: Operation): string {
  return formatNanos(returnTime);
}

/** Whether it happened, or may have. */
export function mayHaveHappened({ outcome }: Operation): boolean {
  return outcome !== 'fail';
}

/** The operation that returned last. */
export function latest(operations: readonly Operation[]): Operation | undefined {
  return operations.toSorted((one, other) => other.return - one.return)[0];
}
