import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { NodeName } from '../../src/base/names.ts';
import { Random } from '../../src/base/random.ts';
import type { ScheduledFault } from '../../src/fault/programme.ts';
import type { FaultRecord } from '../../src/history/event.ts';
import { Ledger, type LedgerLine, openFaults } from '../../src/run/ledger.ts';
import { type NemesisOptions, type RunningNemesis, runNemesis } from '../../src/run/nemesis.ts';
import { FakeClock, settled } from '../fake-clock.ts';
import { FakeCluster } from '../fault/fake-cluster.ts';
import { everything } from '../fault/prepare.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

const directory = mkdtempSync(join(tmpdir(), 'ordeal-nemesis-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const numRuns = fuzzRuns(150);

interface Stage {
  readonly cluster: FakeCluster;
  readonly clock: FakeClock;
  readonly nemesis: RunningNemesis;
  /** What was done, in order: ledger lines, events and deeds. */
  readonly log: string[];
  readonly records: FaultRecord[];
  readonly abort: AbortController;
  /** Faults that the ledger says are in force. */
  readonly open: () => number[];
}

function stage(
  schedule: readonly ScheduledFault[],
  change: Partial<NemesisOptions> = {},
  nodes = ['n1', 'n2', 'n3', 'n4', 'n5'],
): Stage {
  const cluster = change.cluster instanceof FakeCluster ? change.cluster : new FakeCluster(nodes);
  const clock = new FakeClock();
  const { log } = cluster;
  const records: FaultRecord[] = [];
  const abort = new AbortController();
  const lines: LedgerLine[] = [];
  const nemesis = runNemesis({
    schedule,
    cluster,
    recorder: {
      fault(phase, record) {
        records.push(record);
        log.push(`event ${phase} ${record.id}`);
      },
    },
    ledger: {
      write(line) {
        lines.push(line);
        log.push(`ledger ${line.phase} ${line.id}`);
      },
    },
    clock,
    random: Random.fromSeed(1),
    signal: abort.signal,
    ...change,
  });
  const open = (): number[] =>
    lines
      .filter(({ phase, id }) => phase === 'begin' && !lines.some(line => line.phase === 'end' && line.id === id))
      .map(({ id }) => id);
  return { cluster, clock, nemesis, log, records, abort, open };
}

function fault(change: Partial<ScheduledFault>): ScheduledFault {
  return { id: 1, beginMs: 100, endMs: 500, kind: 'kill', target: 'n2', parameters: {}, ...change };
}

const isolate = (change: Partial<ScheduledFault>): ScheduledFault =>
  fault({ kind: 'partition', parameters: { shape: 'isolate' }, ...change });

const byNumber = (left: number, right: number): number => left - right;

async function healed({ nemesis, clock }: Stage): Promise<void> {
  const healing = nemesis.heal();
  await clock.until(clock.now() / 1e6 + 1_000_000);
  await healing;
}

describe('the nemesis', () => {
  test('does a fault at its time, writes the ledger and the event before it, and the other way round after it', async () => {
    const { clock, log, records, nemesis } = stage([fault({ target: 'n1,n2' })]);
    await clock.until(99);
    expect(log).toEqual([]);
    await clock.until(100);
    expect(log).toEqual(['ledger begin 1', 'event begin 1', 'kill n1', 'kill n2']);
    await clock.until(499);
    expect(log).toHaveLength(4);
    await clock.until(500);
    expect(log.slice(4)).toEqual(['start n1', 'start n2', 'event end 1', 'ledger end 1']);
    expect(records).toEqual([
      { id: 1, kind: 'kill', targets: ['n1', 'n2'], description: 'n1 n2' },
      {
        id: 1,
        kind: 'kill',
        targets: ['n1', 'n2'],
        description: 'n1 n2',
        bit: true,
        evidence: 'n1: pid 71 is gone, n2: pid 72 is gone',
      },
    ]);
    await nemesis.done;
    expect(nemesis.errors()).toEqual([]);
    expect(clock.waiting).toBe(0);
  });

  test('faults overlap, and the end of one leaves the other in force', async () => {
    const first = isolate({ id: 1, target: 'n1', beginMs: 100, endMs: 500 });
    const second = isolate({ id: 2, target: 'n2', beginMs: 300, endMs: 900 });
    const { clock, cluster, records, log } = stage([second, first]);
    await clock.until(400);
    expect(cluster.rules).toHaveLength(16);
    cluster.everybodyTalks();
    await clock.until(600);
    expect(cluster.rules).toHaveLength(8);
    expect(cluster.rules.every(({ from, to }) => from === 'n2' || to === 'n2')).toBe(true);
    await clock.until(900);
    expect(cluster.rules).toEqual([]);
    expect(log.filter(line => line.startsWith('event'))).toEqual([
      'event begin 1',
      'event begin 2',
      'event end 1',
      'event end 2',
    ]);
    expect(records.map(({ description }) => description)).toEqual([
      'n1 | n2 n3 n4 n5',
      'n2 | n1 n3 n4 n5',
      'n1 | n2 n3 n4 n5',
      'n2 | n1 n3 n4 n5',
    ]);
    expect(records.slice(2).map(({ evidence }) => evidence)).toEqual([
      '8 messages dropped on 8 links',
      '8 messages dropped on 8 links',
    ]);
  });

  test('a fault that did not bite is recorded as such, and is no error', async () => {
    const { clock, records, nemesis } = stage([isolate({})]);
    await clock.until(500);
    expect(records[1]).toMatchObject({ bit: false, evidence: 'nothing was sent on 8 links' });
    expect(nemesis.errors()).toEqual([]);
  });

  test('a kill and a pause never hit the same node at once: the busy ones are left out, in order of time', async () => {
    const { clock, cluster, nemesis, records } = stage([
      fault({ id: 1, target: 'n1,n2', beginMs: 100, endMs: 500 }),
      fault({ id: 2, kind: 'pause', target: 'all', beginMs: 200, endMs: 400 }),
      fault({ id: 3, target: 'n4', beginMs: 300, endMs: 600 }),
      fault({ id: 4, kind: 'pause', target: 'n1', beginMs: 300, endMs: 600 }),
      fault({ id: 5, kind: 'pause', target: 'n1', beginMs: 700, endMs: 800 }),
    ]);
    await clock.until(300);
    expect(cluster.statuses()).toBe('n1 dead, n2 dead, n3 paused, n4 paused, n5 paused');
    await clock.until(1000);
    expect(nemesis.skipped()).toEqual([
      { id: 3, kind: 'kill', target: 'n4', reason: 'another fault has hold of n4' },
      { id: 4, kind: 'pause', target: 'n1', reason: 'another fault has hold of n1' },
    ]);
    expect(records.map(({ id }) => id)).toEqual([1, 2, 2, 1, 5, 5]);
    expect(nemesis.errors()).toEqual([]);
  });

  test('when every node is in the hands of other faults, the next is skipped and says so', async () => {
    const told: string[] = [];
    const { clock, nemesis, records } = stage(
      [fault({ id: 1, target: 'all' }), fault({ id: 2, kind: 'pause', target: 'one', beginMs: 200 })],
      { onSkip: ({ id, reason }) => told.push(`${id}: ${reason}`) },
    );
    await clock.until(600);
    expect(told).toEqual(['2: another fault has hold of every node']);
    expect(records.map(({ id }) => id)).toEqual([1, 1]);
    expect(nemesis.errors()).toEqual([]);
  });

  test('a partition may hit a dead node, and a kill a node that is cut off', async () => {
    const { clock, cluster, nemesis } = stage([
      fault({ id: 1 }),
      isolate({ id: 2 }),
      fault({ id: 3, target: 'n3', beginMs: 150 }),
    ]);
    await clock.until(300);
    expect(cluster.statuses()).toBe('n1 running, n2 dead, n3 dead, n4 running, n5 running');
    expect(cluster.rules).toHaveLength(8);
    expect(nemesis.skipped()).toEqual([]);
  });

  test('primaries are asked when the fault begins', async () => {
    let leader = 'n1';
    const { clock, records } = stage(
      [fault({ target: 'primaries' }), isolate({ id: 2, target: 'primaries', beginMs: 1000, endMs: 1100 })],
      {
        primaries: nodes => Promise.resolve(nodes.length === 5 ? [leader] : []),
      },
    );
    await clock.until(600);
    leader = 'n4';
    await clock.until(1200);
    expect(records.map(({ targets }) => targets.join())).toEqual(['n1', 'n1', 'n4', 'n4']);
  });

  test.each([
    ['cannot be asked', undefined],
    ['is nobody', () => Promise.resolve([])],
    ['cannot say', () => Promise.reject(new Error('connection refused'))],
    ['does not answer', () => new Promise<NodeName[]>(() => undefined)],
  ])('when the primary %s, one node is hit, and the record says so', async (_, primaries) => {
    const { clock, records, nemesis } = stage(
      [fault({ target: 'primaries', endMs: 9000 })],
      primaries ? { primaries } : {},
    );
    await clock.until(20_000);
    expect(records[0]?.targets).toHaveLength(1);
    expect(records[0]?.description).toMatch(/^n\d \(no primary is known, so one node by the seed\)$/);
    expect(nemesis.errors()).toEqual([]);
  });

  test('a follower is a node that does not lead when the fault begins', async () => {
    const { clock, records } = stage([fault({ target: 'followers' })], {
      primaries: () => Promise.resolve(['n1', 'n2', 'n3', 'n5']),
    });
    await clock.until(600);
    expect(records[0]?.targets).toEqual(['n4']);
  });

  test('a node that does not run although no fault has hold of it is left alone, and that is said', async () => {
    const scene = stage([
      fault({ id: 1, target: 'n2,n3' }),
      fault({ id: 2, target: 'n2', beginMs: 600, endMs: 700 }),
      fault({ id: 3, kind: 'pause', target: 'n3', beginMs: 600, endMs: 700 }),
    ]);
    scene.cluster.die('n2');
    await scene.clock.until(1000);
    expect(scene.records[0]).toMatchObject({
      targets: ['n3'],
      description: 'n3 (n2 is dead, and no fault has hold of it)',
    });
    expect(scene.nemesis.skipped()).toEqual([
      { id: 2, kind: 'kill', target: 'n2', reason: 'n2 is dead, and no fault has hold of it' },
    ]);
    expect(scene.records.map(({ id }) => id)).toEqual([1, 1, 3, 3]);
    await healed(scene);
    expect(scene.cluster.state('n2').status).toBe('dead');
    expect(scene.nemesis.errors()).toEqual([]);
  });

  test('a node is free again for the next fault when the state of the first could not be asked', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    const { clock, nemesis, records } = stage([fault({}), fault({ id: 2, beginMs: 600, endMs: 700 })], { cluster });
    cluster.before = deed => {
      if (deed === 'inspect') throw new Error('no daemon');
    };
    await clock.until(500);
    expect(nemesis.errors()).toEqual(['fault 1 (kill n2): no daemon']);
    cluster.before = () => undefined;
    await clock.until(1000);
    expect(records.map(({ id }) => id)).toEqual([2, 2]);
  });

  test('the choice of nodes does not depend on what other faults have drawn', async () => {
    const random = (id: number): ScheduledFault =>
      isolate({ id, target: 'minority', beginMs: 100 * id, endMs: 100 * id + 50 });
    const alone = stage([random(3)]);
    const together = stage([random(1), random(2), random(3)]);
    await alone.clock.until(1000);
    await together.clock.until(1000);
    expect(together.records.find(({ id }) => id === 3)).toEqual(alone.records[0]);
  });

  test('a schedule that the cluster cannot do is refused before anything is touched', () => {
    const cluster = new FakeCluster(['n1', 'n2']);
    cluster.capabilities = new Set(['kill']);
    expect(() => stage([fault({}), isolate({ id: 2 })], { cluster })).toThrow(
      expect.objectContaining({ code: 'FAULT_UNAVAILABLE', exit: 69 }),
    );
    expect(() => stage([fault({ target: 'n7' })], { cluster })).toThrow(
      expect.objectContaining({ code: 'UNKNOWN_TARGET' }),
    );
    expect(cluster.log).toEqual([]);
  });
});

describe('when something goes wrong', () => {
  test('the ledger has the line although the deed threw', async () => {
    const path = join(directory, 'thrown.jsonl');
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    let seen: LedgerLine[] = [];
    cluster.before = deed => {
      if (deed !== 'kill') return;
      seen = openFaults(path);
      throw new Error('no such process');
    };
    using ledger = Ledger.create(path);
    const { clock, nemesis } = stage([fault({})], { cluster, ledger });
    await clock.until(200);
    expect(seen).toEqual([{ id: 1, phase: 'begin', kind: 'kill', description: 'n2', targets: ['n2'] }]);
    expect(nemesis.errors()).toEqual(['fault 1 (kill n2) on n2 did not begin: n2: no such process']);
    expect(openFaults(path)).toEqual([]);
  });

  test('a fault that does not begin is cleaned up at once, and the others go on', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    cluster.before = (deed, node) => {
      if (deed === 'kill' && node === 'n2') throw new Error('operation not permitted');
    };
    const { clock, records, nemesis, open } = stage(
      [fault({ target: 'n1,n2' }), fault({ id: 2, target: 'n3', beginMs: 200 })],
      { cluster },
    );
    await clock.until(150);
    expect(cluster.statuses()).toBe('n1 running, n2 running, n3 running');
    expect(records[1]).toMatchObject({ bit: false, evidence: 'did not begin: n2: operation not permitted' });
    await clock.until(600);
    expect(records.map(({ id }) => id)).toEqual([1, 1, 2, 2]);
    expect(records[3]).toMatchObject({ bit: true });
    expect(open()).toEqual([]);
    expect(nemesis.errors()).toEqual(['fault 1 (kill n1,n2) on n1 n2 did not begin: n2: operation not permitted']);
  });

  test('a fault that never finishes beginning is given up on after its deadline', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    cluster.before = deed => (deed === 'kill' ? new Promise<void>(() => undefined) : undefined);
    const { clock, nemesis } = stage([fault({})], { cluster });
    await clock.until(10_000);
    expect(nemesis.errors()).toEqual([]);
    await clock.until(10_100);
    expect(nemesis.errors()).toEqual(['fault 1 (kill n2) on n2 did not begin: begin: no answer within 10000 ms']);
    await nemesis.done;
  });

  test('a kill that arrives after it was given up on is mended by the healing', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    let late: () => void = () => undefined;
    cluster.before = deed =>
      deed === 'kill'
        ? new Promise<void>(resolve => {
            late = resolve;
          })
        : undefined;
    const scene = stage([fault({})], { cluster });
    await scene.clock.until(11_000);
    late();
    await settled();
    expect(cluster.statuses()).toBe('n1 running, n2 dead, n3 running');
    await healed(scene);
    expect(cluster.statuses()).toBe('n1 running, n2 running, n3 running');
  });

  test('a node that does not come back is an error, stays open, and is tried again by the healing', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    cluster.before = deed => {
      if (deed === 'start') throw new Error('exited with code 1: port in use');
    };
    const scene = stage([fault({}), fault({ id: 2, beginMs: 600, endMs: 700 })], { cluster });
    await scene.clock.until(800);
    expect(scene.nemesis.errors()).toEqual([
      'fault 1 (kill n2) on n2 did not heal: n2: exited with code 1: port in use',
    ]);
    expect(scene.open()).toEqual([1]);
    expect(scene.nemesis.skipped()).toEqual([
      { id: 2, kind: 'kill', target: 'n2', reason: 'another fault has hold of n2' },
    ]);
    expect(scene.records).toHaveLength(1);
    cluster.before = () => undefined;
    await healed(scene);
    expect(cluster.statuses()).toBe('n1 running, n2 running, n3 running');
    expect(scene.records[1]).toMatchObject({ id: 1, bit: true, evidence: 'n2: pid 72 is gone' });
    expect(scene.open()).toEqual([]);
    expect(scene.nemesis.errors()).toHaveLength(1);
  });

  test('what cannot be mended at all stays open in the ledger, has no end in the history, and is said', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    const scene = stage([fault({}), isolate({ id: 2, target: 'n3' })], { cluster });
    await scene.clock.until(200);
    cluster.before = deed => {
      if (deed === 'start') throw new Error('disk full');
      if (deed === 'apply') throw new Error('no route');
    };
    await healed(scene);
    expect(scene.open().toSorted(byNumber)).toEqual([1, 2]);
    expect(scene.records.map(({ id }) => id).toSorted(byNumber)).toEqual([1, 2]);
    expect(scene.nemesis.errors().toSorted()).toEqual([
      'fault 1 (kill n2) on n2 did not heal: n2: disk full',
      'fault 2 (partition n3) on n3 did not heal: no route',
      'n2 could not be brought back: disk full',
      'the network could not be healed: no route',
    ]);
  });

  test('when one picture of the network hangs, the healing goes past it', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    const scene = stage([isolate({ endMs: 9000 }), isolate({ id: 2, target: 'n3', beginMs: 200, endMs: 9000 })], {
      cluster,
    });
    await scene.clock.until(150);
    let calls = 0;
    cluster.before = deed => (deed === 'apply' && calls++ === 0 ? new Promise<void>(() => undefined) : undefined);
    await scene.clock.until(300);
    expect(calls).toBe(1);
    await healed(scene);
    expect(cluster.rules).toEqual([]);
    expect(scene.open()).toEqual([]);
    expect(scene.nemesis.errors().length).toBeGreaterThan(0);
  });

  test('a proof that cannot be had is no bite, and the fault is ended all the same', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    const { clock, records, nemesis, open } = stage([isolate({})], { cluster });
    await clock.until(200);
    cluster.before = deed => (deed === 'counters' ? new Promise<void>(() => undefined) : undefined);
    await clock.until(20_000);
    expect(records[1]).toMatchObject({
      bit: false,
      evidence: 'could not be measured: proof: no answer within 5000 ms',
    });
    expect(cluster.rules).toEqual([]);
    expect(open()).toEqual([]);
    expect(nemesis.errors()).toEqual([]);
  });

  test('what cannot be written down is not done', async () => {
    const full = (): never => {
      throw new Error('no space left');
    };
    for (const change of [{ ledger: { write: full } }, { recorder: { fault: full } }]) {
      const scene = stage([fault({})], change);
      await scene.clock.until(1000);
      await healed(scene);
      expect(scene.cluster.log.filter(line => line.startsWith('kill'))).toEqual([]);
      expect(scene.nemesis.errors()[0]).toBe('fault 1 (kill n2): no space left');
    }
  });
});

