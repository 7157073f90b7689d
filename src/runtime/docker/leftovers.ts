/**
 * Everything of a run in Docker, found by its labels and removed: at the end of the run, and later, when the run was
 * killed and could not do it itself.
 *
 * Nothing is remembered: what a half-finished start has made is found as well. Images are kept: they are a cache.
 */
import type Docker from 'dockerode';
import { unless } from './engine/engine.ts';
import { label, ownerState } from './labels.ts';

/** A run that left something behind. */
export interface DockerLeftover {
  readonly run: string;
  readonly containers: number;
  readonly networks: number;
  readonly volumes: number;
}

/** Runs whose harness on this machine is gone. Those of living ones, and of other machines, are not shown. */
export async function findDockerLeftovers(docker: Docker): Promise<readonly DockerLeftover[]> {
  const [containers, networks, volumes] = await Promise.all([
    docker.listContainers({ all: true, filters: { label: [label.run] } }),
    docker.listNetworks({ filters: { label: [label.run] } }),
    docker.listVolumes({ filters: { label: [label.run] } }).then(({ Volumes }) => Volumes ?? []),
  ]);
  const runs = new Map<string, DockerLeftover>();
  const count = (kind: 'containers' | 'networks' | 'volumes', labels: Labels): void => {
    const run = labels?.[label.run];
    if (run === undefined || ownerState(labels?.[label.owner] ?? '') !== 'dead') return;
    const sofar = runs.get(run) ?? { run, containers: 0, networks: 0, volumes: 0 };
    runs.set(run, { ...sofar, [kind]: sofar[kind] + 1 });
  };
  for (const { Labels } of containers) count('containers', Labels);
  for (const { Labels } of networks) count('networks', Labels);
  for (const { Labels } of volumes) count('volumes', Labels);
  return [...runs.values()];
}

/** Containers first, since they hold the others. Idempotent. */
export async function removeRun(docker: Docker, run: string): Promise<void> {
  const filters = { label: [`${label.run}=${run}`] };
  const containers = await docker.listContainers({ all: true, filters });
  // Those that live in a holder's network go with it, but not before it: the engine refuses neither order.
  await Promise.all(containers.map(({ Id }) => removeContainer(docker, Id)));
  const [networks, volumes] = await Promise.all([
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }).then(({ Volumes }) => Volumes ?? []),
  ]);
  await Promise.all([
    ...networks.map(({ Id }) => unless([404], docker.getNetwork(Id).remove())),
    ...volumes.map(({ Name }) => unless([404], docker.getVolume(Name).remove())),
  ]);
}

type Labels = Readonly<Record<string, string>> | undefined | null;

/** 409: somebody is removing it already; the engine refuses to free its network and volumes before that is done. */
async function removeContainer(docker: Docker, id: string): Promise<void> {
  const container = docker.getContainer(id);
  await unless([404, 409], container.remove({ force: true, v: true }));
  await unless([404], container.wait({ condition: 'removed' }));
}
