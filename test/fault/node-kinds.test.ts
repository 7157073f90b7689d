/** Faults that take hold of nodes: they bite, they do not claim to when nothing happened, and they end. */
import { describe, expect, test } from 'vitest';
import { faultKind } from '../../src/fault/catalogue.ts';
import { FakeClock } from '../fake-clock.ts';
import type { FakeCluster } from './fake-cluster.ts';
import { everything, prepare, tryPrepare } from './prepare.ts';

const mebibyte = 1024 ** 2;

describe('terminate', () => {
  test('asks, proves that it left, how soon, and starts it again', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'terminate', parameters: { graceMs: 500 } });
    cluster.before = deed => (deed === 'terminate' ? clock.advance(120) : undefined);
    await fault.begin();
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: pid 72 is gone 120 ms after SIGTERM' });
    await fault.end();
    expect(cluster.log).toEqual(['terminate n2', 'start n2']);
    expect(cluster.state('n2').pid).toBe(74);
  });

  test('says so when it had to be killed', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'terminate', parameters: { graceMs: 500 } });
    cluster.before = deed => (deed === 'terminate' ? clock.advance(510) : undefined);
    await fault.begin();
    expect((await fault.bit()).evidence).toBe('n2: pid 72 is gone: it did not leave within 500 ms and was killed');
  });

  test('of what lives on all the same makes the begin fail, and did not bite', async () => {
    const cluster = everything();
    cluster.processes.terminate = () => Promise.resolve();
    const fault = prepare({ cluster, kind: 'terminate' });
    await expect(fault.begin()).rejects.toThrow('n2: still running as pid 72 after SIGTERM and its grace');
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: pid 72 is still there' });
  });
});

describe('a crash loop', () => {
  const parameters = { periodMs: 1000 };

  test('kills again and again, a period apart, and leaves the node running', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'restart-loop', parameters });
    await fault.begin();
    await clock.until(3500);
    expect(cluster.log).toEqual(Array.from({ length: 4 }, () => ['kill n2', 'start n2']).flat());
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: pid 72 became 77, killed 4 times' });
    await fault.end();
    await clock.until(9000);
    expect(cluster.log).toHaveLength(8);
    expect(cluster.broken()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('waits until the node is up, however long that takes, and then kills it at once', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const seen: string[] = [];
    cluster.before = deed => {
      if (deed === 'kill' || deed === 'start') seen.push(`${clock.now() / 1e6} ${deed}`);
      return deed === 'start' ? new Promise(resolve => void clock.schedule(2500, resolve)) : undefined;
    };
    const fault = prepare({ cluster, clock, kind: 'restart-loop', parameters });
    await fault.begin();
    await clock.until(6000);
    expect(seen).toEqual(['0 kill', '0 start', '2500 kill', '2500 start', '5000 kill', '5000 start']);
    await clock.run(fault.end());
    expect(cluster.broken()).toEqual([]);
  });

  test('that ends while the node starts waits for it, and does not kill it again', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    cluster.before = deed =>
      deed === 'start' ? new Promise(resolve => void clock.schedule(2500, resolve)) : undefined;
    const fault = prepare({ cluster, clock, kind: 'restart-loop', parameters });
    await fault.begin();
    await clock.until(100);
    await clock.run(fault.end());
    expect(cluster.log).toEqual(['kill n2', 'start n2']);
    expect(cluster.state('n2').status).toBe('running');
  });

  test('in which a node does not come up is an error, once, and the node is brought back', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'restart-loop', targets: ['n1', 'n2'], parameters });
    await fault.begin();
    await clock.until(500);
    cluster.before = (deed, node) => {
      if (deed === 'start' && node === 'n2') throw new Error('exited with code 1: bad log');
    };
    await clock.until(2500);
    cluster.before = () => undefined;
    expect((await fault.bit()).evidence).toBe(
      'n1: pid 71 became 77, killed 3 times; n2: pid 72 is gone, killed 2 times',
    );
    await expect(clock.run(fault.end())).rejects.toThrow('n2: after kill 2: exited with code 1: bad log');
    expect(cluster.broken()).toEqual([]);
    await clock.run(fault.end());
  });
});

