/**
 * What `ordeal doctor` does. It believes nothing that it has not seen: every fault is done to a small cluster of its own
 * and must prove that it bit, by the same measure as in a run.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '../base/assert.ts';
import { type ExitCode, exitCode } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { type Clock, sleep, systemClock } from '../base/time.ts';
import { faultKinds } from '../fault/catalogue.ts';
import type { FaultKind, Parameters } from '../fault/fault.ts';
import { LinkTable } from '../fault/network.ts';
import { endLeftovers, findLeftovers } from '../runtime/stdio/leftovers.ts';
import { systemFor } from '../system/catalogue.ts';
import type { OpenSystem } from '../system/system.ts';
import { onInterrupt } from './interrupt.ts';

/** Long enough for a Raft cluster to have sent heartbeats over every link. */
const watchMs = 700;

export async function examine(flags: { readonly clean?: boolean }): Promise<ExitCode> {
  const left = await leftovers(flags.clean === true);
  const broken = await faults();
  const lines = [...left.lines, ...broken.lines];
  const healthy = left.healthy && broken.healthy;
  process.stdout.write(
    `${lines.join('\n')}\n\n${healthy ? 'ready' : 'NOT ready'}: node ${process.versions.node}, ${process.platform}\n`,
  );
  return healthy ? exitCode.pass : exitCode.unavailable;
}

interface Finding {
  readonly healthy: boolean;
  readonly lines: readonly string[];
}

async function leftovers(clean: boolean): Promise<Finding> {
  const found = await findLeftovers();
  if (found === null) return { healthy: true, lines: ['- leftovers of earlier runs: this system does not show them'] };
  if (found.length === 0) return { healthy: true, lines: ['✓ nothing is left of earlier runs'] };
  if (clean) endLeftovers(found);
  const lines = found.map(
    process => `${clean ? '✓ ended' : '✗ left behind:'} ${process.node}, pid ${process.pid}: ${process.command}`,
  );
  return { healthy: clean, lines: clean ? lines : [...lines, '  end them with: ordeal doctor --clean'] };
}

/** Each kind of fault, one after the other, on a cluster of three nodes that talk all the time. */
async function faults(): Promise<Finding> {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-doctor-'));
  const clock = systemClock();
  using interrupt = onInterrupt(() => process.stderr.write('interrupted\n'));
  try {
    await using open = await systemFor({ name: 'toy', bugs: [] }).open({
      nodes: ['n1', 'n2', 'n3'],
      workload: 'lin-kv',
      random: Random.fromSeed('doctor'),
      clock,
      directory,
      latency: { distribution: 'constant', meanMs: 0 },
      signal: interrupt.signal,
    });
    const findings: Finding[] = [];
    for (const kind of faultKinds) {
      if (!interrupt.signal.aborted) findings.push(await tryFault(kind, { open, clock }));
    }
    return { healthy: findings.every(finding => finding.healthy), lines: findings.flatMap(finding => finding.lines) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function tryFault(kind: FaultKind, { open, clock }: { open: OpenSystem; clock: Clock }): Promise<Finding> {
  const parameters = kind.schema.parse(trialParameters[kind.kind] ?? {}) as Parameters;
  const missing = kind.needs(parameters).filter(need => !open.cluster.capabilities.has(need));
  if (missing.length > 0)
    return { healthy: true, lines: [`- ${kind.kind}: not available here (${missing.join(', ')})`] };
  const fault = present(
    kind.prepare(
      {
        cluster: open.cluster,
        links: new LinkTable(open.cluster.network),
        target: kind.defaultTarget(parameters),
        targets: ['n1'],
        random: Random.fromSeed(kind.kind),
        clock,
      },
      parameters,
    ),
  );
  try {
    await fault.begin();
    await sleep(clock, watchMs);
    const { bit, evidence } = await fault.bit();
    await fault.end();
    return { healthy: bit, lines: [`${bit ? '✓' : '✗'} ${kind.kind}: ${evidence}`] };
  } catch (error) {
    await fault.end().catch(() => undefined);
    return { healthy: false, lines: [`✗ ${kind.kind}: ${(error as Error).message}`] };
  }
}

/** Strong enough to be seen within `watchMs`. What is not here has defaults. */
const trialParameters: Readonly<Record<string, Parameters>> = {
  partition: { shape: 'isolate' },
};