describe('healing', () => {
  test('in the middle of everything ends everything, in words and in deed', async () => {
    const scene = stage([
      fault({ id: 1, target: 'n1', endMs: 9000 }),
      fault({ id: 2, kind: 'pause', target: 'n2,n3', endMs: 9000 }),
      isolate({ id: 3, target: 'n4', endMs: 9000 }),
      fault({ id: 4, kind: 'loss', target: 'all', endMs: 9000 }),
      fault({ id: 5, target: 'n5', beginMs: 8000, endMs: 9000 }),
    ]);
    await scene.clock.until(1000);
    expect(scene.open().toSorted(byNumber)).toEqual([1, 2, 3, 4]);
    scene.nemesis.stop();
    await settled();
    expect(scene.open().toSorted(byNumber)).toEqual([1, 2, 3, 4]);
    await scene.nemesis.heal();
    expect(scene.cluster.rules).toEqual([]);
    expect(scene.cluster.statuses()).toBe('n1 running, n2 running, n3 running, n4 running, n5 running');
    expect(scene.open()).toEqual([]);
    expect(scene.nemesis.skipped()).toEqual([
      { id: 5, kind: 'kill', target: 'n5', reason: 'the run was over before it began' },
    ]);
    expect(scene.nemesis.errors()).toEqual([]);
    expect(scene.clock.waiting).toBe(0);
    expect(
      scene.records
        .filter(({ bit }) => bit !== undefined)
        .map(({ id }) => id)
        .toSorted(byNumber),
    ).toEqual([1, 2, 3, 4]);
  });

  test('twice, also at the same time, is once', async () => {
    const scene = stage([fault({}), isolate({ id: 2 })]);
    await scene.clock.until(200);
    await Promise.all([scene.nemesis.heal(), scene.nemesis.heal()]);
    const { length } = scene.log;
    await scene.nemesis.heal();
    expect(scene.log).toHaveLength(length);
    expect(scene.records).toHaveLength(4);
  });

  test('an abort ends what is active without waiting for its time', async () => {
    const scene = stage([fault({ endMs: 9000 }), isolate({ id: 2, beginMs: 5000, endMs: 6000 })]);
    await scene.clock.until(200);
    scene.abort.abort();
    await scene.nemesis.done;
    expect(scene.cluster.statuses()).toBe('n1 running, n2 running, n3 running, n4 running, n5 running');
    expect(scene.open()).toEqual([]);
    expect(scene.clock.now()).toBe(200e6);
  });

  test('a run that was aborted before it began does nothing', async () => {
    const scene = stage([fault({ beginMs: 0 })], { signal: AbortSignal.abort() });
    await scene.nemesis.done;
    expect(scene.log).toEqual([]);
    expect(scene.nemesis.skipped()).toHaveLength(1);
  });

  test('an abort while a fault begins waits for it, and then ends it', async () => {
    const cluster = new FakeCluster(['n1', 'n2', 'n3']);
    let go: () => void = () => undefined;
    cluster.before = deed =>
      deed === 'kill'
        ? new Promise<void>(resolve => {
            go = resolve;
          })
        : undefined;
    const scene = stage([fault({ endMs: 9000 })], { cluster });
    await scene.clock.until(200);
    const healing = scene.nemesis.heal();
    await settled();
    go();
    await healing;
    expect(scene.log).toEqual([
      'ledger begin 1',
      'event begin 1',
      'kill n2',
      'start n2',
      'event end 1',
      'ledger end 1',
      'apply 0 rules',
    ]);
    expect(scene.records[1]).toMatchObject({ bit: true });
  });

  test('a node that died by itself is not started: that would hide it', async () => {
    const scene = stage([fault({})]);
    await scene.clock.until(600);
    scene.cluster.die('n4');
    await healed(scene);
    expect(scene.cluster.state('n4').status).toBe('dead');
  });

  test('a node that somebody has paused again is let go', async () => {
    const scene = stage([fault({ kind: 'pause' })]);
    await scene.clock.until(600);
    await scene.cluster.processes.pause('n2');
    await healed(scene);
    expect(scene.cluster.state('n2').status).toBe('running');
  });

  test('whatever hangs, it comes to an end', async () => {
    for (const hanging of ['kill', 'start', 'inspect', 'apply', 'counters', 'resume'] as const) {
      const scene = stage([
        fault({ endMs: 9000 }),
        fault({ id: 2, kind: 'pause', target: 'n3', endMs: 9000 }),
        isolate({ id: 3, endMs: 9000 }),
      ]);
      await scene.clock.until(99);
      scene.cluster.before = deed => (deed === hanging ? new Promise<void>(() => undefined) : undefined);
      await scene.clock.until(200);
      await healed(scene);
      if (hanging !== 'counters') expect(scene.nemesis.errors().length, hanging).toBeGreaterThan(0);
      expect(scene.clock.waiting).toBe(0);
    }
  });

  test('whatever the schedule and whenever it is stopped, nothing is left broken and every begin has its end', async () => {
    const kinds: Partial<ScheduledFault>[] = [
      { kind: 'kill' },
      { kind: 'pause' },
      { kind: 'partition', parameters: { shape: 'isolate' } },
      { kind: 'partition', parameters: { shape: 'one-way' } },
      { kind: 'delay' },
      { kind: 'terminate' },
      { kind: 'restart-loop', parameters: { periodMs: 200 } },
      { kind: 'cpu' },
      { kind: 'memory' },
      { kind: 'disk-full' },
      { kind: 'clock' },
      { kind: 'wipe' },
      { kind: 'cut-clients' },
      { kind: 'pause-clients', target: 'random' },
    ];
    const anyFault = fc
      .record({
        kind: fc.constantFrom(...kinds),
        target: fc.constantFrom('one', 'minority', 'majority', 'random', 'n1', 'n2,n3', 'primaries'),
        beginMs: fc.integer({ min: 0, max: 1000 }),
        lengthMs: fc.integer({ min: 0, max: 1000 }),
      })
      .map(({ kind, target, beginMs, lengthMs }) => ({ target, ...kind, beginMs, endMs: beginMs + lengthMs }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyFault, { maxLength: 12 }),
        fc.integer({ min: 0, max: 2500 }),
        fc.nat(),
        async (faults, stopMs, seed) => {
          const scene = stage(
            faults.map((each, index) => fault({ ...each, id: index + 1 })),
            { random: Random.fromSeed(seed), cluster: everything(['n1', 'n2', 'n3', 'n4', 'n5']) },
          );
          await scene.clock.until(stopMs);
          await scene.clock.run(scene.nemesis.heal());
          const { cluster, records, nemesis } = scene;
          expect(cluster.broken()).toEqual([]);
          const begun = records.filter(({ bit }) => bit === undefined).map(({ id }) => id);
          const ended = records.filter(({ bit }) => bit !== undefined).map(({ id }) => id);
          expect(ended.toSorted(byNumber)).toEqual(begun.toSorted(byNumber));
          expect([...begun, ...nemesis.skipped().map(({ id }) => id)].toSorted(byNumber)).toEqual(
            faults.map((_, index) => index + 1),
          );
          expect(nemesis.errors()).toEqual([]);
          expect(scene.open()).toEqual([]);
          expect(scene.clock.waiting).toBe(0);
        },
      ),
      { numRuns },
    );
  });
});

