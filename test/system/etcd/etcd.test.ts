import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import { workloadByName } from '../../../src/generator/workloads/catalogue.ts';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';
import type { ClientPipe } from '../../../src/runtime/processes/client-processes.ts';
import { etcd } from '../../../src/system/etcd/etcd.ts';
import { closedPort, FakeEtcd } from './fake-etcd.ts';

const settings = etcd.settings.parse({});
const { signal } = new AbortController();
const nodes = ['n1', 'n2', 'n3'];

function podOf(node: string, image?: string) {
  const addresses = nodes.map((name, index) => ({
    name,
    address: `10.1.0.${index + 1}`,
    peerAddress: `10.2.0.${index + 1}`,
  }));
  const own = addresses.find(({ name }) => name === node) as (typeof addresses)[number];
  const random = Random.fromSeed(1);
  const chosen = etcd.settings.parse(image === undefined ? {} : { image });
  return etcd.pod({ node: own, nodes: addresses, settings: chosen, workload: 'lin-kv', random });
}

describe('a node', () => {
  test('is the server alone, its members at their peer addresses, its clients at its own', () => {
    const { entrypoint, command } = podOf('n2');
    expect([...(entrypoint ?? []), ...(command ?? [])]).toEqual([
      'etcd',
      '--name=n2',
      '--data-dir=/data',
      '--listen-peer-urls=http://0.0.0.0:2380',
      '--listen-client-urls=http://0.0.0.0:2379',
      '--listen-metrics-urls=http://0.0.0.0:2381',
      '--initial-advertise-peer-urls=http://10.2.0.2:2380',
      '--advertise-client-urls=http://10.1.0.2:2379',
      '--initial-cluster=n1=http://10.2.0.1:2380,n2=http://10.2.0.2:2380,n3=http://10.2.0.3:2380',
      '--initial-cluster-state=new',
      '--initial-cluster-token=ordeal',
    ]);
  });

  test('has quick elections, asks before it votes, and keeps its data where faults can reach it', () => {
    const { environment, data, ports } = podOf('n1');
    expect(environment).toMatchObject({
      ETCD_HEARTBEAT_INTERVAL: '50',
      ETCD_ELECTION_TIMEOUT: '300',
      ETCD_PRE_VOTE: 'true',
    });
    expect(data?.path).toBe('/data');
    expect(ports).toEqual([2379, 2381]);
  });

  test('is built from a folder of ours, or is any image that has etcd', () => {
    const { image } = podOf('n1');
    expect(readFileSync(join(image.build?.directory ?? '', 'Dockerfile'), 'utf8')).toContain('etcd-server');
    expect(podOf('n1', 'quay.io/coreos/etcd:v3.5.17').image).toEqual({ name: 'quay.io/coreos/etcd:v3.5.17' });
  });
});

describe('settings', () => {
  test('are words with defaults, and say what they mean', () => {
    expect(settings).toEqual({ reads: 'linearizable', lock: 'unfenced', image: 'built-in' });
    for (const setting of Object.values(etcd.settings.shape)) expect(setting.description).toMatch(/.{20}/);
  });

  test.each([{ reads: 'stale' }, { lock: 'none' }, { image: '' }, { colour: 'red' }])('%o is refused', wrong => {
    expect(etcd.settings.safeParse(wrong).success).toBe(false);
  });

  test('every workload is one that is known, the default first', () => {
    const names = etcd.workloads();
    expect(names).toEqual(['lin-kv', 'g-set', 'locked-set']);
    for (const name of names) expect(workloadByName(name).name).toBe(name);
    expect(etcd.defaults(settings)).toEqual({ workload: 'lin-kv', nodes: 3, nemesis: ['swarm'] });
    expect(etcd.defaults(settings, 'g-set')).toEqual({ workload: 'g-set', nodes: 3, nemesis: ['swarm'] });
  });

  test('who waits for a lock has more time than the lock may take', () => {
    const { workload, nemesis, operationTimeoutMs = 0 } = etcd.defaults(settings, 'locked-set');
    expect([workload, nemesis]).toEqual(['locked-set', ['pause-clients']]);
    expect(operationTimeoutMs).toBeGreaterThan(5000 + 3 * 1500);
  });
});

/** Of each node the fake that plays it; all ports are the same. */
function endpointsOf(members: Readonly<Record<string, FakeEtcd | Endpoint>>) {
  return (node: string): Endpoint => {
    const member = members[node] as FakeEtcd | Endpoint;
    return member instanceof FakeEtcd ? member.endpoint() : member;
  };
}

