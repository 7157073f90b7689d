/** Every kind of fault against a cluster in memory: what it does, what it undoes, and how it proves itself. */
import { describe, expect, test } from 'vitest';
import { checkSchedule, faultKind, faultKinds, requireCapabilities } from '../../src/fault/catalogue.ts';
import type { Parameters } from '../../src/fault/fault.ts';
import { LinkTable } from '../../src/fault/network.ts';
import type { ScheduledFault } from '../../src/fault/programme.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { everything, prepare } from './prepare.ts';

const nodes = ['n1', 'n2', 'n3'];

describe('every kind of fault', () => {
  const cases: { kind: string; parameters?: Parameters }[] = faultKinds.map(({ kind }) =>
    kind === 'partition' ? { kind, parameters: { shape: 'isolate' } } : { kind },
  );

  test.each(cases)('$kind touches nothing before it begins', ({ kind, parameters = {} }) => {
    const cluster = everything();
    prepare({ cluster, kind, parameters });
    expect(cluster.log).toEqual([]);
  });

  test.each(cases)(
    '$kind leaves the cluster as it was, and ends twice as well as once',
    async ({ kind, parameters = {} }) => {
      const cluster = everything();
      const clock = new FakeClock();
      const fault = prepare({ cluster, kind, parameters, clock });
      await clock.run(fault.begin());
      // A crash loop has its node up again between two deaths.
      expect(cluster.broken().length > 0 || cluster.state('n2').pid !== 72).toBe(true);
      await clock.run(fault.end());
      expect(cluster.broken()).toEqual([]);
      await clock.run(fault.end());
      expect(cluster.broken()).toEqual([]);
      expect(clock.waiting).toBe(0);
    },
  );

  test.each(cases)('$kind can be ended although it never began', async ({ kind, parameters = {} }) => {
    const cluster = everything();
    const clock = new FakeClock();
    await clock.run(prepare({ cluster, kind, parameters, clock }).end());
    expect(cluster.broken()).toEqual([]);
    expect(cluster.state('n2').pid).toBe(72);
  });

  test.each(cases)(
    '$kind that was given up on while it began is not left in force',
    async ({ kind, parameters = {} }) => {
      const cluster = everything();
      const clock = new FakeClock();
      let go: () => void = () => undefined;
      const gate = new Promise<void>(resolve => {
        go = resolve;
      });
      const fault = prepare({ cluster, kind, parameters, clock });
      cluster.before = () => gate;
      const begun = fault.begin();
      cluster.before = () => undefined;
      await clock.run(fault.end());
      go();
      await clock.run(begun.catch(() => undefined));
      await clock.run(fault.end());
      expect(cluster.broken()).toEqual([]);
    },
  );

  test.each(cases)(
    '$kind whose begin fails at any of its steps is cleaned up by its end',
    async ({ kind, parameters = {} }) => {
      // As many steps as the longest begin has; a step that is never reached fails nothing.
      for (let failing = 0; failing < 12; failing++) {
        const cluster = everything();
        const clock = new FakeClock();
        const fault = prepare({ cluster, kind, targets: ['n2'], target: 'all', parameters, clock });
        let step = 0;
        cluster.before = () => {
          if (step++ === failing) throw new Error('no');
        };
        await clock.run(fault.begin().catch(() => undefined));
        cluster.before = () => undefined;
        // What failed in a round of a crash loop is said at its end.
        await clock.run(kind === 'restart-loop' ? fault.end().catch(() => undefined) : fault.end());
        expect(cluster.broken(), `step ${failing}`).toEqual([]);
      }
    },
  );

  test('says what it is in one line, and no two have the same name', () => {
    expect(new Set(faultKinds.map(({ kind }) => kind)).size).toBe(faultKinds.length);
    expect(faultKinds.map(({ kind, summary }) => `${kind}: ${summary}`).join('\n')).toMatchInlineSnapshot(`
      "partition: cuts links between nodes: halves, random-halves, isolate, majorities-ring, bridge, one-way
      cut-clients: cuts clients off from nodes: requests, answers, or both
      kill: kills processes without warning (SIGKILL) and starts them again when it ends
      terminate: asks processes to end (SIGTERM, and SIGKILL after a grace) and starts them again when it ends
      restart-loop: kills processes and starts them again and again, as a crash loop does
      pause: stops processes in the middle of what they do and lets them go on when it ends
      loss: loses messages with a probability
      delay: makes every message late, by a delay and a random jitter on top
      duplicate: delivers messages twice with a probability
      reorder: holds messages back with a probability, so that later ones overtake them
      corrupt: flips a bit of messages with a probability
      bandwidth: limits how much passes, in kilobits a second
      cpu: leaves processes only a fraction of a processor
      memory: takes memory away until the kernel ends the process, and starts it again when it ends
      disk-full: fills the disk with the data, and starts what has ended itself over it when it ends
      wipe: kills processes and deletes their data, and starts them again from nothing when it ends
      clock: puts wall clocks forward or back, and right again when it ends
      pause-clients: stops clients that run in processes of their own (SIGSTOP) and lets them go on when it ends"
    `);
  });

  test('two faults that take hold of nodes never meet on one, whatever they hold', () => {
    const alone = faultKinds.filter(({ exclusive }) => exclusive).map(({ kind, holds }) => `${kind} ${holds}`);
    expect(alone.join(', ')).toMatchInlineSnapshot(
      `"kill process, terminate process, restart-loop process, pause process, cpu limits, memory limits, disk-full disk, wipe disk, clock clock"`,
    );
  });
});