describe('starving of the processor', () => {
  test('bites by the time that the node has waited for its share', async () => {
    const cluster = everything();
    cluster.throttledNanos = 5e9;
    const fault = prepare({ cluster, kind: 'cpu' });
    await fault.begin();
    expect([...cluster.limits]).toEqual([['n2', { cpus: 0.05 }]]);
    cluster.throttledNanos = 6.2e9;
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: waited 1200 ms for its 0.05 of a processor' });
    await fault.end();
    expect(cluster.broken()).toEqual([]);
  });

  test('of a node with nothing to do did not bite, nor where nobody counts', async () => {
    const evidence: unknown[] = [];
    for (const nanos of [7, null]) {
      const cluster = everything();
      cluster.throttledNanos = nanos;
      const fault = prepare({ cluster, kind: 'cpu' });
      await fault.begin();
      evidence.push(await fault.bit());
    }
    expect(evidence).toEqual([
      { bit: false, evidence: 'n2: never had to wait' },
      {
        bit: false,
        evidence: 'n2: nobody counts here how long it has to wait, so it is not known whether it had to',
      },
    ]);
  });

  test('is lifted from those that it was put on when it was refused for another', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'cpu', targets: ['n1', 'n2'] });
    cluster.before = (deed, node) => {
      if (deed === 'limit' && node === 'n2') throw new Error('permission denied');
    };
    await expect(fault.begin()).rejects.toThrow('n2: permission denied');
    cluster.before = () => undefined;
    expect(cluster.broken()).toEqual(['n1 limited']);
    await fault.end();
    expect(cluster.broken()).toEqual([]);
  });

  test('does not kill: a node that is dead at its end is an error', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'cpu' });
    await fault.begin();
    cluster.die('n2');
    await expect(fault.end()).rejects.toThrow('n2: dead at the end of a fault that does not do that');
    expect(cluster.limits.size).toBe(0);
  });
});

describe('taking memory away', () => {
  const started = async (change: (cluster: FakeCluster) => void = () => undefined) => {
    const cluster = everything();
    change(cluster);
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'memory' });
    await clock.run(fault.begin());
    return { cluster, clock, fault };
  };

  test('bites when the kernel has ended the process for want of it, and starts the node without a limit', async () => {
    const { cluster, clock, fault } = await started();
    expect([...cluster.limits]).toEqual([['n2', { memoryBytes: 32 * mebibyte }]]);
    cluster.runOutOfMemory('n2');
    expect(await fault.bit()).toEqual({
      bit: true,
      evidence: 'n2: pid 72 is gone for want of memory (limit 32 MiB, 64 MiB used before)',
    });
    await clock.run(fault.end());
    expect(cluster.log.slice(1)).toEqual(['limit n2 {}', 'start n2']);
    expect(cluster.broken()).toEqual([]);
  });

  test('from a node that lives on within the limit did not bite', async () => {
    const { cluster, fault } = await started();
    cluster.memoryBytes = 30 * mebibyte;
    expect(await fault.bit()).toEqual({
      bit: false,
      evidence: 'n2: pid 72 is still there (limit 32 MiB, 64 MiB used before, 30 MiB now)',
    });
  });

  test('a death long ago proves nothing', async () => {
    const { fault } = await started(cluster => cluster.outOfMemory.add('n2'));
    expect((await fault.bit()).bit).toBe(false);
  });

  test('tries higher limits, in steps, when the memory is in use', async () => {
    const { cluster } = await started(each => {
      each.memoryInUse = 50 * mebibyte;
    });
    expect([...cluster.limits]).toEqual([['n2', { memoryBytes: Math.round(64 * mebibyte * 0.8) }]]);
  });

  test('counts from what the node uses by then, when it has grown meanwhile', async () => {
    const { cluster, fault } = await started(each => {
      each.memoryInUse = 100 * mebibyte;
      each.before = deed => {
        if (deed === 'limit') each.memoryBytes = 120 * mebibyte;
      };
    });
    expect([...cluster.limits]).toEqual([['n2', { memoryBytes: Math.round(120 * mebibyte * 0.9) }]]);
    expect((await fault.bit()).evidence).toContain('limit 108 MiB, 64 MiB used before');
  });

  test('gives up when even a little more than it uses is refused', async () => {
    const cluster = everything();
    cluster.memoryInUse = 1024 * mebibyte;
    const fault = prepare({ cluster, kind: 'memory' });
    await expect(fault.begin()).rejects.toThrow('n2: device or resource busy');
    expect(cluster.broken()).toEqual([]);
  });

  test('a limit that was refused and killed all the same is one', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'memory' });
    cluster.before = deed => {
      if (deed !== 'limit') return;
      cluster.runOutOfMemory('n2');
      throw new Error('interrupted');
    };
    await fault.begin();
    expect((await fault.bit()).bit).toBe(true);
  });

  test('a node that died of something else is an error, and comes back', async () => {
    const { cluster, clock, fault } = await started();
    cluster.die('n2');
    expect(await fault.bit()).toEqual({
      bit: false,
      evidence: 'n2: pid 72 is gone, but not for want of memory (limit 32 MiB, 64 MiB used before)',
    });
    await expect(clock.run(fault.end())).rejects.toThrow('n2: died, but not for want of memory');
    expect(cluster.broken()).toEqual([]);
    await clock.run(fault.end());
  });

  test('a node that dies of it just after it was lifted is started too', async () => {
    const { cluster, clock, fault } = await started();
    clock.schedule(300, () => cluster.runOutOfMemory('n2'));
    await clock.run(fault.end());
    expect(cluster.state('n2')).toEqual({ status: 'running', pid: 74 });
  });

  test('never asks for less than an engine accepts', async () => {
    const { cluster } = await started(each => {
      each.memoryBytes = 3 * mebibyte;
    });
    expect([...cluster.limits]).toEqual([['n2', { memoryBytes: 6 * mebibyte }]]);
  });
});