describe('with a network that can be probed', () => {
  const probed = () => new FakeCluster(['n1', 'n2', 'n3']).with('probe');

  test('a cut that does not cut is an error, and the fault is over at once', async () => {
    const cluster = probed();
    cluster.finds = () => true;
    const { clock, nemesis, records, open } = stage([isolate({ endMs: 9000 })], { cluster });
    await clock.until(1100);
    expect(nemesis.errors()).toEqual([
      'fault 1 (partition n2) on n2 did not begin: the cut did not cut: n2>n1 n2>n3 n1>n2 n3>n2 still open',
    ]);
    expect(records[1]).toMatchObject({ bit: false });
    expect(cluster.rules).toEqual([]);
    expect(open()).toEqual([]);
  });

  test('a heal that does not heal is an error, and so is a network that is not whole in the end', async () => {
    const cluster = probed();
    const scene = stage([isolate({})], { cluster });
    await scene.clock.until(200);
    cluster.finds = ({ from, to }) => (from === 'n2' && to === 'n3' ? false : null);
    await scene.clock.until(4000);
    expect(scene.nemesis.errors()).toEqual([
      'fault 1 (partition n2) on n2 did not heal: the heal did not heal: n2>n3 still closed',
    ]);
    await healed(scene);
    expect(scene.nemesis.errors().slice(1)).toEqual(['the network could not be healed: n2>n3 still closed']);
    expect(scene.open()).toEqual([1]);
  });

  test('a heal that needed the last healing is written down as ended, and stays an error', async () => {
    const cluster = probed();
    const scene = stage([isolate({})], { cluster });
    await scene.clock.until(200);
    cluster.finds = ({ to }) => (to === 'n3' ? false : null);
    await scene.clock.until(4000);
    cluster.finds = () => null;
    await healed(scene);
    expect(scene.nemesis.errors()).toHaveLength(1);
    expect(scene.open()).toEqual([]);
  });

  test('a run without cuts is not probed', async () => {
    const cluster = probed();
    const scene = stage([fault({}), fault({ id: 2, kind: 'delay' })], { cluster });
    cluster.finds = () => false;
    await scene.clock.until(600);
    await healed(scene);
    expect(scene.nemesis.errors()).toEqual([]);
  });

  test('a probe that never answers does not keep the healing from its end', async () => {
    const cluster = probed();
    const scene = stage([isolate({})], { cluster });
    await scene.clock.until(200);
    cluster.before = deed => (deed === 'probe' ? new Promise<void>(() => undefined) : undefined);
    await healed(scene);
    expect(scene.nemesis.errors()).toEqual([
      'fault 1 (partition n2) on n2 did not heal: end: no answer within 60000 ms',
      'the network could not be healed: probing the network: no answer within 10000 ms',
    ]);
    expect(cluster.rules).toEqual([]);
    expect(scene.clock.waiting).toBe(0);
  });
});