describe('kill', () => {
  test('kills, proves it by the pid, and starts again under another one', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'kill', targets: ['n1', 'n2'] });
    await fault.begin();
    expect(cluster.statuses()).toBe('n1 dead, n2 dead, n3 running');
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n1: pid 71 is gone, n2: pid 72 is gone' });
    await fault.end();
    expect(nodes.map(node => cluster.state(node).pid)).toEqual([74, 75, 73]);
  });

  test('a node that came back by itself was killed all the same', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'kill', targets: ['n2'] });
    await fault.begin();
    await cluster.processes.start('n2');
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: pid 72 became 74' });
  });

  test('a process that does not die makes the begin fail', async () => {
    const cluster = new FakeCluster(nodes);
    cluster.processes.kill = () => Promise.resolve();
    const fault = prepare({ cluster, kind: 'kill', targets: ['n2'] });
    await expect(fault.begin()).rejects.toThrow('n2: still running as pid 72 after SIGKILL');
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: pid 72 is still there' });
  });

  test('a node that was dead before has not been killed', async () => {
    const cluster = new FakeCluster(nodes);
    cluster.die('n2');
    const fault = prepare({ cluster, kind: 'kill', targets: ['n2'] });
    await fault.begin();
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: was already dead' });
  });

  test('one node that does not come back keeps no other from it', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'kill', targets: nodes });
    await fault.begin();
    cluster.before = (deed, node) => {
      if (deed === 'start' && node === 'n2') throw new Error('exited with code 1: bad log');
    };
    await expect(fault.end()).rejects.toThrow('n2: exited with code 1: bad log');
    expect(cluster.statuses()).toBe('n1 running, n2 dead, n3 running');
    cluster.before = () => undefined;
    await fault.end();
    expect(cluster.statuses()).toBe('n1 running, n2 running, n3 running');
  });

  test('all nodes are started at once: a cluster may need a majority to come up', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'kill', targets: nodes });
    await fault.begin();
    let waiting = 0;
    let open: () => void = () => undefined;
    const majority = new Promise<void>(resolve => {
      open = resolve;
    });
    cluster.before = deed => {
      if (deed !== 'start') return undefined;
      if (++waiting === 2) open();
      return majority;
    };
    await fault.end();
    expect(cluster.statuses()).toBe('n1 running, n2 running, n3 running');
  });
});

