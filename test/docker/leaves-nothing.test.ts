/**
 * Whatever happens to the harness, `doctor --clean` finds all that it left in Docker, and touches nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Docker from 'dockerode';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHistory } from '../../src/history/reader.ts';
import { ensureImage } from '../../src/runtime/docker/engine/image.ts';
import { holderImage } from '../../src/runtime/docker/holder-image.ts';
import { label, ownerOf } from '../../src/runtime/docker/labels.ts';
import { Workplace } from '../promises/ordeal.ts';
import { marked } from './marked.ts';

const docker = new Docker();
let stranger: Docker.Container;

beforeEach(async () => {
  const signal = new AbortController().signal;
  const image = await ensureImage(holderImage, { docker, onProgress: () => undefined, signal });
  stranger = await docker.createContainer({ Image: image, Labels: { run: 'somebody else' } });
  await stranger.start();
});

afterEach(async () => {
  await stranger.remove({ force: true });
});

/** Everything in the engine that this harness has made. */
const left = (owner: string): Promise<string[]> => marked(docker, `${label.owner}=${owner}`);

const isRunning = async (): Promise<boolean> => (await stranger.inspect()).State.Running;

test.each([900, 2_500, 6_000])('SIGKILL after %i ms: all of it is found and removed', async delayMs => {
  using workplace = new Workplace();
  const running = workplace.start('run', 'etcd', '--time-limit', '10s', '--nemesis', 'swarm-docker');
  const owner = ownerOf(running.pid ?? 0);
  await sleep(delayMs);
  running.kill('SIGKILL');
  await running;
  expect((await left(owner)).length).toBeGreaterThan(0);
  const { exit, stdout } = await workplace.ordeal('doctor', '--clean');
  expect(exit, stdout).toBe(0);
  expect(stdout).toMatch(/ended run [0-9a-f]{8} in Docker: \d+ containers/);
  expect(await left(owner)).toEqual([]);
  expect(await isRunning()).toBe(true);
  const again = await workplace.ordeal('doctor', '--clean');
  expect(again.stdout).toContain('✓ nothing');
});

test('a run that goes on is none of its business', async () => {
  using workplace = new Workplace();
  const running = workplace.start('run', 'redis', '--time-limit', '6s');
  const owner = ownerOf(running.pid ?? 0);
  await expect.poll(async () => (await left(owner)).length, { timeout: 20_000 }).toBeGreaterThan(2);
  const { stdout } = await workplace.ordeal('doctor', '--clean');
  expect(stdout).toContain('✓ nothing');
  const { exitCode } = await running;
  expect(exitCode).toBe(0);
  expect(await left(owner)).toEqual([]);
});

test('Ctrl-C heals, stops the nodes, judges what was recorded and leaves nothing', async () => {
  using workplace = new Workplace();
  const running = workplace.start('run', 'etcd', '--time-limit', '30s', '--nemesis', 'swarm-docker');
  const owner = ownerOf(running.pid ?? 0);
  await expect.poll(() => recorded(workplace), { timeout: 30_000 }).toBeGreaterThan(100);
  running.kill('SIGINT');
  const { exitCode, stdout } = await running;
  expect(exitCode).toBe(130);
  expect(stdout).toContain('linearizable');
  expect(await left(owner)).toEqual([]);
  expect(await isRunning()).toBe(true);
});

/** Events on disk so far. */
function recorded(workplace: Workplace): number {
  try {
    return readHistory(workplace.latest('history.jsonl')).eventCount;
  } catch {
    return 0;
  }
}
