/**
 * What a runtime gives to the floors above: nodes, the network between them, and power over their processes.
 *
 * Docker and child processes implement the same contract, so that a fault or a run does not know which it has.
 */
import type { NodeName } from '../base/names.ts';

export interface Node {
  readonly name: NodeName;
  /** Where clients reach it; null when they go through the runtime itself. */
  readonly address: string | null;
}

/** What a host or a runtime can do. A fault names what it needs; `doctor` shows what is there. */
export type Capability = 'partition' | 'one-way' | 'loss' | 'delay' | 'duplicate' | 'reorder' | 'kill' | 'pause';

/** Everything that goes from one node to another, in this direction only. */
export interface Link {
  readonly from: NodeName;
  readonly to: NodeName;
}

/** What happens to the messages of a link. Several effects may hold at once; rules of the same link add up. */
export interface LinkRule extends Link {
  /** Nothing passes, also nothing that is already under way. */
  readonly cut?: true;
  /** Probability that a message is lost. */
  readonly loss?: number;
  /** Probability that it arrives twice. */
  readonly duplicate?: number;
  /** Added to the latency of every message. */
  readonly delayMs?: number;
  /** Uniform in [0, jitterMs], on top. */
  readonly jitterMs?: number;
  /** Probability that a message is held back for up to `reorderMs` and so overtaken. */
  readonly reorder?: number;
  /** @default 50 */
  readonly reorderMs?: number;
}

/** What the rules have done to a link since the cluster began. */
export interface LinkCounters {
  readonly sent: number;
  readonly dropped: number;
  readonly delayed: number;
  readonly duplicated: number;
  readonly reordered: number;
}

/** Directed links. Each call replaces the whole picture: healing is `apply([])`, and is idempotent. */
export interface Network {
  apply(rules: readonly LinkRule[]): Promise<void>;
  counters(link: Link): Promise<LinkCounters>;
}

export interface ProcessState {
  readonly status: 'running' | 'paused' | 'dead';
  /** Null when dead. */
  readonly pid: number | null;
}

/** Power over the system's own process on a node. Every call is idempotent: killing the dead is no error. */
export interface ProcessControl {
  /** SIGKILL: no goodbye, and nothing of what was only in memory survives. */
  kill(node: NodeName): Promise<void>;
  /** Starts it again and waits until it says that it is up. Rejects with the last lines of its log when it does not. */
  start(node: NodeName): Promise<void>;
  /** Stops it in the middle of whatever it does (SIGSTOP, freezer). It keeps its memory and its address. */
  pause(node: NodeName): Promise<void>;
  resume(node: NodeName): Promise<void>;
  /** Asked of the operating system, not remembered. */
  inspect(node: NodeName): Promise<ProcessState>;
}

export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly processes: ProcessControl;
  readonly capabilities: ReadonlySet<Capability>;
  /**
   * Resolves with a sentence when a node died and nobody of ours killed it: `n2 exited with code 1: <last log lines>`.
   * Never rejects.
   */
  readonly crashed: Promise<string>;
}