describe('pause', () => {
  test('stops, proves it, and lets go on under the same pid', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'pause', targets: ['n1', 'n3'] });
    await fault.begin();
    expect(cluster.statuses()).toBe('n1 paused, n2 running, n3 paused');
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n1: pid 71 is paused, n3: pid 73 is paused' });
    await fault.end();
    expect(nodes.map(node => cluster.state(node).pid)).toEqual([71, 72, 73]);
  });

  test('a process that is woken up by somebody else has not been paused', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'pause', targets: ['n2'] });
    await fault.begin();
    await cluster.processes.resume('n2');
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: pid 72 is running' });
  });

  test('a process that does not stop makes the begin fail, one that died in its sleep the end', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'pause', targets: ['n2'] });
    cluster.die('n2');
    await expect(fault.begin()).rejects.toThrow('n2: dead after it was told to stop');
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'n2: dead' });
    await expect(fault.end()).rejects.toThrow('n2: dead after it was told to go on');
  });
});

describe('a signal', () => {
  test('may need a moment until it is seen: a pause looks again, at its begin and at its end', async () => {
    const cluster = new FakeCluster(nodes);
    const clock = new FakeClock();
    const fault = prepare({ cluster, clock, kind: 'pause' });
    const inspect = cluster.processes.inspect.bind(cluster.processes);
    let changedAt = 0;
    cluster.before = deed => {
      if (deed === 'pause' || deed === 'resume') changedAt = clock.now();
    };
    cluster.processes.inspect = async node => {
      const state = await inspect(node);
      const late = clock.now() < changedAt + 60e6;
      return late ? { ...state, status: state.status === 'paused' ? 'running' : 'paused' } : state;
    };
    await clock.run(fault.begin());
    expect(clock.now()).toBe(60e6);
    await clock.run(fault.end());
    expect(clock.now()).toBe(120e6);
  });

  test('that is never seen is an error after a second', async () => {
    const cluster = new FakeCluster(nodes);
    const clock = new FakeClock();
    cluster.processes.pause = () => Promise.resolve();
    const fault = prepare({ cluster, clock, kind: 'pause' });
    await expect(clock.run(fault.begin())).rejects.toThrow('n2: running after it was told to stop');
    expect(clock.now()).toBe(1000e6);
  });
});

describe('pause of the main process', () => {
  test('stops that alone, is another capability, and proves it in the same way', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'pause', targets: ['n2'], parameters: { means: 'main' } });
    await fault.begin();
    expect(cluster.log).toEqual(['stop n2']);
    expect(fault.description).toBe('n2, the main process');
    expect(await fault.bit()).toEqual({ bit: true, evidence: 'n2: pid 72 is paused' });
    await fault.end();
    expect(cluster.broken()).toEqual([]);
    const needs = faultKind('pause').needs;
    expect([needs({}), needs({ means: 'all' }), needs({ means: 'main' })]).toEqual([['pause'], ['pause'], ['stop']]);
  });
});

