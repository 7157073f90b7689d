import { describe, expect, test } from 'vitest';
import { faultKind } from '../../src/fault/catalogue.ts';
import { FakeClock } from '../fake-clock.ts';
import { everything, prepare, tryPrepare } from './prepare.ts';

const kind = 'pause-clients';

describe('stopping clients', () => {
  test('stops one by the seed, names it although it is no node, proves it, and lets it go on', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind, seed: 3 });
    expect(fault.targets).toEqual([]);
    await fault.begin();
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'c2: pid 502 is paused' });
    expect(fault.description).toBe('client c2');
    await fault.end();
    expect(cluster.log).toEqual(['pause client c2', 'resume client c2']);
    const chosen = Array.from({ length: 20 }, (_, seed) => prepare({ cluster, kind, seed }).description);
    expect(new Set(chosen)).toEqual(new Set(['client c1', 'client c2']));
  });

  test('stops as many as the word says', () => {
    const cluster = everything();
    cluster.clients.set('c3', { status: 'running', pid: 503 });
    const sizes = ['one', 'minority', 'majority', 'all'].map(
      target => prepare({ cluster, kind, target }).description.split(' ').length - 1,
    );
    expect(sizes).toEqual([1, 1, 2, 3]);
    expect(prepare({ cluster, kind, target: 'all' }).description).toBe('clients c1 c2 c3');
  });

  test('has nothing to do when no client runs, and says why', () => {
    const cluster = everything();
    cluster.clients.clear();
    expect(tryPrepare({ cluster, kind })).toBeNull();
    expect(faultKind(kind).whyNothing).toBe('no client runs in a process of its own now');
  });

  test('is not about nodes', () => {
    const { contradiction } = faultKind(kind);
    const words = ['one', 'random', 'all', 'primaries', 'followers', 'n1'];
    expect(words.map(target => contradiction({ target, parameters: {} }) ?? 'fine')).toEqual([
      'fine',
      'fine',
      'fine',
      'primaries is about nodes; clients are one, minority, majority, all, random',
      'followers is about nodes; clients are one, minority, majority, all, random',
      'n1 is about nodes; clients are one, minority, majority, all, random',
    ]);
  });

  test('leaves alone what somebody else has stopped, also at its end', async () => {
    const cluster = everything();
    cluster.clients.set('c1', { status: 'paused', pid: 501 });
    const fault = prepare({ cluster, kind, target: 'all' });
    await fault.begin();
    expect(await fault.bit()).toEqual({
      bit: true,
      evidence: 'c1: was not stopped by this fault, c2: pid 502 is paused',
    });
    await fault.end();
    expect(cluster.broken()).toEqual(['c1 paused']);
  });

  test('that a run has ended meanwhile was one, and ends without an error', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind, target: 'all' });
    await fault.begin();
    cluster.clients.delete('c1');
    cluster.clients.set('c2', { status: 'dead', pid: null });
    expect(await fault.bit()).toEqual({
      bit: true,
      evidence: 'c1: pid 501 was stopped and is gone by now, c2: pid 502 was stopped and is gone by now',
    });
    cluster.before = deed => {
      if (deed !== 'resume client') return;
      cluster.clients.delete('c2');
      throw new Error('no such process');
    };
    await fault.end();
  });

  test('that somebody wakes up did not bite', async () => {
    const cluster = everything();
    const fault = prepare({ cluster, kind, seed: 3 });
    await fault.begin();
    await cluster.clientProcesses?.resume('c2');
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'c2: pid 502 is running' });
  });

  test('that do not stop make the begin fail, that do not go on the end', async () => {
    const cluster = everything();
    const { clientProcesses } = cluster;
    if (!clientProcesses) throw new Error('it has clients');
    cluster.clientProcesses = { ...clientProcesses, pause: () => Promise.resolve() };
    const clock = new FakeClock();
    await expect(clock.run(prepare({ cluster, clock, kind, seed: 3 }).begin())).rejects.toThrow(
      'c2: running after it was told to stop',
    );
    let deaf = true;
    cluster.clientProcesses = {
      ...clientProcesses,
      resume: name => (deaf ? Promise.resolve() : clientProcesses.resume(name)),
    };
    const fault = prepare({ cluster, clock, kind, seed: 3 });
    await fault.begin();
    await expect(clock.run(fault.end())).rejects.toThrow('c2: still paused after it was told to go on');
    deaf = false;
    await fault.end();
    expect(cluster.broken()).toEqual([]);
  });
});
