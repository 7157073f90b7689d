/**
 * What `ordeal doctor` does. It believes nothing that it has not seen: every fault is done to a small cluster of its own,
 * of child processes and, where there is an engine, of containers.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExitCode, exitCode, OrdealError } from '../base/errors.ts';
import { Random } from '../base/random.ts';
import { type Clock, sleep, systemClock } from '../base/time.ts';
import { DockerCluster } from '../runtime/docker/cluster.ts';
import { connectEngine, type Engine } from '../runtime/docker/engine/engine.ts';
import { findDockerLeftovers, removeRun } from '../runtime/docker/leftovers.ts';
import { endLeftovers, findLeftovers } from '../runtime/processes/leftovers.ts';
import { systemFor } from '../system/catalogue.ts';
import { dockerSystem } from '../system/docker-system.ts';
import type { OpenSystem, System } from '../system/system.ts';
import { talkers } from '../system/talkers.ts';
import { onInterrupt } from './interrupt.ts';
import { type Finding, type TrialOptions, tryFaults } from './trial.ts';

export async function examine(flags: { readonly clean?: boolean }): Promise<ExitCode> {
  const clock = systemClock();
  using interrupt = onInterrupt(() => process.stderr.write('interrupted\n'));
  const { signal } = interrupt;
  const clean = flags.clean === true;
  let healthy = true;
  const report = (title: string, finding: Finding): void => {
    healthy &&= finding.healthy;
    process.stdout.write(`${title}\n${finding.lines.map(line => `  ${line}\n`).join('')}`);
  };
  const engine = await findEngine(clock);
  report('left by earlier runs', await leftovers(engine, clean));
  if (clean) return healthy ? exitCode.pass : exitCode.software;
  if (!signal.aborted)
    report('nodes as child processes', await trial(systemFor({ name: 'toy', bugs: [] }), { clock, signal }));
  if (engine instanceof OrdealError) {
    process.stdout.write(`nodes in Docker\n  - not available: ${engine.message}\n    ${engine.hint}\n`);
  } else {
    const system = dockerSystem(talkers);
    const title = `nodes in Docker (engine ${engine.version})`;
    if (!signal.aborted) report(title, await trial(system, { clock, signal }));
    const inOverlay: Overlay = { network: 'overlay', only: kind => ofLinks.has(kind.kind) };
    if (!signal.aborted) report(`${title}, --network overlay`, await trial(system, { clock, signal, ...inOverlay }));
  }
  process.stdout.write(`\n${healthy ? 'ready' : 'NOT ready'}: node ${process.versions.node}, ${process.platform}\n`);
  if (signal.aborted) return exitCode.interrupted;
  return healthy ? exitCode.pass : exitCode.unavailable;
}

/** Or why there is none. */
async function findEngine(clock: Clock): Promise<Engine | OrdealError> {
  try {
    return await connectEngine(clock);
  } catch (error) {
    if (error instanceof OrdealError) return error;
    throw error;
  }
}

async function leftovers(engine: Engine | OrdealError, clean: boolean): Promise<Finding> {
  const processes = await findLeftovers();
  const runs = engine instanceof OrdealError ? [] : await findDockerLeftovers(engine.docker);
  const found = [
    ...(processes ?? []).map(({ node, pid, command }) => `${node}, pid ${pid}: ${command}`),
    ...runs.map(
      ({ run, containers, networks, volumes }) =>
        `run ${run} in Docker: ${containers} containers, ${networks} networks, ${volumes} volumes`,
    ),
  ];
  if (found.length === 0) {
    return { healthy: true, lines: [processes ? '✓ nothing' : '- processes: this system does not show them'] };
  }
  if (!clean)
    return { healthy: false, lines: [...found.map(what => `✗ ${what}`), 'end them with: ordeal doctor --clean'] };
  if (processes) endLeftovers(processes);
  if (!(engine instanceof OrdealError)) await Promise.all(runs.map(({ run }) => removeRun(engine.docker, run)));
  return { healthy: true, lines: found.map(what => `✓ ended ${what}`) };
}

type Overlay = Pick<TrialOptions, 'only'> & { readonly network: 'overlay' };

/** What the overlay changes; all else is the same with it. */
const ofLinks: ReadonlySet<string> = new Set([
  'partition',
  'cut-clients',
  'loss',
  'delay',
  'duplicate',
  'reorder',
  'corrupt',
  'bandwidth',
]);

async function trial(
  system: System,
  options: Pick<TrialOptions, 'clock' | 'signal' | 'only'> & { readonly network?: 'overlay' },
): Promise<Finding> {
  const { clock, signal, network } = options;
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-doctor-'));
  try {
    await using open = await system.open({
      nodes: ['n1', 'n2', 'n3'],
      workload: system.workloads[0] ?? '',
      random: Random.fromSeed('doctor'),
      clock,
      directory,
      latency: { distribution: 'constant', meanMs: 0 },
      ...(network ? { network } : {}),
      signal,
      onProgress: sentence => process.stderr.write(`${sentence}\n`),
    });
    const visits = new AbortController();
    const visiting = open.cluster instanceof DockerCluster ? visit(open, { clock, signal: visits.signal }) : null;
    const finding = await tryFaults({ ...options, open });
    visits.abort();
    await visiting;
    return finding;
  } catch (error) {
    if (!(error instanceof OrdealError)) throw error;
    return { healthy: false, lines: [`✗ ${error.message}`] };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const visitEveryMs = 50;

/** A client of n1, so that there is something to be cut off. */
async function visit(
  open: OpenSystem,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  await using client = await open.connect('n1', 0);
  while (!signal.aborted) {
    await client.invoke({ f: 'echo', key: null, value: null }, { signal });
    await sleep(clock, visitEveryMs, signal).catch(() => undefined);
  }
}