describe('faults of the network', () => {
  test('a partition cuts, and proves it by what was dropped since it began', async () => {
    const cluster = new FakeCluster(nodes);
    cluster.bump({ from: 'n1', to: 'n2' }, { sent: 9, dropped: 9 });
    const fault = prepare({ cluster, kind: 'partition', targets: ['n2'], parameters: { shape: 'isolate' } });
    await fault.begin();
    expect(cluster.rules).toEqual([
      { from: 'n2', to: 'n1', cut: true },
      { from: 'n2', to: 'n3', cut: true },
      { from: 'n1', to: 'n2', cut: true },
      { from: 'n3', to: 'n2', cut: true },
    ]);
    cluster.everybodyTalks();
    cluster.everybodyTalks();
    expect(await fault.bit()).toEqual({ bit: true, evidence: '8 messages dropped on 4 links' });
  });

  test('a cut that nothing tried to cross did not bite', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'partition', targets: ['n2'], parameters: { shape: 'isolate' } });
    await fault.begin();
    cluster.bump({ from: 'n1', to: 'n3' }, { sent: 5 });
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'nothing was sent on 4 links' });
  });

  test('a cut that lets everything through did not bite', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'partition', targets: ['n2'], parameters: { shape: 'isolate' } });
    await fault.begin();
    cluster.bump({ from: 'n1', to: 'n2' }, { sent: 5 });
    expect(await fault.bit()).toEqual({ bit: false, evidence: 'none of 5 messages on 4 links was dropped' });
  });

  test('bad links say what they do, do it on every link of the targets, and count it', async () => {
    const seen: string[] = [];
    const cases = [
      { kind: 'loss', parameters: { probability: 0.25 }, effect: { dropped: 1 } },
      { kind: 'delay', parameters: { delayMs: 100, jitterMs: 20 }, effect: { delayed: 3 } },
      { kind: 'duplicate', parameters: { probability: 0.5 }, effect: { duplicated: 2 } },
      { kind: 'reorder', parameters: { probability: 0.125, withinMs: 40 }, effect: { reordered: 7 } },
      { kind: 'corrupt', parameters: { probability: 0.1 }, effect: { corrupted: 1 } },
      { kind: 'bandwidth', parameters: { rateKbit: 64 }, effect: { throttled: 5 } },
    ];
    for (const { kind, parameters, effect } of cases) {
      const cluster = new FakeCluster(nodes);
      const fault = prepare({ cluster, kind, targets: ['n1'], parameters });
      await fault.begin();
      expect(cluster.rules.map(({ from, to }) => `${from}>${to}`)).toEqual(['n1>n2', 'n1>n3', 'n2>n1', 'n3>n1']);
      const { from: _from, to: _to, ...rule } = cluster.rules[0] ?? { from: '', to: '' };
      cluster.bump({ from: 'n1', to: 'n3' }, { sent: 9, ...effect });
      seen.push(`${fault.description} | ${JSON.stringify(rule)} | ${(await fault.bit()).evidence}`);
    }
    expect(seen.join('\n')).toMatchInlineSnapshot(`
      "25 % of messages lost on links of n1 | {"loss":0.25} | 1 message dropped on 1 of 4 links
      messages 100 to 120 ms late on links of n1 | {"delayMs":100,"jitterMs":20} | 3 messages delayed on 1 of 4 links
      50 % of messages twice on links of n1 | {"duplicate":0.5} | 2 messages duplicated on 1 of 4 links
      12.5 % of messages held back for up to 40 ms on links of n1 | {"reorder":0.125,"reorderMs":40} | 7 messages reordered on 1 of 4 links
      10 % of messages damaged on links of n1 | {"corrupt":0.1} | 1 message corrupted on 1 of 4 links
      at most 64 kbit/s on links of n1 | {"rateKbit":64} | 5 messages throttled on 1 of 4 links"
    `);
  });

  test('on all nodes they hold on every link', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'loss', targets: nodes });
    await fault.begin();
    expect(fault.description).toBe('30 % of messages lost on all links');
    expect(cluster.rules).toHaveLength(6);
  });

  test('the end of one leaves the other in force', async () => {
    const cluster = new FakeCluster(nodes);
    const links = new LinkTable(cluster.network);
    const cut = prepare({ cluster, links, kind: 'partition', targets: ['n2'], parameters: { shape: 'isolate' } });
    const slow = prepare({ cluster, links, kind: 'delay', targets: nodes });
    await Promise.all([cut.begin(), slow.begin()]);
    expect(cluster.rules).toHaveLength(10);
    await cut.end();
    expect(cluster.rules).toHaveLength(6);
    expect(cluster.rules.filter(rule => rule.cut)).toEqual([]);
    await slow.end();
    expect(cluster.rules).toEqual([]);
  });

  test('rules that could not be applied are not applied later with those of others', async () => {
    const cluster = new FakeCluster(nodes);
    const links = new LinkTable(cluster.network);
    const cut = prepare({ cluster, links, kind: 'partition', targets: ['n2'], parameters: { shape: 'isolate' } });
    cluster.before = deed => {
      if (deed === 'apply') throw new Error('no route');
    };
    await expect(cut.begin()).rejects.toThrow('no route');
    await expect(cut.end()).rejects.toThrow('no route');
    cluster.before = () => undefined;
    await prepare({ cluster, links, kind: 'loss', targets: ['n2'] }).begin();
    expect(cluster.rules.filter(rule => rule.cut)).toEqual([]);
  });

  test('an end that failed is done when it is asked for again', async () => {
    const cluster = new FakeCluster(nodes);
    const fault = prepare({ cluster, kind: 'loss', targets: nodes });
    await fault.begin();
    cluster.before = () => {
      throw new Error('no route');
    };
    await expect(fault.end()).rejects.toThrow('no route');
    expect(cluster.rules).toHaveLength(6);
    cluster.before = () => undefined;
    await fault.end();
    expect(cluster.rules).toEqual([]);
  });
});