describe('what is not a process', () => {
  const all = () => everything(['n1', 'n2', 'n3', 'n4', 'n5']);
  const cases = [
    { kind: 'cpu', deed: 'limit', left: 'n2 limited', what: 'its limits' },
    { kind: 'memory', deed: 'limit', left: 'n2 limited', what: 'its limits' },
    { kind: 'disk-full', deed: 'release', left: 'n2 full', what: 'its disk' },
    { kind: 'clock', deed: 'skew', left: 'n2 60000 ms off', what: 'its clock' },
  ] as const;

  test.each(cases)('$kind that failed to end is mended by the last healing', async ({ kind, deed, left }) => {
    const cluster = all();
    const scene = stage([fault({ kind })], { cluster });
    await scene.clock.until(200);
    cluster.before = each => {
      if (each === deed) throw new Error('no');
    };
    await scene.clock.until(2000);
    expect(cluster.broken()).toEqual([left]);
    expect(scene.nemesis.errors()).toEqual([`fault 1 (${kind} n2) on n2 did not heal: n2: no`]);
    cluster.before = () => undefined;
    await healed(scene);
    expect(cluster.broken()).toEqual([]);
    expect(scene.open()).toEqual([]);
    expect(scene.nemesis.errors()).toHaveLength(1);
  });

  test.each(cases)('$kind that nobody can mend stays open and is said', async ({ kind, deed, what }) => {
    const cluster = all();
    const scene = stage([fault({ kind, endMs: 9000 })], { cluster });
    await scene.clock.until(200);
    cluster.before = each => (each === deed ? new Promise<void>(() => undefined) : undefined);
    await healed(scene);
    expect(scene.nemesis.errors()[1]).toBe(`n2 did not get ${what} back: ${what} of n2: no answer within 10000 ms`);
    expect(scene.open()).toEqual([1]);
    expect(scene.clock.waiting).toBe(0);
  });

  test('clients that were stopped and not let go are let go by the last healing', async () => {
    const cluster = all();
    const scene = stage([fault({ kind: 'pause-clients', target: 'all', endMs: 9000 })], { cluster });
    await scene.clock.until(200);
    expect(scene.records[0]).toEqual({ id: 1, kind: 'pause-clients', targets: [], description: 'clients c1 c2' });
    let calls = 0;
    cluster.before = deed => {
      if (deed === 'resume client' && calls++ < 2) throw new Error('no');
    };
    await healed(scene);
    expect(scene.nemesis.errors()).toEqual([
      'fault 1 (pause-clients all) on clients c1 c2 did not heal: c1: no; c2: no',
    ]);
    expect(cluster.broken()).toEqual([]);
    expect(scene.open()).toEqual([]);
  });

  test('a client that cannot be let go is said, and one that has ended is not asked for', async () => {
    const cluster = all();
    const scene = stage([fault({ kind: 'pause-clients', target: 'all', endMs: 9000 })], { cluster });
    await scene.clock.until(200);
    cluster.before = (deed, name) => {
      if (deed !== 'resume client') return;
      if (name === 'c2') cluster.clients.delete('c2');
      throw new Error('operation not permitted');
    };
    await healed(scene);
    expect(scene.nemesis.errors()).toEqual([
      'fault 1 (pause-clients all) on clients c1 c2 did not heal: c1: operation not permitted',
      'client c1 could not be let go: operation not permitted',
    ]);
    expect(scene.open()).toEqual([1]);
  });

  test('a node that a full disk has ended is started by the last healing once there is room', async () => {
    const cluster = all();
    const scene = stage([fault({ kind: 'disk-full' })], { cluster });
    await scene.clock.until(200);
    cluster.die('n2');
    cluster.before = deed => {
      if (deed === 'release') throw new Error('no');
      if (deed === 'start' && cluster.filled.has('n2')) throw new Error('no space left on device');
    };
    await scene.clock.until(2000);
    cluster.before = deed => {
      if (deed === 'start' && cluster.filled.has('n2')) throw new Error('no space left on device');
    };
    await healed(scene);
    expect(cluster.broken()).toEqual([]);
    expect(scene.open()).toEqual([]);
  });

  test('a node that was only killed keeps its limits, its disk and its clock to itself', async () => {
    const cluster = all();
    const scene = stage([fault({})], { cluster });
    await scene.clock.until(600);
    await healed(scene);
    expect(cluster.log.filter(line => /limit|release|skew/.test(line))).toEqual([]);
  });

  test('such faults never meet on one node', async () => {
    const scene = stage([fault({ kind: 'cpu' }), fault({ id: 2, kind: 'clock', beginMs: 200 })], { cluster: all() });
    await scene.clock.until(1000);
    expect(scene.nemesis.skipped()).toEqual([
      { id: 2, kind: 'clock', target: 'n2', reason: 'another fault has hold of n2' },
    ]);
  });
});

