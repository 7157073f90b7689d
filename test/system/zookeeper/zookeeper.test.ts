import { createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { Random } from '../../../src/base/random.ts';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';
import type { ClusterContext } from '../../../src/system/docker.ts';
import { modeIn } from '../../../src/system/zookeeper/four-letters.ts';
import { Frames, frame, int, Reader, text } from '../../../src/system/zookeeper/wire.ts';
import { zooKeeper } from '../../../src/system/zookeeper/zookeeper.ts';
import { children, data, ScriptedServer } from './scripted-server.ts';

type Settings = Parameters<typeof zooKeeper.pod>[0]['settings'];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers every connection with this text, and hangs up. */
async function says(answer: string): Promise<Endpoint> {
  const server = createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end(answer));
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return { host: '127.0.0.1', port: typeof address === 'object' && address ? address.port : 0, proxied: false };
}

async function cluster(...answers: readonly string[]): Promise<ClusterContext<Settings>> {
  const endpoints = new Map<string, Endpoint>();
  for (const [index, answer] of answers.entries()) endpoints.set(`n${index + 1}`, await says(answer));
  return {
    nodes: [...endpoints.keys()],
    endpoint: node => endpoints.get(node) as Endpoint,
    nodeAt: () => null,
    settings: { reads: 'sync' },
    signal: new AbortController().signal,
  };
}

const serving = (mode: string) =>
  `Zookeeper version: 3.8.0\nLatency min/avg/max: 0/0.0/0\nMode: ${mode}\nNode count: 5\n`;
const notServing = 'This ZooKeeper instance is not currently serving requests\n';

describe('a node', () => {
  const nodes = ['n1', 'n2', 'n3'].map((name, index) => ({
    name,
    address: `10.0.0.${index + 1}`,
    peerAddress: `10.99.0.${index + 1}`,
  }));
  const node = nodes[1] as (typeof nodes)[number];
  const pod = zooKeeper.pod({
    node,
    nodes,
    settings: { reads: 'sync' },
    workload: 'lin-kv',
    random: Random.fromSeed(1),
  });

  test('finds the others at the addresses among members, and itself by its number', () => {
    expect(pod.files?.['/zookeeper/zoo.cfg']).toMatchInlineSnapshot(`
      "tickTime=500
      initLimit=20
      syncLimit=4
      dataDir=/data
      clientPort=2181
      admin.enableServer=false
      4lw.commands.whitelist=srvr
      maxClientCnxns=0
      quorumListenOnAllIPs=true
      server.1=10.99.0.1:2888:3888
      server.2=10.99.0.2:2888:3888
      server.3=10.99.0.3:2888:3888
      "
    `);
    expect(pod.environment?.['ZOOKEEPER_ID']).toBe('2');
  });

  test('writes its number when the volume is empty, and leaves the main process to Java', () => {
    expect(pod.entrypoint?.slice(0, 2)).toEqual(['sh', '-c']);
    expect(pod.entrypoint?.[2]).toMatch(/^test -s \/data\/myid \|\| echo "\$ZOOKEEPER_ID" > \/data\/myid; exec java /);
    expect(pod.data?.path).toBe('/data');
    expect(Object.keys(pod.files ?? {}).filter(path => path.startsWith('/data'))).toEqual([]);
  });
});

describe('settings', () => {
  test('have defaults, and words that say what they mean', () => {
    expect(zooKeeper.settings.parse({})).toEqual({ reads: 'sync' });
    expect(() => zooKeeper.settings.parse({ reads: 'majority' })).toThrow();
    expect(() => zooKeeper.settings.parse({ read: 'sync' })).toThrow();
    for (const setting of Object.values(zooKeeper.settings.shape)) expect(setting.description).toMatch(/^[a-z].{20,}/);
  });
});