describe('before a schedule is run', () => {
  const fault = (change: Partial<ScheduledFault>): ScheduledFault[] => [
    { id: 4, beginMs: 0, endMs: 10, kind: 'loss', target: 'one', parameters: {}, ...change },
  ];

  test('a cluster that cannot do what it asks is refused, with what it can do', () => {
    const schedule = [
      ...fault({}),
      ...fault({ kind: 'partition', parameters: { shape: 'one-way' } }),
      ...fault({ kind: 'kill' }),
    ];
    expect(() => requireCapabilities(schedule, new Set(['kill', 'partition']))).toThrow(
      expect.objectContaining({
        code: 'FAULT_UNAVAILABLE',
        exit: 69,
        message: 'this cluster cannot do loss, one-way, which the nemesis needs (loss, partition)',
        hint: 'choose another nemesis; it can do: kill, partition',
      }),
    );
    expect(() => requireCapabilities(schedule, new Set(['kill', 'partition', 'one-way', 'loss']))).not.toThrow();
    const reasons = new Map([['one-way', 'there with --network overlay']] as const);
    expect(() => requireCapabilities(schedule, new Set(['kill', 'partition', 'loss']), reasons)).toThrow(
      'this cluster cannot do one-way (there with --network overlay), which the nemesis needs (partition)',
    );
  });

  test('a one-way cut is all that needs one-way links', () => {
    const halves = fault({ kind: 'partition', parameters: { shape: 'halves' }, target: 'all' });
    expect(() => requireCapabilities(halves, new Set(['partition']))).not.toThrow();
  });

  test('a fault, a target or a parameter that cannot be meant is refused', () => {
    const wrong = [
      fault({ kind: 'los' }),
      fault({ target: 'n9' }),
      fault({ parameters: { probability: 2 } }),
      fault({ parameters: { chance: 0.5 } }),
      fault({ kind: 'kill', parameters: { gently: true } }),
    ];
    const messages = wrong.map(schedule => {
      try {
        checkSchedule(schedule, nodes);
        return 'accepted';
      } catch (error) {
        const { code, message, hint } = error as { code: string; message: string; hint: string };
        return `${code}: ${message} (${hint})`;
      }
    });
    expect(messages).toMatchInlineSnapshot(`
      [
        "UNKNOWN_FAULT: there is no fault "los" (did you mean "loss"?)",
        "UNKNOWN_TARGET: "n9" is neither a target word nor a node (did you mean "n1"?)",
        "INVALID_FAULT: fault 4 (loss): probability: Too big: expected number to be <=1 (loss takes: probability)",
        "INVALID_FAULT: fault 4 (loss): Unrecognized key: "chance" (loss takes: probability)",
        "INVALID_FAULT: fault 4 (kill): Unrecognized key: "gently" (kill takes: no parameters)",
      ]
    `);
    expect(() => checkSchedule(fault({ parameters: { probability: 0.5 } }), nodes)).not.toThrow();
  });
});
