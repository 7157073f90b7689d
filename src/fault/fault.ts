/**
 * A kind of fault: what it needs, how it begins, how it is undone, and how it proves that it took effect.
 *
 * Preparing and doing are apart: `prepare` only decides and touches nothing, so the ledger and the history can name the
 * deed before it is done.
 *
 * How it can mislead: `begin` may do half of its work and then reject. So `end` undoes whatever there is to undo, also
 * after a `begin` that rejected or was given up on.
 */
import type { z } from 'zod';
import type { NodeName } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Clock } from '../base/time.ts';
import type { Capability, Cluster } from '../runtime/cluster.ts';
import type { LinkTable } from './network.ts';

/** Whether the fault was seen to work, and what shows it: `312 messages dropped on 6 links`. */
export interface Bite {
  readonly bit: boolean;
  readonly evidence: string;
}

/** One fault that is ready to be done. */
export interface Fault {
  /** `n1 n2 | n3 n4 n5`, for people. */
  readonly description: string;
  /** Empty when it is about no nodes but about clients. */
  readonly targets: readonly NodeName[];
  /** Rejects when it did not take hold; then `end` cleans up. */
  begin(): Promise<void>;
  /** Measured while it lasts; called once, just before `end`. */
  bit(): Promise<Bite>;
  /** Undoes it, and waits until it is seen to be undone. Idempotent. */
  end(): Promise<void>;
}

/** Plain JSON: parameters are part of the plan. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

export interface FaultContext {
  readonly cluster: Cluster;
  /** The link rules of all active faults together; a network fault adds its own and removes only these. */
  readonly links: LinkTable;
  /** The target as it was asked for: `one`, or names. */
  readonly target: string;
  /** The nodes that the target word stood for, resolved now, in the cluster's order. Not empty. */
  readonly targets: readonly NodeName[];
  readonly random: Random;
  readonly clock: Clock;
}

/** What a fault takes hold of: so that the last healing knows what to look after when its own end fails. */
export type Hold = 'links' | 'process' | 'limits' | 'disk' | 'clock' | 'clients';

/** What a fault was asked to be, before any node is chosen. */
export interface FaultRequest {
  /** `one`, `minority`, ..., or names: see `target.ts`. */
  readonly target: string;
  /** As `schema` gives them. */
  readonly parameters: Parameters;
}

export interface FaultKind {
  readonly kind: string;
  /** One line for `list faults`. */
  readonly summary: string;
  /**
   * Takes hold of a node itself (its process, its limits, its disk, its clock): two such faults never hit the same node
   * at once, and none hits a node that does not run.
   */
  readonly exclusive: boolean;
  readonly holds: Hold;
  /** Checks the parameters and fills in defaults. In a programme `delayMs: 100` is written `delay: 100ms`. */
  readonly schema: z.ZodObject;
  readonly defaultTarget: (parameters: Parameters) => string;
  readonly needs: (parameters: Parameters) => readonly Capability[];
  /** Why this makes no sense on any cluster, or null. */
  readonly contradiction: (request: FaultRequest) => string | null;
  /** Why this cannot be done to a cluster of so many nodes, or null: `a bridge needs 3 nodes`. */
  readonly impossible: (request: FaultRequest, nodeCount: number) => string | null;
  /** Why `prepare` may find nothing to do: for the record of what was skipped. */
  readonly whyNothing: string;
  /** Null when there is nothing to do to these targets. */
  readonly prepare: (context: FaultContext, parameters: Parameters) => Fault | null;
}
