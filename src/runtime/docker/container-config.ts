/**
 * From what a system says of a container to what the engine is told. Pure.
 */
import type Docker from 'dockerode';
import { label, ownerOf } from './labels.ts';
import type { ContainerSpec, HealthCheck } from './spec.ts';

export interface Belonging {
  readonly run: string;
  readonly role: 'holder' | 'system' | 'beside' | 'support' | 'network' | 'data';
  readonly node?: string;
}

/** Marks a thing as ours, and as this run's. */
export function labelsOf({ run, role, node }: Belonging): Record<string, string> {
  return {
    [label.run]: run,
    [label.owner]: ownerOf(process.pid),
    [label.role]: role,
    ...(node === undefined ? {} : { [label.node]: node }),
  };
}

export interface ContainerOptions {
  readonly name: string;
  readonly image: string;
  readonly spec: ContainerSpec & { readonly healthy?: HealthCheck };
  readonly belonging: Belonging;
  /** Added to what the specification has. */
  readonly binds?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Everything but the network. */
export function containerConfig({
  name,
  image,
  spec,
  belonging,
  ...more
}: ContainerOptions): Docker.ContainerCreateOptions {
  const environment = { ...spec.environment, ...more.environment };
  const volumes = (spec.volumes ?? []).map(volume => (isNamed(volume) ? volumeName(belonging.run, volume) : volume));
  const binds = [...volumes, ...(more.binds ?? [])];
  return {
    name,
    Image: image,
    Labels: labelsOf(belonging),
    Env: Object.entries(environment).map(([key, value]) => `${key}=${value}`),
    ...(spec.entrypoint === undefined ? {} : { Entrypoint: [...spec.entrypoint] }),
    ...(spec.command === undefined ? {} : { Cmd: [...spec.command] }),
    ...(spec.user === undefined ? {} : { User: spec.user }),
    ...(spec.workingDirectory === undefined ? {} : { WorkingDir: spec.workingDirectory }),
    ...(spec.healthy === undefined ? {} : { Healthcheck: healthCheck(spec.healthy) }),
    HostConfig: {
      Binds: binds,
      ...(spec.init === undefined ? {} : { Init: spec.init }),
      ...(spec.capAdd === undefined ? {} : { CapAdd: [...spec.capAdd] }),
      ...(spec.tmpfs === undefined ? {} : { Tmpfs: { ...spec.tmpfs } }),
      ...(spec.ulimits === undefined
        ? {}
        : { Ulimits: spec.ulimits.map(limit => ({ Name: limit.name, Soft: limit.soft, Hard: limit.hard })) }),
      // A log that nobody reads would grow on the engine's disk; we follow it ourselves.
      LogConfig: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '1' } },
    },
  };
}

/** A volume with a name, which the containers of a run share, and no folder of the host. */
function isNamed(volume: string): boolean {
  return !volume.startsWith('/');
}

/** Every run has its own: what one has left must not be found by the next. */
function volumeName(run: string, volume: string): string {
  return `ordeal-${run}-volume-${volume}`;
}

/** Of all of them, without the paths: what is to be made before the containers are. */
export function namedVolumes(run: string, specs: readonly ContainerSpec[]): readonly string[] {
  const names = specs.flatMap(spec => (spec.volumes ?? []).filter(isNamed));
  return [...new Set(names.map(volume => volumeName(run, volume.split(':')[0] ?? '')))];
}

const nanosPerMs = 1e6;

function healthCheck(check: HealthCheck): Docker.HealthConfig {
  return {
    Test: [...check.test],
    Interval: check.intervalMs * nanosPerMs,
    Timeout: check.timeoutMs * nanosPerMs,
    StartPeriod: check.startPeriodMs * nanosPerMs,
    Retries: check.retries,
  };
}
