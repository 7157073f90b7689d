/**
 * What the runtime does to nodes in Docker, seen from the nodes: by their own kernel, their own clock, their own disk.
 */
import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { everyClient, type Link } from '../../src/runtime/cluster.ts';
import { type TextCluster, textCluster, textPod } from './text-cluster.ts';

const patience = { timeout: 20_000 };
const n1n2: Link = { from: 'n1', to: 'n2' };
const n2n1: Link = { from: 'n2', to: 'n1' };
const toN1: Link = { from: everyClient, to: 'n1' };
const fromN1: Link = { from: 'n1', to: everyClient };

describe('a cluster in Docker', () => {
  let fixture: TextCluster;
  beforeAll(async () => {
    fixture = await textCluster();
  });
  afterAll(async () => {
    await fixture.cluster[Symbol.asyncDispose]();
    fixture[Symbol.dispose]();
  });

  /** Whether a connection is refused, or nobody answers; nothing listens on the port. */
  const connecting = (from: string, host: string): Promise<string> =>
    fixture.inside(
      from,
      'holder',
      `timeout 1 bash -c 'echo >/dev/tcp/${host}/4711' 2>&1 | grep -o -m1 refused | head -1 | grep . || echo silence`,
    );
  const addressOf = (node: string): string => fixture.cluster.nodes.find(({ name }) => name === node)?.address ?? '';

  test('is reached at the addresses of its own containers, where the engine is on this machine', () => {
    expect(fixture.cluster.endpoint('n1', 7000)).toEqual({ host: addressOf('n1'), port: 7000, proxied: false });
  });

  test('has probes that see each direction of each cut', async () => {
    const { network } = fixture.cluster;
    const links = [n1n2, n2n1, toN1, fromN1];
    expect(await network.probe?.(links)).toEqual([true, true, true, true]);
    for (const cut of links) {
      await network.apply([{ ...cut, cut: true }]);
      expect(await network.probe?.(links)).toEqual(links.map(link => link !== cut));
    }
    await network.apply([]);
    expect(await network.probe?.(links)).toEqual([true, true, true, true]);
  });

  test('does not count its own probes', async () => {
    const { network } = fixture.cluster;
    const before = await network.counters(n1n2);
    await network.apply([{ ...n1n2, cut: true }]);
    await network.probe?.([n1n2]);
    await network.probe?.([n1n2]);
    await network.apply([]);
    await network.probe?.([n1n2]);
    const after = await network.counters(n1n2);
    expect([after.dropped - before.dropped, after.sent - before.sent]).toEqual([0, 0]);
  });

  test('drops silently, or rejects at once, over IPv4 and IPv6', async () => {
    const { network } = fixture.cluster;
    const address6 = (
      await fixture.inside('n2', 'holder', "ip -6 -o address show dev eth0 scope global | grep -o 'fd[0-9a-f:]*'")
    ).trim();
    const hosts = [addressOf('n2'), ...(address6 === '' ? [] : [address6])];
    expect(hosts).toHaveLength(2);
    for (const host of hosts) {
      await network.apply([]);
      expect((await connecting('n1', host)).trim()).toBe('refused');
      await network.apply([{ ...n1n2, cut: true }]);
      expect((await connecting('n1', host)).trim()).toBe('silence');
      await network.apply([
        { ...n1n2, cut: true, reject: true },
        { ...n2n1, cut: true, reject: true },
      ]);
      expect((await connecting('n1', host)).trim()).toBe('refused');
    }
    await network.apply([]);
  });

  test('loses the share of packets that it was told to lose', async () => {
    const { network } = fixture.cluster;
    const before = await network.counters(n1n2);
    await network.apply([{ ...n1n2, loss: 0.25 }]);
    await fixture.inside('n1', 'holder', `for i in $(seq 400); do echo x >/dev/udp/${addressOf('n2')}/4711; done`);
    await network.apply([]);
    const after = await network.counters(n1n2);
    const share = (after.dropped - before.dropped) / (after.sent - before.sent);
    // 400 packets: six standard deviations on both sides.
    expect(share).toBeGreaterThan(0.12);
    expect(share).toBeLessThan(0.38);
  });

  test('lets no more through a link than its bandwidth', async () => {
    const { network } = fixture.cluster;
    await network.apply([{ ...n1n2, rateKbit: 256 }]);
    await fixture.inside(
      'n1',
      'holder',
      `for i in $(seq 200); do head -c 1200 /dev/zero >/dev/udp/${addressOf('n2')}/4711; done`,
    );
    await expect.poll(async () => (await network.counters(n1n2)).throttled, patience).toBeGreaterThan(0);
    const throttled = (await network.counters(n1n2)).throttled;
    await network.apply([]);
    expect((await network.counters(n1n2)).throttled).toBeGreaterThanOrEqual(throttled);
    expect((await network.counters({ from: 'n1', to: 'n3' })).throttled).toBe(0);
  });

  test('stops the main process by a signal, and sees it stopped', async () => {
    const { processes } = fixture.cluster;
    await processes.pause('n2', 'main');
    expect((await processes.inspect('n2')).status).toBe('paused');
    await processes.resume('n2');
    expect((await processes.inspect('n2')).status).toBe('running');
  });

  test('asks a process to end, and ends one that does not', async () => {
    const { processes } = fixture.cluster;
    await processes.terminate?.('n2', 5_000);
    expect((await processes.inspect('n2')).status).toBe('dead');
    await processes.start('n2');
    await processes.pause('n2', 'main');
    await processes.terminate?.('n2', 200);
    expect((await processes.inspect('n2')).status).toBe('dead');
    await processes.start('n2');
  });

  test('keeps the data of a killed node, fills its disk, empties it, and wipes it', async () => {
    const { processes, disks } = fixture.cluster;
    await fixture.inside('n3', 'system', 'echo kept >/data/file');
    await processes.kill('n3');
    await processes.start('n3');
    expect((await fixture.inside('n3', 'system', 'cat /data/file')).trim()).toBe('kept');
    await disks.fill('n3', 0);
    expect((await disks.space('n3')).freeBytes).toBe(0);
    expect(await fixture.inside('n3', 'system', 'head -c 100000 /dev/zero >/data/more')).toContain('No space left');
    await disks.release('n3');
    await disks.release('n3');
    expect((await disks.space('n3')).freeBytes).toBeGreaterThan(7_000_000);
    await expect(disks.wipe('n3')).rejects.toThrow('only the data of a dead node may be wiped');
    await processes.kill('n3');
    await disks.wipe('n3');
    expect((await disks.space('n3')).entries).toBe(0);
    await processes.start('n3');
    expect(await fixture.inside('n3', 'system', 'ls /data')).toBe('');
  });

  test('gives a node less of the processor, and it back', async () => {
    const { resources } = fixture.cluster;
    await resources.limit('n1', { cpus: 0.05 });
    await fixture.inside('n1', 'system', 'for i in $(seq 20000); do :; done');
    expect((await resources.usage('n1')).throttledNanos ?? 0).toBeGreaterThan(0);
    await resources.limit('n1', {});
    const lifted = (await resources.usage('n1')).throttledNanos ?? 0;
    await fixture.inside('n1', 'system', 'for i in $(seq 20000); do :; done');
    expect((await resources.usage('n1')).throttledNanos).toBe(lifted);
  });
});

