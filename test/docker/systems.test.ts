/**
 * Real stores through the command line: each comes up, takes its faults, and keeps what it promises.
 */
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { Workplace } from '../promises/ordeal.ts';

const here = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

interface Verdict {
  readonly status: string;
  readonly facts: { readonly errors: readonly string[]; readonly skipped: readonly string[] };
}

test.each([
  ['etcd', ['--nemesis', 'swarm-docker']],
  ['etcd', ['--network', 'overlay', '--nemesis', 'swarm-network']],
  ['etcd', ['--nemesis', 'cut-clients', '--workload', 'g-set']],
  ['zookeeper', ['--set', 'reads=quorum', '--nemesis', 'partition-follower', '--nemesis', 'clock-skew']],
  ['redis', ['--workload', 'lin-kv']],
  ['redis-sentinel', ['--nemesis', 'partition-follower', '--converge-within', '25s']],
])('%s keeps its promises under %j', async (system, flags) => {
  using workplace = new Workplace();
  const { exit, stdout, stderr } = await workplace.ordeal('run', system, '--time-limit', '8s', ...flags);
  expect(exit, stdout + stderr).toBe(0);
  const { facts } = workplace.json('verdict.json') as Verdict;
  expect(facts.errors).toEqual([]);
  expect(stdout).toMatch(/coverage: .*faults took effect/);
});

test('a store that was described by a compose file is driven and broken like one of ours', async () => {
  using workplace = new Workplace();
  const { exit, stdout, stderr } = await workplace.ordeal('run', here('compose/run.yaml'));
  expect(exit, stdout + stderr).toBe(0);
  expect(stdout).toMatch(/[1-9]\d* of \d+ faults took effect/);
});

test('a store that was described by an image is driven and broken like one of ours', async () => {
  using workplace = new Workplace();
  const { exit, stdout, stderr } = await workplace.ordeal('run', here('compose/image.yaml'));
  expect(exit, stdout + stderr).toBe(0);
});

test('a fault that this host cannot do is refused before anything runs, and nothing is left', async () => {
  using workplace = new Workplace();
  const { exit, stderr } = await workplace.ordeal('run', 'etcd', '--nemesis', 'wipe-one', '--time-limit', '5s');
  expect(exit).toBe(69);
  expect(stderr).toContain('wipe');
});

test('without an engine it says so, and what to do', async () => {
  vi.stubEnv('DOCKER_HOST', 'unix:///no/such.sock');
  using workplace = new Workplace();
  const { exit, stderr } = await workplace.ordeal('run', 'etcd', '--time-limit', '5s');
  vi.unstubAllEnvs();
  expect(exit).toBe(69);
  expect(stderr).toContain('no Docker Engine at unix:///no/such.sock: there is no such socket');
  expect(stderr).toContain('ordeal run toy');
});
