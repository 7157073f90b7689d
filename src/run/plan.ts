/**
 * A plan: everything that we decide about a run, before it begins. Config, seed and host make a plan; the same plan
 * makes the same choices. It is plain JSON, and the unit of reproduction (`ordeal run --plan plan.json`).
 */
import type { NodeName } from '../base/names.ts';
import type { ScheduledFault } from '../fault/programme.ts';
import type { DescribedChoice } from '../system/described.ts';
import type { Latency, SystemChoice } from '../system/system.ts';

export interface Plan {
  readonly version: 1;
  readonly seed: string;
  readonly system: SystemChoice | DescribedChoice;
  readonly nodes: readonly NodeName[];
  readonly workload: string;
  /** Names or paths of the fault programmes, as asked for; `schedule` is what they came to. */
  readonly nemesis: readonly string[];
  readonly schedule: readonly ScheduledFault[];
  readonly latency: Latency;
  /** How the members of a system in Docker reach each other. @default 'direct' */
  readonly network?: 'direct' | 'overlay';
  /** What a workload that promises one copy of the data is judged by. @default 'linearizable' */
  readonly consistency?: Consistency;
  /** Threads. */
  readonly concurrency: number;
  /** Operations per second over all threads, on average; 0 is as fast as the answers come. */
  readonly rate: number;
  readonly timeLimitMs: number;
  readonly operationTimeoutMs: number;
  /** How long the members may take to agree after healing. */
  readonly convergenceDeadlineMs: number;
}

/** Sequential: as linearizable, but each process may lag behind the others. */
export type Consistency = 'linearizable' | 'sequential';
