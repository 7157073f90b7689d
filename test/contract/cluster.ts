/**
 * What every runtime promises about a cluster, whatever it is made of.
 *
 * Nothing here measures time: that a message did *not* arrive is shown by a later one that did, on a link that keeps the
 * order.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { NodeName } from '../../src/base/names.ts';
import type { Capability, Cluster, Link } from '../../src/runtime/cluster.ts';

/** A cluster of `n1`, `n2`, `n3`, whose links have no latency, and nodes that pass on texts. */
export interface ClusterFixture extends Disposable {
  readonly cluster: Cluster;
  /** Has one node send a text to another, through the network under test. Resolves when it has left. */
  tell(link: Link, text: string): Promise<void>;
  /** What a node was told since it was started, in order. */
  heard(node: NodeName): Promise<readonly string[]>;
  /** Makes a node die by itself. */
  die(node: NodeName): Promise<void>;
  /** Whatever still runs of the cluster, by description. */
  leftovers(): Promise<readonly string[]>;
}

const n1n2: Link = { from: 'n1', to: 'n2' };
const n2n1: Link = { from: 'n2', to: 'n1' };
const n1n3: Link = { from: 'n1', to: 'n3' };
const patience = { timeout: 20_000 };

/** A promise that only some runtimes make is no test of the others, not a skipped one. */
function only(made: boolean): (title: string, body: () => Promise<void>) => void {
  return made ? (title, body) => test(title, body) : () => undefined;
}