describe('a full disk', () => {
  const started = async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'disk-full' });
    await clock.run(fault.begin());
    return { cluster, clock, fault };
  };

  test('bites by what is left, and is emptied of ours only', async () => {
    const { cluster, clock, fault } = await started();
    expect(fault.description).toBe('n2: nothing left free');
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: 0 B of 200 MiB still free' });
    await clock.run(fault.end());
    expect(cluster.log).toEqual(['fill n2 0', 'release n2']);
    expect(cluster.state('n2').pid).toBe(72);
  });

  test('of which the node has died is told, and the node is started when there is room', async () => {
    const { cluster, clock, fault } = await started();
    cluster.die('n2');
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: 0 B of 200 MiB still free, pid 72 is gone' });
    await clock.run(fault.end());
    expect(cluster.log).toEqual(['fill n2 0', 'release n2', 'start n2']);
  });

  test('of which the node dies just after it was emptied is the same', async () => {
    const { cluster, clock, fault } = await started();
    clock.schedule(300, () => cluster.die('n2'));
    await clock.run(fault.end());
    expect(cluster.state('n2')).toEqual({ status: 'running', pid: 74 });
  });

  test('that has more room before than was to be left was not filled by us', async () => {
    const cluster = everything();
    cluster.freeBytes = mebibyte;
    const fault = prepare({ cluster, kind: 'disk-full', parameters: { freeBytes: 5 * mebibyte } });
    await fault.begin();
    expect(fault.description).toBe('n2: 5 MiB left free');
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: nothing was taken, 1 MiB are free' });
  });

  test('is filled again when something was freed meanwhile; one that does not fill is refused', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'disk-full' });
    let spaces = 0;
    cluster.before = deed => {
      if (deed === 'space' && ++spaces === 2) cluster.filled.set('n2', 3 * mebibyte);
    };
    await fault.begin();
    expect(cluster.log).toEqual(['fill n2 0', 'fill n2 0']);

    const stubborn = everything();
    stubborn.before = deed => {
      if (deed === 'space') stubborn.filled.set('n2', 3 * mebibyte);
    };
    await expect(prepare({ cluster: stubborn, kind: 'disk-full' }).begin()).rejects.toThrow(
      'n2: 3 MiB are still free after it was filled',
    );
  });
});

