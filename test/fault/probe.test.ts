/** Cuts and heals that are seen with the network's own eyes. */
import { describe, expect, test } from 'vitest';
import { faultKind } from '../../src/fault/catalogue.ts';
import { LinkTable } from '../../src/fault/network.ts';
import { everyClient, type Link } from '../../src/runtime/cluster.ts';
import { FakeClock } from '../fake-clock.ts';
import { FakeCluster } from './fake-cluster.ts';
import { prepare } from './prepare.ts';

const nodes = ['n1', 'n2', 'n3'];
const isolate = { kind: 'partition', parameters: { shape: 'isolate' } };

function scene() {
  const cluster = new FakeCluster(nodes).with('probe');
  return { cluster, clock: new FakeClock(), links: new LinkTable(cluster.network) };
}

const is = (link: Link, name: string): boolean => `${link.from}>${link.to}` === name;

describe('a cut', () => {
  test('is seen to cut, and says how soon', async () => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ ...isolate, cluster, clock, links });
    let probes = 0;
    // Before, then twice while it does not cut yet.
    cluster.finds = () => (probes <= 3 ? true : null);
    cluster.before = deed => {
      if (deed === 'probe') probes++;
    };
    await clock.run(fault.begin());
    cluster.everybodyTalks();
    expect(await fault.bit()).toEqual({
      bit: true,
      evidence: '4 messages dropped on 4 links; probed: 4 of 4 closed in 200 ms',
    });
    await clock.run(fault.end());
    expect(cluster.broken()).toEqual([]);
  });

  test('that does not cut is refused, with the links, and can be taken back', async () => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ ...isolate, cluster, clock, links });
    cluster.finds = link => (is(link, 'n1>n2') || is(link, 'n2>n3') ? true : null);
    await expect(clock.run(fault.begin())).rejects.toThrow('the cut did not cut: n2>n3 n1>n2 still open');
    expect(clock.now()).toBe(1000e6);
    await clock.run(fault.end());
    expect(cluster.broken()).toEqual([]);
  });

  test('that nobody tried to cross has not bitten, however closed it is', async () => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ ...isolate, cluster, clock, links });
    await clock.run(fault.begin());
    expect(await fault.bit()).toEqual({
      bit: false,
      evidence: 'nothing was sent on 4 links; probed: 4 of 4 closed in 0 ms',
    });
  });

  test('of a link that was closed before, by nobody, says so; its heal does not have to open it', async () => {
    const { cluster, clock, links } = scene();
    cluster.finds = link => (is(link, 'n3>n2') ? false : null);
    const fault = prepare({ ...isolate, cluster, clock, links });
    await clock.run(fault.begin());
    cluster.everybodyTalks();
    expect((await fault.bit()).evidence).toBe(
      '4 messages dropped on 4 links; probed: 4 of 4 closed in 0 ms; closed before it began, by no fault: n3>n2',
    );
    await clock.run(fault.end());
    expect(clock.now()).toBe(0);
  });

  test('of a link that another fault has cut already is expected, and named nowhere', async () => {
    const { cluster, clock, links } = scene();
    await clock.run(prepare({ ...isolate, cluster, clock, links, targets: ['n1'] }).begin());
    const fault = prepare({ ...isolate, cluster, clock, links, targets: ['n2'] });
    await clock.run(fault.begin());
    expect((await fault.bit()).evidence).toBe('nothing was sent on 4 links; probed: 4 of 4 closed in 0 ms');
  });

  test('that was never made is not asked to heal', async () => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ ...isolate, cluster, clock, links });
    cluster.before = deed => {
      if (deed === 'counters') throw new Error('no');
    };
    await clock.run(fault.begin().catch(() => undefined));
    cluster.finds = () => false;
    await clock.run(fault.end());
    expect(clock.now()).toBe(0);
  });
});

