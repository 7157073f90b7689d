/**
 * A kind of fault: what it needs, how it begins, how it is undone, and how it proves that it took effect.
 */
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Capability, Cluster } from '../runtime/cluster.ts';
import type { LinkTable } from './network.ts';

/** Whether the fault was seen to work, and what shows it: `312 messages dropped on 6 links`. */
export interface Bite {
  readonly bit: boolean;
  readonly evidence: string;
}

export interface ActiveFault {
  /** `n1 n2 | n3 n4 n5`, for people. */
  readonly description: string;
  readonly targets: readonly NodeName[];
  /** Measured while it lasts; called once, just before `end`. */
  bit(): Promise<Bite>;
  /** Undoes it and waits until it is undone. Idempotent. */
  end(): Promise<void>;
}

export interface FaultContext {
  readonly cluster: Cluster;
  /** The link rules of all active faults together; a network fault adds its own and removes only these. */
  readonly links: LinkTable;
  /** The nodes that the target word stood for, resolved now. */
  readonly targets: readonly NodeName[];
  /** Nodes that believe that they lead, asked now; empty when unknown. */
  readonly primaries: readonly NodeName[];
  readonly random: Random;
}

export interface FaultKind<P = unknown> {
  readonly kind: string;
  /** One line for `list faults`. */
  readonly summary: string;
  readonly needs: (parameters: P) => readonly Capability[];
  begin(context: FaultContext, parameters: P): Promise<ActiveFault>;
}