describe('whether it is there', () => {
  test('a node is ready when it answers, with a leader or without', async () => {
    await using member = await FakeEtcd.start();
    const ready = () => etcd.ready({ node: 'n1', endpoint: () => member.endpoint(), settings, signal });
    expect(await ready()).toBe(null);
    member.onRequest = () => ({ status: 503, body: { health: 'false' } });
    expect(await ready()).toBe(null);
    member.onRequest = () => ({ status: 404, body: 'what?' });
    expect(await ready()).toBe('n1 answers with HTTP 404: what?');
  });

  test('a node where nobody listens is not ready', async () => {
    const endpoint = await closedPort();
    await expect(etcd.ready({ node: 'n1', endpoint: () => endpoint, settings, signal })).rejects.toThrow(
      'ECONNREFUSED',
    );
  });

  test('a cluster is formed when every member is healthy', async () => {
    await using first = await FakeEtcd.start();
    await using second = await FakeEtcd.start();
    const endpoint = endpointsOf({ n1: first, n2: second });
    const context = { nodes: ['n1', 'n2'], endpoint, nodeAt: () => null, settings, signal };
    expect(await etcd.formed(context)).toBe(null);
    second.health = { health: 'false' };
    expect(await etcd.formed(context)).toBe('n2 has no leader');
  });

  test('those lead that say so of themselves; the silent are left out', async () => {
    await using leader = await FakeEtcd.start();
    await using follower = await FakeEtcd.start();
    await using frozen = await FakeEtcd.start();
    follower.leader = '2';
    frozen.onRequest = () => 'hang';
    const endpoint = endpointsOf({ n1: follower, n2: leader, n3: frozen, n4: await closedPort() });
    const all = { endpoint, nodeAt: () => null, settings, signal, nodes: ['n1', 'n2', 'n3', 'n4'] };
    expect(await etcd.primaries(all)).toEqual(['n2']);
    follower.onRequest = () => ({ status: 200, body: { header: { member_id: '2' }, leader: '0' } });
    expect(await etcd.primaries({ ...all, nodes: ['n1'] })).toEqual([]);
  });
});

describe('what a member holds itself', () => {
  test.each([
    ['lin-kv', { 'lin-kv/1': '5', 'lin-kv/12': '7', 'other/1': '9' }, { 1: 5, 12: 7 }],
    ['g-set', { 'g-set/1': '', 'g-set/"x"': '' }, { 1: true, '"x"': true }],
    ['locked-set', { 'locked-set/list': '[1,2]', 'lock/77': '' }, { list: [1, 2] }],
    ['lin-kv', {}, {}],
  ])('of %s is %o', async (workload, held, shown) => {
    await using member = await FakeEtcd.start();
    for (const [key, value] of Object.entries(held)) member.set(key, value);
    const context = { node: 'n1', endpoint: () => member.endpoint(), settings, signal, workload };
    expect(await etcd.replica(context)).toEqual(shown);
    expect(member.bodies[0]?.['serializable']).toBe(true);
  });

  test('is null when it does not say', async () => {
    await using member = await FakeEtcd.start();
    member.onRequest = () => ({ status: 503, body: { error: 'etcdserver: request timed out', code: 14 } });
    const context = { node: 'n1', endpoint: () => member.endpoint(), settings, signal, workload: 'lin-kv' };
    expect(await etcd.replica(context)).toBe(null);
  });
});

describe('a client', () => {
  const spawned: { readonly name: string; readonly command: readonly string[]; readonly lines: string[] }[] = [];

  function connect(endpoint: Endpoint, workload: string, chosen: Readonly<Record<string, string>> = {}) {
    return etcd.connect({
      node: 'n1',
      nodes,
      process: 5,
      workload,
      endpoint: () => endpoint,
      nodeAt: () => null,
      settings: etcd.settings.parse(chosen),
      random: Random.fromSeed('client'),
      signal,
      spawn(name, command): ClientPipe {
        const lines: string[] = [];
        spawned.push({ name, command, lines });
        return {
          write: line => void lines.push(line),
          lines: (async function* () {
            yield '{"type":"ready"}';
          })(),
          [Symbol.asyncDispose]: async () => undefined,
        };
      },
    });
  }

  test('is connected before anything is asked, and refused when nobody listens', async () => {
    await using member = await FakeEtcd.start();
    await using client = await connect(member.endpoint(), 'lin-kv');
    const write = { f: 'write', key: 1, value: 5 };
    expect(await client.invoke(write, { signal })).toEqual({ type: 'ok' });
    expect([member.requests, member.connections]).toEqual([['kv/put'], 1]);
    await expect(connect(await closedPort(), 'lin-kv')).rejects.toThrow('ECONNREFUSED');
  });

  test('of locked-set is a process of its own, told where to go and how', async () => {
    const endpoint = { host: '10.1.0.1', port: 2379, proxied: false };
    await using _client = await connect(endpoint, 'locked-set', { lock: 'fenced' });
    const [{ name, command, lines } = { name: '', command: [], lines: [] }] = spawned;
    expect(name).toBe('client-5');
    expect(command).toEqual([process.execPath, expect.stringMatching(/dist\/system\/etcd\/lock-client\.js$/)]);
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      {
        type: 'hello',
        ordeal: 1,
        process: 5,
        node: 'n1',
        endpoint,
        fenced: true,
        lockDeadlineMs: 5000,
        seed: expect.any(Number) as number,
      },
    ]);
  });
});