describe('the ledger', () => {
  const line = (id: number, phase: 'begin' | 'end'): LedgerLine => ({
    id,
    phase,
    kind: 'kill',
    description: 'n1',
    targets: ['n1'],
  });

  test('is read back as what is still open, the oldest first', () => {
    const path = join(directory, 'open.jsonl');
    {
      using ledger = Ledger.create(path);
      for (const each of [line(1, 'begin'), line(2, 'begin'), line(1, 'end'), line(3, 'begin')]) ledger.write(each);
    }
    expect(openFaults(path).map(({ id }) => id)).toEqual([2, 3]);
    expect(readFileSync(path, 'utf8').split('\n')[0]).toBe(
      '{"id":1,"phase":"begin","kind":"kill","description":"n1","targets":["n1"]}',
    );
  });

  test('is added to, never written over', () => {
    const path = join(directory, 'again.jsonl');
    for (const id of [1, 2]) {
      using ledger = Ledger.create(path);
      ledger.write(line(id, 'begin'));
    }
    expect(openFaults(path).map(({ id }) => id)).toEqual([1, 2]);
  });

  test('that is not there is empty', () => {
    expect(openFaults(join(directory, 'nowhere.jsonl'))).toEqual([]);
  });

  test('whose last line was cut short by a crash is read as far as it goes', () => {
    const path = join(directory, 'cut.jsonl');
    using ledger = Ledger.create(path);
    ledger.write(line(1, 'begin'));
    ledger.write({ ...line(2, 'begin'), description: 'x'.repeat(20) });
    const text = readFileSync(path, 'utf8');
    truncateSync(path, text.length - 30);
    expect(openFaults(path).map(({ id }) => id)).toEqual([1]);
  });
});