describe('a heal', () => {
  test('waits until every link has been seen open once, and asks no link twice', async () => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ ...isolate, cluster, clock, links });
    await clock.run(fault.begin());
    const asked: string[] = [];
    cluster.finds = link => {
      asked.push(`${clock.now() / 1e6}: ${link.from}>${link.to}`);
      return is(link, 'n1>n2') ? clock.now() >= 200e6 : true;
    };
    await clock.run(fault.end());
    expect(asked).toEqual(['0: n2>n1', '0: n2>n3', '0: n1>n2', '0: n3>n2', '100: n1>n2', '200: n1>n2']);
  });

  test('that does not heal is refused after 3 s, with the links, and is asked again the next time', async () => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ ...isolate, cluster, clock, links });
    await clock.run(fault.begin());
    cluster.finds = link => (is(link, 'n2>n1') ? false : null);
    await expect(clock.run(fault.end())).rejects.toThrow('the heal did not heal: n2>n1 still closed');
    expect(clock.now()).toBe(3000e6);
    cluster.finds = () => null;
    await clock.run(fault.end());
    expect(cluster.broken()).toEqual([]);
  });

  test('is not asked to open what another fault still cuts, loses or slows', async () => {
    for (const other of [isolate, { kind: 'loss' }, { kind: 'delay' }]) {
      const { cluster, clock, links } = scene();
      await clock.run(prepare({ ...other, cluster, clock, links, targets: ['n1'] }).begin());
      const fault = prepare({ ...isolate, cluster, clock, links, targets: ['n2'] });
      await clock.run(fault.begin());
      cluster.finds = link => (link.from === 'n1' || link.to === 'n1' ? false : null);
      await clock.run(fault.end());
      expect(clock.now()).toBe(0);
    }
  });
});

describe('clients that are cut off', () => {
  const cases = [
    { direction: 'in', rules: ['@clients>n2'], words: 'no request reaches n2' },
    { direction: 'out', rules: ['n2>@clients'], words: 'no answer of n2 reaches clients' },
    { direction: 'both', rules: ['@clients>n2', 'n2>@clients'], words: 'clients | n2' },
  ];

  test.each(cases)('$direction: it cuts $rules, and no link between nodes', async ({ direction, rules, words }) => {
    const { cluster, clock, links } = scene();
    const fault = prepare({ kind: 'cut-clients', cluster, clock, links, parameters: { direction } });
    await clock.run(fault.begin());
    expect(fault.description).toBe(words);
    expect(cluster.rules.map(({ from, to, cut }) => `${from}>${to} ${cut}`)).toEqual(rules.map(rule => `${rule} true`));
    for (const rule of cluster.rules) cluster.bump(rule, { sent: 2, dropped: 2 });
    const count = rules.length;
    expect(await fault.bit()).toEqual({
      bit: true,
      evidence: `${2 * count} messages dropped on ${count} link${count > 1 ? 's' : ''}; probed: ${count} of ${count} closed in 0 ms`,
    });
    await clock.run(fault.end());
    expect(cluster.rules).toEqual([]);
  });

  test('are so in both directions when nothing else is said, of one node or of all', () => {
    const { contradiction, defaultTarget, impossible, needs, schema } = faultKind('cut-clients');
    const parameters = schema.parse({}) as Record<string, string>;
    expect([parameters, defaultTarget(parameters), needs(parameters)]).toEqual([
      { direction: 'both' },
      'one',
      ['cut-clients'],
    ]);
    expect(contradiction({ target: 'all', parameters })).toBeNull();
    expect(impossible({ target: 'all', parameters }, 1)).toBeNull();
    expect(impossible({ target: 'minority', parameters }, 1)).toBe('minority of 1 nodes is nobody');
    expect(everyClient).toBe('@clients');
  });
});

describe('a cut that refuses', () => {
  test('tells the senders, needs a network that can, and says so', async () => {
    const { cluster, clock, links } = scene();
    const parameters = { shape: 'isolate', reject: true };
    const fault = prepare({ kind: 'partition', cluster, clock, links, parameters });
    await clock.run(fault.begin());
    expect(fault.description).toBe('n2 | n1 n3, refused');
    expect(cluster.rules[0]).toEqual({ from: 'n2', to: 'n1', cut: true, reject: true });
    const { needs } = faultKind('partition');
    expect([needs(parameters), needs({ shape: 'isolate', reject: false })]).toEqual([
      ['partition', 'reject'],
      ['partition'],
    ]);
  });
});