describe('an ensemble', () => {
  test('is formed when every member leads or follows', async () => {
    expect(await zooKeeper.formed?.(await cluster(serving('follower'), serving('leader')))).toBe(null);
    expect(await zooKeeper.formed?.(await cluster(serving('standalone')))).toBe(null);
    expect(await zooKeeper.formed?.(await cluster(serving('leader'), notServing, ''))).toBe(
      'no leader yet, says n2, n3',
    );
    expect(await zooKeeper.formed?.(await cluster(serving('follower'), serving('follower')))).toBe(
      'every member follows, and none leads',
    );
  });

  test('has the primaries that say so, be it several or none', async () => {
    const primaries = async (...answers: readonly string[]) => await zooKeeper.primaries?.(await cluster(...answers));
    expect(await primaries(serving('follower'), serving('leader'), notServing)).toEqual(['n2']);
    expect(await primaries(serving('leader'), serving('leader'))).toEqual(['n1', 'n2']);
    expect(await primaries(notServing, '')).toEqual([]);
    expect(await primaries(serving('standalone'))).toEqual(['n1']);
  });

  test('has a member that is ready as soon as it answers, also without a leader', async () => {
    const ready = async (answer: string) => {
      const { endpoint, settings, signal } = await cluster(answer);
      return await zooKeeper.ready({ node: 'n1', endpoint: port => endpoint('n1', port), settings, signal });
    };
    expect(await ready(notServing)).toBe(null);
    expect(await ready(serving('follower'))).toBe(null);
    await expect(ready('')).rejects.toThrow('closed the connection without an answer');
  });
});

test('a mode is a line of its own', () => {
  expect([serving('leader'), notServing, 'Mode: leader', 'a Mode: leader'].map(modeIn)).toEqual([
    'leader',
    null,
    'leader',
    null,
  ]);
});

describe('the copy of a member', () => {
  const copy = async (server: ScriptedServer, workload: string) =>
    await zooKeeper.replica?.({
      node: 'n1',
      endpoint: () => server.endpoint,
      settings: { reads: 'sync' },
      signal: new AbortController().signal,
      workload,
    });

  test('is read from itself, without a sync, and the session ends with it', async () => {
    await using server = await ScriptedServer.start({
      turns: [children('key-1', 'zookeeper', 'key-%22x%22'), data(5), data(6)],
    });
    expect(await copy(server, 'lin-kv')).toEqual({ '1': 5, x: 6 });
    expect(server.heard).toEqual(['getChildren /', 'getData /key-1', 'getData /key-%22x%22', 'closeSession']);
    await using other = await ScriptedServer.start({ turns: [children('element-2', 'element-1')] });
    expect(await copy(other, 'g-set')).toEqual({ elements: [2, 1] });
  });

  test('is not known when the member gives no session, or breaks off', async () => {
    await using server = await ScriptedServer.start({ session: 'eof' });
    expect(await copy(server, 'lin-kv')).toBe(null);
    await using breaking = await ScriptedServer.start({ turns: [children('key-1'), 'reset'] });
    expect(await copy(breaking, 'lin-kv')).toBe(null);
  });
});

describe('the wire', () => {
  test('frames arrive whole, however they were cut', () => {
    const bytes = Buffer.concat([frame(text('one')), frame(), frame(int(2))]);
    for (let size = 1; size <= bytes.length; size++) {
      const frames = new Frames();
      const readers: Reader[] = [];
      for (let at = 0; at < bytes.length; at += size) readers.push(...frames.push(bytes.subarray(at, at + size)));
      expect(readers.length).toBe(3);
      expect([readers[0]?.text(), readers[2]?.int()]).toEqual(['one', 2]);
    }
  });

  test('what is no frame, or ends too early, is refused', () => {
    expect(() => new Frames().push(int(-1))).toThrow('a frame of -1 bytes');
    expect(() => new Reader(int(9)).text()).toThrow('9 bytes wanted, and 0 left');
    expect(() => new Reader(int(-5)).text()).toThrow('-5 bytes wanted');
    expect(new Reader(int(-1)).buffer()).toBe(null);
  });
});
