/**
 * Nothing of a run survives it, and nothing of anybody else is touched.
 */
import { spawnSync } from 'node:child_process';
import Docker from 'dockerode';
import { afterEach, expect, test } from 'vitest';
import { containerConfig } from '../../src/runtime/docker/container-config.ts';
import { ensureImage } from '../../src/runtime/docker/engine/image.ts';
import { holderImage } from '../../src/runtime/docker/holder-image.ts';
import { label, ownerOf } from '../../src/runtime/docker/labels.ts';
import { findDockerLeftovers, removeRun } from '../../src/runtime/docker/leftovers.ts';
import { textCluster, textPod } from './text-cluster.ts';

const docker = new Docker();
const runs = ['test-alive', 'test-dead', 'test-elsewhere'];

afterEach(async () => {
  for (const run of runs) await removeRun(docker, run);
});

/** Containers that this process has made. */
async function ours(): Promise<string[]> {
  const filters = { label: [`${label.owner}=${ownerOf(process.pid)}`] };
  return (await docker.listContainers({ all: true, filters })).map(({ Id }) => Id);
}

/** A container, a network and a volume of a run that somebody made. */
async function leave(run: string, owner: string): Promise<void> {
  const image = await ensureImage(holderImage, {
    docker,
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  const labels = { [label.run]: run, [label.owner]: owner };
  await docker.createVolume({ Name: `ordeal-${run}`, Labels: labels });
  await docker.createNetwork({ Name: `ordeal-${run}`, Labels: labels });
  const config = containerConfig({ name: `ordeal-${run}`, image, spec: textPod, belonging: { run, role: 'system' } });
  const container = await docker.createContainer({
    ...config,
    Labels: labels,
    HostConfig: { Binds: [`ordeal-${run}:/data`], NetworkMode: `ordeal-${run}` },
  });
  await container.start();
  await container.pause();
}

test('runs of dead harnesses are found, those of the living and of other machines are not', async () => {
  const { pid } = spawnSync('true');
  await leave('test-alive', ownerOf(process.pid));
  await leave('test-dead', ownerOf(pid));
  await leave('test-elsewhere', 'elsewhere@boot:1:1');
  const found = (await findDockerLeftovers(docker)).filter(({ run }) => runs.includes(run));
  expect(found).toEqual([{ run: 'test-dead', containers: 1, networks: 1, volumes: 1 }]);
  await removeRun(docker, 'test-dead');
  expect((await findDockerLeftovers(docker)).filter(({ run }) => run === 'test-dead')).toEqual([]);
  const names = (await docker.listContainers({ all: true })).flatMap(({ Names }) => Names);
  expect(['/ordeal-test-alive', '/ordeal-test-elsewhere'].every(name => names.includes(name))).toBe(true);
});

test('a cluster that does not come up leaves nothing, and says why with the last words of its node', async () => {
  const before = await ours();
  const start = textCluster({
    pod: () => ({ ...textPod, entrypoint: ['bash', '-c', 'echo the disk is on fire; exit 7'] }),
    ready: async () => 'never',
  });
  await expect(start).rejects.toThrow(/n\d exited with code 7: the disk is on fire/);
  expect(await ours()).toEqual(before);
});

test('a command that is not in the image is named', async () => {
  const start = textCluster({ pod: () => ({ ...textPod, entrypoint: ['no-such-command'] }) });
  await expect(start).rejects.toThrow(/n\d could not be started: .*no-such-command/);
});

test('an image that nobody has is named', async () => {
  const start = textCluster({ pod: () => ({ ...textPod, image: { name: 'localhost:1/nobody/has-this:1' } }) });
  await expect(start).rejects.toThrow('the image localhost:1/nobody/has-this:1 is not here and could not be pulled');
});

test('giving up while it starts leaves nothing', async () => {
  const before = await ours();
  const controller = new AbortController();
  const start = textCluster({ ready: async () => 'never', signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')), 700);
  await expect(start).rejects.toThrow('enough');
  expect(await ours()).toEqual(before);
});