describe('wipe', () => {
  test('kills, deletes, proves both, and starts the node from nothing', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'wipe' });
    await fault.begin();
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: pid 72 is gone, 14 entries before, 0 after' });
    await fault.end();
    expect(cluster.log).toEqual(['kill n2', 'wipe n2', 'start n2']);
  });

  test('of a disk with nothing on it did not bite', async () => {
    const cluster = everything();
    cluster.entries.set('n2', 0);
    const fault = prepare({ cluster, kind: 'wipe' });
    await fault.begin();
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: pid 72 is gone, 0 entries before, 0 after' });
  });

  test('that leaves something is refused', async () => {
    const cluster = everything();
    const { disks } = cluster;
    if (disks) cluster.disks = { ...disks, wipe: () => Promise.resolve() };
    const fault = prepare({ cluster, kind: 'wipe' });
    await expect(fault.begin()).rejects.toThrow('n2: 14 of 14 entries are still there after it was wiped');
  });

  test('that was given up on while the node died does not wipe a node that starts again', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'wipe' });
    const ends: Promise<unknown>[] = [];
    cluster.before = deed => {
      if (deed === 'kill') ends.push(fault.end().catch(() => undefined));
    };
    await fault.begin();
    await Promise.all(ends);
    expect(cluster.log).toEqual(['kill n2']);
  });

  test('is of a strict minority only, whatever the words', () => {
    const { contradiction, impossible } = faultKind('wipe');
    const words = ['one', 'minority', 'primaries', 'followers', 'majority', 'all', 'random', 'n1,n2'];
    const refused = words.map(target => {
      const request = { target, parameters: {} };
      const sizes = [1, 2, 3, 4, 5].filter(size => impossible(request, size) === null);
      return `${target}: ${contradiction(request) === null ? `of ${sizes.join(' ')} nodes` : 'never'}`;
    });
    expect(refused).toEqual([
      'one: of 3 4 5 nodes',
      'minority: of 3 4 5 nodes',
      'primaries: of 3 4 5 nodes',
      'followers: of 3 4 5 nodes',
      'majority: never',
      'all: never',
      'random: never',
      'n1,n2: of 5 nodes',
    ]);
    const cluster = everything();
    expect(tryPrepare({ cluster, kind: 'wipe', targets: ['n1', 'n2'] })).toBeNull();
  });
});

describe('a skewed clock', () => {
  test('is measured while it is off and when it is right again', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind: 'clock', targets: ['n1', 'n2'], parameters: { offsetMs: -2500 } });
    await fault.begin();
    expect(fault.description).toBe('n1 n2: clock 2500 ms behind');
    expect(await fault.bit()).toEqual({
      bit: true,
      evidence: 'n1: measured 2500 ms behind, n2: measured 2500 ms behind',
    });
    await fault.end();
    expect(cluster.broken()).toEqual([]);
  });

  test('goes forward by a minute when nothing else is said, back when told to, and either by the seed', () => {
    const cluster = everything();
    const descriptions = [{}, { direction: 'back' }].map(
      parameters => prepare({ cluster, kind: 'clock', parameters }).description,
    );
    expect(descriptions).toEqual(['n2: clock 60000 ms ahead', 'n2: clock 60000 ms behind']);
    const seeds = Array.from({ length: 20 }, (_, seed) => seed);
    const drawn = seeds.map(
      seed => prepare({ cluster, kind: 'clock', parameters: { direction: 'random' }, seed }).description,
    );
    expect(new Set(drawn).size).toBe(2);
    const { contradiction, schema } = faultKind('clock');
    expect(contradiction({ target: 'one', parameters: { offsetMs: -900, direction: 'back' } })).toBe(
      'a negative offset has a direction already',
    );
    expect([499, -499, 0, 500, -500].map(offsetMs => schema.safeParse({ offsetMs }).success)).toEqual([
      false,
      false,
      false,
      true,
      true,
    ]);
  });

  test('that does not move is refused; so is one that does not go back', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'clock' });
    cluster.before = (deed, node) => {
      if (deed === 'offset' && node) cluster.offsets.set(node, 70);
    };
    await expect(clock.run(fault.begin())).rejects.toThrow(
      'n2: its clock is 70 ms ahead, and was to be 60000 ms ahead',
    );
    cluster.before = (deed, node) => {
      if (deed === 'offset' && node) cluster.offsets.set(node, 20_000);
    };
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: measured 20000 ms ahead' });
    await expect(clock.run(fault.end())).rejects.toThrow('n2: its clock is 20000 ms ahead, and was to be right');
  });

  test('may take a moment to be read anew', async () => {
    const cluster = everything();
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'clock' });
    cluster.before = (deed, node) => {
      if (deed === 'offset' && node) cluster.offsets.set(node, clock.now() < 300e6 ? 0 : 60_000);
    };
    await clock.run(fault.begin());
    expect(clock.now()).toBe(300e6);
  });
});