/** `impaired`: links can be made late, lossy and doubling, not only be cut. */
export function clusterContract(
  name: string,
  make: () => Promise<ClusterFixture>,
  { impaired }: { readonly impaired: boolean } = { impaired: true },
): void {
  describe(`${name} keeps the contract of a cluster:`, () => {
    let fixture: ClusterFixture;
    let cluster: Cluster;

    beforeEach(async () => {
      fixture = await make();
      cluster = fixture.cluster;
    });

    afterEach(async () => {
      await cluster[Symbol.asyncDispose]();
      expect(await fixture.leftovers()).toEqual([]);
      fixture[Symbol.dispose]();
    });

    const pidOf = async (node: NodeName): Promise<number | null> => (await cluster.processes.inspect(node)).pid;
    const statusOf = async (node: NodeName): Promise<string> => (await cluster.processes.inspect(node)).status;

    test('every node runs, in a process of its own', async () => {
      expect(cluster.nodes.map(node => node.name)).toEqual(['n1', 'n2', 'n3']);
      expect(await Promise.all(['n1', 'n2', 'n3'].map(statusOf))).toEqual(['running', 'running', 'running']);
      expect(new Set(await Promise.all(['n1', 'n2', 'n3'].map(pidOf))).size).toBe(3);
      expect((await fixture.leftovers()).length).toBeGreaterThanOrEqual(3);
    });

    test('a killed node is dead, and killing it again is no error', async () => {
      await cluster.processes.kill('n2');
      expect(await cluster.processes.inspect('n2')).toEqual({ status: 'dead', pid: null });
      await cluster.processes.kill('n2');
      expect(await statusOf('n1')).toBe('running');
    });

    test('a node that is started again is another process and has forgotten everything', async () => {
      const before = await pidOf('n2');
      await fixture.tell(n1n2, 'before');
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['before']);
      await cluster.processes.kill('n2');
      await cluster.processes.start('n2');
      expect(await statusOf('n2')).toBe('running');
      expect(await pidOf('n2')).not.toBe(before);
      expect(await fixture.heard('n2')).toEqual([]);
    });

    test('starting a node that runs changes nothing', async () => {
      const before = await pidOf('n2');
      await cluster.processes.start('n2');
      expect(await pidOf('n2')).toBe(before);
    });

    test('a paused node is paused, keeps its memory, and hears on waking what it was told meanwhile', async () => {
      const before = await pidOf('n2');
      await fixture.tell(n1n2, 'before');
      await cluster.processes.pause('n2');
      await cluster.processes.pause('n2');
      expect(await cluster.processes.inspect('n2')).toEqual({ status: 'paused', pid: before });
      await fixture.tell(n1n2, 'meanwhile');
      await cluster.processes.resume('n2');
      await cluster.processes.resume('n2');
      expect(await cluster.processes.inspect('n2')).toEqual({ status: 'running', pid: before });
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['before', 'meanwhile']);
    });

    test('a paused node can be killed, and comes back running', async () => {
      await cluster.processes.pause('n2');
      await cluster.processes.kill('n2');
      expect(await statusOf('n2')).toBe('dead');
      await cluster.processes.start('n2');
      expect(await statusOf('n2')).toBe('running');
    });

    test('pausing or waking the dead does nothing', async () => {
      await cluster.processes.kill('n2');
      await cluster.processes.pause('n2');
      await cluster.processes.resume('n2');
      expect(await statusOf('n2')).toBe('dead');
    });

    test('what is asked of a node at the same time is done one after the other', async () => {
      const ask = async (...deeds: readonly ('kill' | 'start' | 'pause' | 'resume')[]): Promise<void> => {
        await Promise.all(deeds.map(deed => cluster.processes[deed]('n2')));
      };
      await ask('kill', 'start', 'pause', 'kill', 'start', 'pause', 'resume');
      expect(await statusOf('n2')).toBe('running');
      await ask('start', 'kill', 'start', 'kill');
      expect(await statusOf('n2')).toBe('dead');
      await ask('start', 'pause');
      expect(await statusOf('n2')).toBe('paused');
    });

    test('a message for a dead node is lost', async () => {
      await cluster.processes.kill('n2');
      await fixture.tell(n1n2, 'lost');
      await cluster.processes.start('n2');
      await fixture.tell(n1n2, 'heard');
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['heard']);
    });

    test('a cut lets nothing through until it is healed', async () => {
      await cluster.network.apply([{ ...n1n2, cut: true }]);
      await fixture.tell(n1n2, 'lost');
      await expect.poll(async () => (await cluster.network.counters(n1n2)).dropped, patience).toBe(1);
      await cluster.network.apply([]);
      await cluster.network.apply([]);
      await fixture.tell(n1n2, 'heard');
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['heard']);
    });

    test('a cut goes one way only', async () => {
      await cluster.network.apply([{ ...n1n2, cut: true }]);
      await fixture.tell(n2n1, 'against the cut');
      await fixture.tell(n1n3, 'beside the cut');
      await expect.poll(() => fixture.heard('n1'), patience).toEqual(['against the cut']);
      await expect.poll(() => fixture.heard('n3'), patience).toEqual(['beside the cut']);
    });

    only(impaired)('a cut also takes what is already under way', async () => {
      await cluster.network.apply([{ ...n1n2, delayMs: 2_000 }]);
      await fixture.tell(n1n2, 'under way');
      await cluster.network.apply([{ ...n1n2, cut: true }]);
      await expect.poll(async () => (await cluster.network.counters(n1n2)).dropped, patience).toBe(1);
      await cluster.network.apply([]);
      await fixture.tell(n1n2, 'heard');
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['heard']);
    });

    test('each picture of rules replaces the one before', async () => {
      await cluster.network.apply([{ ...n1n2, cut: true }]);
      await cluster.network.apply([{ ...n1n3, cut: true }]);
      await fixture.tell(n1n2, 'heard');
      await fixture.tell(n1n3, 'lost');
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['heard']);
      await expect.poll(async () => (await cluster.network.counters(n1n3)).dropped, patience).toBe(1);
    });

    test('a rule survives the death of the node that it is about', async () => {
      await cluster.network.apply([{ ...n1n2, cut: true }]);
      await cluster.processes.kill('n2');
      await cluster.processes.start('n2');
      await fixture.tell(n1n2, 'lost');
      await expect.poll(async () => (await cluster.network.counters(n1n2)).dropped, patience).toBe(1);
      expect(await fixture.heard('n2')).toEqual([]);
    });

    test('what it says that it can do to a link is what it can do', () => {
      expect(['partition', 'one-way', 'loss'].filter(one => !cluster.capabilities.has(one as Capability))).toEqual([]);
      expect(cluster.capabilities.has('duplicate')).toBe(impaired);
    });

    only(impaired)('loss, duplication and delay are done and counted, also over several pictures', async () => {
      const counters = (): Promise<unknown> => cluster.network.counters(n1n2);
      await cluster.network.apply([{ ...n1n2, loss: 1 }]);
      await fixture.tell(n1n2, 'lost');
      await expect.poll(counters, patience).toMatchObject({ sent: 1, dropped: 1, duplicated: 0, delayed: 0 });
      await cluster.network.apply([{ ...n1n2, duplicate: 1 }]);
      await fixture.tell(n1n2, 'twice');
      await expect.poll(counters, patience).toMatchObject({ sent: 2, dropped: 1, duplicated: 1, delayed: 0 });
      await cluster.network.apply([{ ...n1n2, delayMs: 1 }]);
      await fixture.tell(n1n2, 'late');
      await expect.poll(counters, patience).toMatchObject({ sent: 3, dropped: 1, duplicated: 1, delayed: 1 });
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['twice', 'twice', 'late']);
    });

    test('a link that no rule was ever about has dropped nothing', async () => {
      await fixture.tell(n1n2, 'heard');
      await expect.poll(() => fixture.heard('n2'), patience).toEqual(['heard']);
      expect(await cluster.network.counters(n1n2)).toMatchObject({
        dropped: 0,
        delayed: 0,
        duplicated: 0,
        reordered: 0,
      });
    });

    test('a node that dies by itself is told of, in a sentence that names it', async () => {
      await fixture.die('n3');
      expect(await cluster.crashed).toContain('n3');
      await expect.poll(() => statusOf('n3'), patience).toBe('dead');
    });

    test('a node that we killed is not told of', async () => {
      await cluster.processes.kill('n2');
      await fixture.die('n3');
      expect(await cluster.crashed).toContain('n3');
    });

    test('when it is closed nothing is left, be it dead, paused or running, and closing it again is no error', async () => {
      await cluster.processes.kill('n1');
      await cluster.processes.pause('n2');
      await cluster[Symbol.asyncDispose]();
      expect(await fixture.leftovers()).toEqual([]);
      await cluster[Symbol.asyncDispose]();
      expect(await Promise.all(['n1', 'n2', 'n3'].map(statusOf))).toEqual(['dead', 'dead', 'dead']);
    });
  });
}
