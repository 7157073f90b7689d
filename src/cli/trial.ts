/**
 * Every kind of fault, one after the other, on a small cluster whose nodes talk all the time: each must prove that it
 * took effect, by the same measure as in a run, and must be seen to be undone.
 */

import { Random } from '../base/random.ts';
import { type Clock, sleep } from '../base/time.ts';
import { faultKinds } from '../fault/catalogue.ts';
import type { FaultKind, Parameters } from '../fault/fault.ts';
import { LinkTable } from '../fault/network.ts';
import type { OpenSystem } from '../system/system.ts';

export interface Finding {
  readonly healthy: boolean;
  readonly lines: readonly string[];
}

export interface TrialOptions {
  readonly open: OpenSystem;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Left out: all of them. */
  readonly only?: (kind: FaultKind) => boolean;
}

export async function tryFaults({ open, clock, signal, only = () => true }: TrialOptions): Promise<Finding> {
  const findings: Finding[] = [];
  for (const kind of faultKinds.filter(only)) {
    if (!signal.aborted) findings.push(await tryFault(kind, { open, clock }));
  }
  return { healthy: findings.every(({ healthy }) => healthy), lines: findings.flatMap(({ lines }) => lines) };
}

/** Long enough for a Raft cluster to have sent heartbeats over every link. */
const watchMs = 700;

/** Strong enough to be seen in time. What is not here has defaults. */
const trials: Readonly<Record<string, { readonly parameters?: Parameters; readonly watchMs?: number }>> = {
  partition: { parameters: { shape: 'isolate' } },
  // The queue lets a first burst of some 1600 bytes pass, which small packets take a while to use up.
  bandwidth: { parameters: { rateKbit: 1 }, watchMs: 2_500 },
  corrupt: { parameters: { probability: 0.5 } },
  memory: { watchMs: 2_500 },
  'restart-loop': { watchMs: 2_500 },
};

async function tryFault(kind: FaultKind, { open, clock }: Pick<TrialOptions, 'open' | 'clock'>): Promise<Finding> {
  const trial = trials[kind.kind] ?? {};
  const parameters = kind.schema.parse(trial.parameters ?? {}) as Parameters;
  const { cluster } = open;
  const missing = kind.needs(parameters).filter(need => !cluster.capabilities.has(need));
  if (missing.length > 0) {
    const why = missing.flatMap(need => cluster.missing?.get(need) ?? []).join('; ');
    return { healthy: true, lines: [`- ${kind.kind}: not available here${why === '' ? '' : `: ${why}`}`] };
  }
  const fault = kind.prepare(
    {
      cluster,
      links: new LinkTable(cluster.network),
      target: kind.defaultTarget(parameters),
      targets: ['n1'],
      random: Random.fromSeed(kind.kind),
      clock,
    },
    parameters,
  );
  if (fault === null) return { healthy: false, lines: [`✗ ${kind.kind}: ${kind.whyNothing}`] };
  try {
    await fault.begin();
    await sleep(clock, trial.watchMs ?? watchMs);
    const { bit, evidence } = await fault.bit();
    await fault.end();
    return { healthy: bit, lines: [`${bit ? '✓' : '✗'} ${kind.kind}: ${evidence}`] };
  } catch (error) {
    await fault.end().catch(() => undefined);
    return { healthy: false, lines: [`✗ ${kind.kind}: ${(error as Error).message}`] };
  }
}
