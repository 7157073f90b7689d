import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { OrdealError } from '../../../src/base/errors.ts';
import { Random } from '../../../src/base/random.ts';
import { sleep, systemClock } from '../../../src/base/time.ts';
import type { Client } from '../../../src/client/client.ts';
import type { Completion, Invocation } from '../../../src/history/event.ts';
import type { OpenOptions } from '../../../src/system/system.ts';
import { toyBugs } from '../../../src/system/toy/bugs.ts';
import { toySystem } from '../../../src/system/toy/toy.ts';

const clock = systemClock();

function openOptions(workload: string, directory: string): OpenOptions {
  return {
    nodes: ['n1', 'n2', 'n3'],
    workload,
    random: Random.fromSeed('toy'),
    clock,
    directory,
    latency: { distribution: 'constant', meanMs: 0 },
    signal: new AbortController().signal,
  };
}

async function inDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-toy-'));
  await use(directory).finally(() => rmSync(directory, { recursive: true }));
}

function invoke(client: Client, invocation: Invocation): Promise<Completion> {
  return client.invoke(invocation, { signal: AbortSignal.timeout(5000) });
}

describe('the toy system', () => {
  test('refuses a bug that it does not have, and names the nearest', () => {
    const expected = {
      code: 'UNKNOWN_BUG',
      message: 'the toy store has no bug "stale-reads"',
      hint: 'did you mean "stale-read"? (ordeal list bugs)',
    };
    expect(() => toySystem({ bugs: ['stale-reads'] })).toThrow(expect.objectContaining(expected));
  });

  test('refuses a bug of the other store than the one that runs the workload', async () => {
    const error = await toySystem({ bugs: ['stale-read', 'resurrect'] })
      .open(openOptions('lin-kv', 'never made'))
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(OrdealError);
    expect(error).toMatchObject({
      code: 'BUG_OF_ANOTHER_STORE',
      message: 'the bug resurrect is in the gossip store, and lin-kv runs on the raft store',
      hint: 'run it with the workload lww-map',
    });
  });

  test('runs, unless told otherwise, the workload that shows its bug', () => {
    for (const { name, workload } of toyBugs) expect(toySystem({ bugs: [name] }).workloads[0]).toBe(workload);
    expect(toySystem({ bugs: [] }).workloads).toEqual([
      'lin-kv',
      'g-set',
      'broadcast',
      'g-counter',
      'pn-counter',
      'lww-map',
      'echo',
      'unique-ids',
    ]);
  });

  test('keeps what was written through one node when all are killed, and says who leads and who holds what', async () => {
    await inDirectory(async directory => {
      await using open = await toySystem({ bugs: [] }).open(openOptions('lin-kv', directory));
      const { nodes, processes } = open.cluster;
      const client = await open.connect('n1', 1);
      await eventually(async () => (await invoke(client, { f: 'write', key: 1, value: 5 })).type === 'ok');
      await Promise.all(nodes.map(({ name }) => processes.kill(name)));
      await Promise.all(nodes.map(({ name }) => processes.start(name)));
      const reader = await open.connect('n2', 2);
      await eventually(async () => (await invoke(reader, { f: 'read', key: 1, value: null })).value === 5);
      await eventually(async () => (await open.primaries?.(nodes))?.length === 1);
      for (const { name } of nodes) {
        await eventually(async () => JSON.stringify(await open.replica?.(name)) === '{"1":5}');
      }
    });
  });

  test('gossips to every node', async () => {
    await inDirectory(async directory => {
      await using open = await toySystem({ bugs: [] }).open(openOptions('lww-map', directory));
      const writer = await open.connect('n1', 1);
      expect(await invoke(writer, { f: 'put', key: 'k', value: 1 })).toMatchObject({ type: 'ok' });
      for (const { name } of open.cluster.nodes) {
        await eventually(async () => JSON.stringify(await open.replica?.(name)) === '{"k":1}');
      }
    });
  });
});

/** Asks until it is so; the test's own deadline ends what never is. */
async function eventually(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition().catch(() => false))) await sleep(clock, 50);
}
