/**
 * A system under test: how to start it, how to talk to it, and what it can tell of itself.
 *
 * Each optional member switches something on: `primaries` the fault target of that name, `replica` the comparison of
 * what the members hold.
 */
import type { NodeName, ProcessId } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Clock } from '../base/time.ts';
import type { Client } from '../client/client.ts';
import type { Cluster, Node } from '../runtime/cluster.ts';
import type { RuntimeEnvironment } from '../runtime/environment.ts';

export interface OpenOptions {
  readonly nodes: readonly NodeName[];
  readonly workload: string;
  readonly random: Random;
  readonly clock: Clock;
  /** Of this run. `nodes/` in it takes the logs, `data/` the nodes' own files, `messages.jsonl` what they say to each other. */
  readonly directory: string;
  readonly latency: Latency;
  /** How the members of a system in Docker reach each other: as they are, or through a network of ours. @default 'direct' */
  readonly network?: 'direct' | 'overlay';
  readonly signal: AbortSignal;
  /** Told of what takes long: an image that is built, a node that is waited for. */
  readonly onProgress?: (sentence: string) => void;
}

/** How long a message between nodes takes. Messages of clients take no time, so that nothing is hidden by it. */
export interface Latency {
  readonly distribution: 'constant' | 'uniform' | 'exponential';
  /** Uniform: in [0, 2 * meanMs]. */
  readonly meanMs: number;
}

/** A started system. Disposing of it stops every node and frees everything. */
export interface OpenSystem extends AsyncDisposable {
  readonly cluster: Cluster;
  /** What its nodes were started from. */
  readonly environment?: RuntimeEnvironment;
  connect(node: NodeName, process: ProcessId): Promise<Client>;
  /** The nodes that believe that they lead. May be empty, may be several. */
  primaries?(nodes: readonly Node[]): Promise<readonly NodeName[]>;
  /**
   * What the members still lack to work together again, asked after everything was healed; null when nothing. Left out
   * when the system cannot tell.
   */
  settled?(signal: AbortSignal): Promise<string | null>;
  /** What this member holds itself, by key; null when it cannot say. */
  replica?(node: NodeName): Promise<Readonly<Record<string, unknown>> | null>;
}

export interface System {
  readonly name: string;
  /** One line for `list systems`. */
  readonly summary: string;
  /** Names of the workloads that it can run, the default first. */
  readonly workloads: readonly string[];
  /** How long opening may take. @default 30_000 */
  readonly openDeadlineMs?: number;
  open(options: OpenOptions): Promise<OpenSystem>;
}

/** Which system a plan means, in plain JSON. */
export type SystemChoice =
  | {
      readonly name: string;
      readonly bugs: readonly string[];
      /** `reads: serializable`: of systems in Docker. */
      readonly settings?: Readonly<Record<string, string>>;
    }
  /** A node written for the Maelstrom protocol: the command that starts it. */
  | { readonly name: 'bin'; readonly command: readonly string[] };