test('the kernel ends a node that wants more memory than it may have, and nobody calls that a crash', async () => {
  // It listens as the others do; when it is told to, it wants 100 MB.
  const greedy =
    'socat -u -d -d UDP-RECV:7000 STDOUT & until [ -e /data/eat ]; do sleep 0.05; done; x=$(head -c 100000000 /dev/zero | tr "\\0" x)';
  using fixture = await textCluster({ nodes: ['n1'], pod: () => ({ ...textPod, entrypoint: ['bash', '-c', greedy] }) });
  const { resources, processes, crashed } = fixture.cluster;
  try {
    await resources.limit('n1', { memoryBytes: 32 * 1024 * 1024 });
    await fixture.inside('n1', 'system', 'touch /data/eat');
    await expect.poll(async () => (await processes.inspect('n1')).status, patience).toBe('dead');
    expect((await resources.usage('n1')).outOfMemory).toBe(true);
    await fixture.inside('n1', 'holder', 'rm /ordeal/data/eat');
    await resources.limit('n1', {});
    await processes.start('n1');
    expect((await processes.inspect('n1')).status).toBe('running');
    expect(await Promise.race([crashed, Promise.resolve('nobody died')])).toBe('nobody died');
  } finally {
    await fixture.cluster[Symbol.asyncDispose]();
  }
});

describe('a cluster whose addresses this host does not reach', () => {
  test('is reached through ports that survive a kill, and says that something stands between', async () => {
    using fixture = await textCluster({
      nodes: ['n1', 'n2'],
      reach: 'published',
      pod: () => ({
        ...textPod,
        ports: [7001],
        entrypoint: [
          'bash',
          '-c',
          'socat TCP-LISTEN:7001,fork,reuseaddr SYSTEM:"echo hello" & exec "$0" "$@"',
          'socat',
        ],
        command: ['-u', '-d', '-d', 'UDP-RECV:7000', 'STDOUT'],
      }),
    });
    const { cluster } = fixture;
    try {
      const { network, processes } = cluster;
      expect(await network.probe?.([toN1, fromN1])).toEqual([true, true]);
      await network.apply([{ ...toN1, cut: true }]);
      expect(await network.probe?.([toN1, fromN1])).toEqual([false, true]);
      await processes.kill('n1');
      await processes.start('n1');
      await network.apply([]);
      expect(await network.probe?.([toN1])).toEqual([true]);
      const { host, port, proxied } = cluster.endpoint('n1', 7001);
      expect({ host, proxied }).toEqual({ host: '127.0.0.1', proxied: true });
      const answer = (): string => execFileSync('bash', ['-c', `cat </dev/tcp/${host}/${port}`], { encoding: 'utf8' });
      await expect.poll(answer, patience).toBe('hello\n');
    } finally {
      await cluster[Symbol.asyncDispose]();
    }
  });
});
