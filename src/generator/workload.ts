/**
 * A workload: what clients ask, which model describes the right answers, and which checkers judge them.
 */
import type { Key, NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Invocation } from '../history/event.ts';
import type { Generator } from './generator.ts';

export interface WorkloadOptions {
  readonly random: Random;
  readonly nodes: readonly NodeName[];
  readonly concurrency: number;
}

export interface Workload {
  readonly name: string;
  /** One line for `list workloads`. */
  readonly summary: string;
  /** Every operation name that it may ask for. */
  readonly functions: readonly string[];
  /** The model for linearizability, or null. */
  readonly model: string | null;
  /** Checkers beside availability and coverage, which always run. Names of the checker catalogue. */
  readonly checkers: readonly string[];
  /** Endless; the run limits its time and its rate. */
  main(options: WorkloadOptions): Generator<Invocation>;
  /** One round of reads that show everything, asked of every node after healing until all agree. `keys` were used in `main`. */
  finalReads(keys: readonly Key[]): readonly Invocation[];
}
