/**
 * What a system in Docker says of itself; the rest (pods, network, faults, logs, cleaning up) is the same for all.
 *
 * A built-in system is one folder beside this file: a description like this, its client, its table of errors, its
 * Dockerfile, and a page on what is expected to pass and to fail.
 */
import type { z } from 'zod';
import type { NodeName, ProcessId } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Client } from '../client/client.ts';
import type { Capability } from '../runtime/cluster.ts';
import type { Endpoint, NodeAddress, PodSpec, SupportSpec } from '../runtime/docker/spec.ts';
import type { ClientPipe } from '../runtime/processes/client-processes.ts';
import type { SystemDefaults } from './defaults.ts';

/** Settings are words: `--set reads=serializable`. Each is checked by the schema and has a default. */
export interface DockerDescription<S extends z.ZodObject = z.ZodObject> {
  readonly name: string;
  /** One line for `list systems`. */
  readonly summary: string;
  /** Every member takes text and has a default and a `.describe()`. */
  readonly settings: S;
  /** Of the workload that was chosen; of the default one when none was. */
  readonly defaults: (settings: z.output<S>, workload?: string) => SystemDefaults;
  /** The default first. */
  readonly workloads: (settings: z.output<S>) => readonly string[];
  /** How one node is made. Pure. */
  readonly pod: (context: PodContext<z.output<S>>) => PodSpec;
  readonly support?: SupportSpec;
  /** What this system cannot recover from by design, and why: these faults are not available for it. */
  readonly without?: Readonly<Partial<Record<Capability, string>>>;
  /**
   * Rejects, or resolves with a sentence that says what is missing, as long as the node is not ready; null when it is.
   * Asked again and again, after every start. Must not wait for other nodes that may be dead: a node is ready when it
   * answers, be it only to say that it has no leader.
   */
  readonly ready: (context: NodeContext<z.output<S>>) => Promise<string | null>;
  /** As `ready`, once, after all nodes are: that the cluster has a leader, that replicas are connected. */
  readonly formed?: (context: ClusterContext<z.output<S>>) => Promise<string | null>;
  /** A new connection of this process to this node. Rejecting means that nothing was sent. */
  readonly connect: (context: ConnectContext<z.output<S>>) => Promise<Client>;
  /** The nodes that believe that they lead. Ask each with a short deadline; those that do not answer are left out. */
  readonly primaries?: (context: ClusterContext<z.output<S>>) => Promise<readonly NodeName[]>;
  /** What this member itself holds, not what its leader says; null when it cannot tell. */
  readonly replica?: (
    context: NodeContext<z.output<S>> & { readonly workload: string },
  ) => Promise<Readonly<Record<string, unknown>> | null>;
}

export interface PodContext<S> {
  readonly node: NodeAddress;
  /** All nodes, this one too, in the cluster's order. */
  readonly nodes: readonly NodeAddress[];
  readonly settings: S;
  readonly workload: string;
  readonly random: Random;
}

export interface NodeContext<S> {
  readonly node: NodeName;
  /** Where this node's port is reached from here. */
  readonly endpoint: (port: number) => Endpoint;
  readonly settings: S;
  readonly signal: AbortSignal;
}

export interface ClusterContext<S> {
  readonly nodes: readonly NodeName[];
  readonly endpoint: (node: NodeName, port: number) => Endpoint;
  /** A member by one of its addresses, own or overlay; null when it is nobody's. */
  readonly nodeAt: (address: string) => NodeName | null;
  readonly settings: S;
  readonly signal: AbortSignal;
}

export interface ConnectContext<S> extends ClusterContext<S> {
  readonly node: NodeName;
  readonly process: ProcessId;
  readonly workload: string;
  readonly random: Random;
  /** Starts a client in a process of its own, so that it can be stopped. See `client/command.ts`. */
  readonly spawn: (name: string, command: readonly string[]) => ClientPipe;
}
