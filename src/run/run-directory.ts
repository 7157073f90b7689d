/**
 * The run directory: everything that is known of one run, in files that outlive it.
 *
 * `plan.json` and `host.json` are written before anything starts, `history.jsonl` grows while it runs, `verdict.json`
 * comes last; so a directory without a verdict is a run that was killed, and its history can still be judged.
 */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { OrdealError } from '../base/errors.ts';
import { wallTime } from '../base/time.ts';
import type { Plan } from './plan.ts';

export interface RunDirectory {
  readonly path: string;
  readonly plan: string;
  readonly history: string;
  readonly verdict: string;
  readonly host: string;
  readonly ledger: string;
  /** One log for each node: `n1.log`. */
  readonly logs: string;
  /** What the nodes were started from; see `environment.ts`. */
  readonly environment: string;
  /** What the nodes said to each other, where the harness is their network. */
  readonly messages: string;
  /** The page for people. */
  readonly report: string;
  /** The same facts as Markdown. */
  readonly summary: string;
}

/** Makes `<root>/runs/<time>-<workload>-<seed>/` with the plan and the host in it, and points `<root>/latest` to it. */
export function createRunDirectory(root: string, plan: Plan): RunDirectory {
  const stamp = wallTime()
    .replace(/[-:]/g, '')
    .replace('T', '-')
    .replace(/\.(\d+)Z$/, '$1');
  const name = `${stamp}-${plan.system.name}-${plan.workload}-${plan.seed}`.replace(/[^\w.-]/g, '_');
  const directory = runDirectory(join(root, 'runs', name));
  try {
    mkdirSync(directory.logs, { recursive: true });
    writeJson(directory.plan, plan);
    writeJson(directory.host, hostFacts());
    pointLatest(root, join('runs', name));
  } catch (error) {
    throw new OrdealError(`cannot write to the output directory ${root}: ${(error as Error).message}`, {
      code: 'OUTPUT_NOT_WRITABLE',
      hint: 'choose another one with --out DIR',
    });
  }
  return directory;
}

/** The paths of an existing run. Nothing is read. */
export function runDirectory(path: string): RunDirectory {
  return {
    path,
    plan: join(path, 'plan.json'),
    history: join(path, 'history.jsonl'),
    verdict: join(path, 'verdict.json'),
    host: join(path, 'host.json'),
    ledger: join(path, 'ledger.jsonl'),
    logs: join(path, 'nodes'),
    environment: join(path, 'environment.json'),
    messages: join(path, 'messages.jsonl'),
    report: join(path, 'report.html'),
    summary: join(path, 'summary.md'),
  };
}

/** Complete or not there at all: a reader never sees half a file. */
export function writeJson(path: string, value: unknown): void {
  writeFileSync(`${path}.part`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.part`, path);
}

/** What a person must know of the machine to compare two runs. No host name, no user, no path. */
function hostFacts(): Readonly<Record<string, string | number>> {
  return {
    platform: platform(),
    release: release(),
    arch: arch(),
    cores: cpus().length,
    processor: cpus()[0]?.model ?? 'unknown',
    memoryBytes: totalmem(),
    node: process.versions.node,
    ordeal: ordealVersion(),
  };
}

export function ordealVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** A relative link, so that the directory can be moved or packed. Left out where links are not allowed (Windows). */
function pointLatest(root: string, target: string): void {
  const link = join(root, 'latest');
  rmSync(link, { force: true });
  try {
    symlinkSync(target, link, 'dir');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
  }
}
