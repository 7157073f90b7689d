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
export type Capability =
  | 'partition'
  | 'one-way'
  /** Cut links answer with a reset, so the sender knows at once. */
  | 'reject'
  /** Links between clients and nodes can be cut: `everyClient` may be an end of a link. */
  | 'cut-clients'
  | 'loss'
  | 'delay'
  | 'duplicate'
  | 'reorder'
  | 'corrupt'
  /** The bandwidth of a link can be limited. */
  | 'rate'
  | 'kill'
  /** SIGTERM. */
  | 'terminate'
  | 'pause'
  /** Pause by SIGSTOP of the main process alone, beside `pause`, which stops all of them. */
  | 'stop'
  | 'cpu'
  | 'memory'
  | 'disk'
  | 'wipe'
  | 'clock'
  /** Clients run in processes of their own, which can be stopped. */
  | 'pause-clients';

/** As an end of a link: everybody who is not a member of the cluster. */
export const everyClient: NodeName = '@clients';

/** Everything that goes from one node to another, in this direction only. */
export interface Link {
  readonly from: NodeName;
  readonly to: NodeName;
}

/** What happens to the messages of a link. Several effects may hold at once; rules of the same link add up. */
export interface LinkRule extends Link {
  /** Nothing passes, also nothing that is already under way. */
  readonly cut?: true;
  /** With `cut`: whoever sends is told at once (TCP reset, ICMP unreachable), as by a firewall that rejects. */
  readonly reject?: true;
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
  /** Probability that a bit of it is flipped. */
  readonly corrupt?: number;
  /** No more than this passes, in kilobits a second; what is too much waits, and then is lost. */
  readonly rateKbit?: number;
}

/** What the rules have done to a link since the cluster began. */
export interface LinkCounters {
  readonly sent: number;
  readonly dropped: number;
  readonly delayed: number;
  readonly duplicated: number;
  readonly reordered: number;
  readonly corrupted: number;
  /** Had to wait for the limit of the bandwidth. */
  readonly throttled: number;
}

/** Directed links. Each call replaces the whole picture: healing is `apply([])`, and is idempotent. */
export interface Network {
  apply(rules: readonly LinkRule[]): Promise<void>;
  counters(link: Link): Promise<LinkCounters>;
  /**
   * For each link: does a packet get through now? Measured by sending one, which no counter counts. Left out where every
   * message goes through the harness itself, so that there is nothing to measure.
   */
  probe?(links: readonly Link[]): Promise<readonly boolean[]>;
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
  /** SIGTERM, and SIGKILL when it still runs after the grace. Resolves when it is dead. Needs `terminate`. */
  terminate?(node: NodeName, graceMs: number): Promise<void>;
  /** Starts it again and waits until it says that it is up. Rejects with the last lines of its log when it does not. */
  start(node: NodeName): Promise<void>;
  /**
   * Stops it in the middle of whatever it does. It keeps its memory and its address. `main` stops only the main process
   * by SIGSTOP (needs `stop`), `all` every process of the node. @default 'all'
   */
  pause(node: NodeName, what?: 'all' | 'main'): Promise<void>;
  /** However it was stopped. */
  resume(node: NodeName): Promise<void>;
  /** Asked of the operating system, not remembered. */
  inspect(node: NodeName): Promise<ProcessState>;
}

/** What a node may use of the machine. */
export interface ResourceControl {
  /** Of these limits the whole: what is left out is not limited. `cpus` may be a fraction. Rejects when refused. */
  limit(node: NodeName, limits: { readonly cpus?: number; readonly memoryBytes?: number }): Promise<void>;
  usage(node: NodeName): Promise<ResourceUsage>;
}

export interface ResourceUsage {
  readonly memoryBytes: number;
  /** How long its processes had to wait for their share of the processor, since the node began; null when nobody counts. */
  readonly throttledNanos: number | null;
  /** Whether the kernel ended its main process for want of memory, the last time that it died. */
  readonly outOfMemory: boolean;
}

/** The volume that holds a node's data. */
export interface DiskControl {
  /** Fills it until no more than `freeBytes` are left. */
  fill(node: NodeName, freeBytes: number): Promise<void>;
  /** Takes away what `fill` put there. */
  release(node: NodeName): Promise<void>;
  space(node: NodeName): Promise<{ readonly freeBytes: number; readonly totalBytes: number; readonly entries: number }>;
  /** Deletes everything in it. Only of a node that is dead. */
  wipe(node: NodeName): Promise<void>;
}

/** The wall clocks of the nodes; that of the machine is never touched. */
export interface ClockControl {
  /** From now on the node's wall clock is this far from the true one; 0 puts it right. */
  skew(node: NodeName, offsetMs: number): Promise<void>;
  /** Measured on the node. */
  offsetMs(node: NodeName): Promise<number>;
}

/** Clients that run in processes of their own. */
export interface ClientProcesses {
  /** Those that run now, the oldest first. */
  names(): readonly string[];
  /** SIGSTOP. */
  pause(name: string): Promise<void>;
  resume(name: string): Promise<void>;
  inspect(name: string): Promise<ProcessState>;
}

export interface Cluster extends AsyncDisposable {
  readonly nodes: readonly Node[];
  readonly network: Network;
  readonly processes: ProcessControl;
  /** There when the capabilities `cpu` or `memory` are. */
  readonly resources?: ResourceControl;
  /** There when the capabilities `disk` or `wipe` are. */
  readonly disks?: DiskControl;
  /** There when the capability `clock` is. */
  readonly clocks?: ClockControl;
  /** There when the capability `pause-clients` is. */
  readonly clientProcesses?: ClientProcesses;
  readonly capabilities: ReadonlySet<Capability>;
  /** Of what cannot be done: why, where it is known. */
  readonly missing?: ReadonlyMap<Capability, string>;
  /**
   * Resolves with a sentence when a node died and nobody of ours killed it: `n2 exited with code 1: <last log lines>`.
   * Never rejects.
   */
  readonly crashed: Promise<string>;
}
