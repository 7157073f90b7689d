/**
 * A described system as a description: what each node is made of, whose ports are asked, and who is a client of it.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Random } from '../../src/base/random.ts';
import { systemClock } from '../../src/base/time.ts';
import type { Client } from '../../src/client/client.ts';
import type { ClientPipe } from '../../src/runtime/processes/client-processes.ts';
import { type DescribedSystem, describedSystem } from '../../src/system/described.ts';
import type { ConnectContext, DockerDescription, NodeContext } from '../../src/system/docker.ts';
import { fillText, misspeltPlaceholder } from '../../src/system/placeholders.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

const nodes = [1, 2, 3].map(number => ({
  name: `n${number}`,
  address: `10.0.0.${number}`,
  peerAddress: `10.9.0.${number}`,
}));
const first = nodes[0] as (typeof nodes)[number];
const silent: Client = {
  invoke: async () => ({ type: 'ok' }),
  [Symbol.asyncDispose]: async () => undefined,
};

/** A built-in system that says which ports it was asked for. */
function builtIn(asked: (string | number)[]): DockerDescription {
  return {
    name: 'store',
    summary: '',
    settings: z.object({ reads: z.string().default('local') }),
    defaults: () => ({ workload: 'g-set', nemesis: ['none'], operationTimeoutMs: 3000 }),
    workloads: () => ['g-set'],
    pod: () => ({ image: { name: 'store:1' }, ports: [7000, 7001] }),
    async ready({ endpoint }) {
      asked.push(`ready ${endpoint(7001).port}`);
      return null;
    },
    formed: async () => 'never',
    async connect({ endpoint, node }) {
      asked.push(`connect ${endpoint(node, 7000).port}`);
      return silent;
    },
    async primaries({ endpoint }) {
      asked.push(`primaries ${endpoint('n2', 7001).port}`);
      return [];
    },
  };
}

function describedWith(described: Partial<DescribedSystem>, asked: (string | number)[] = []): DockerDescription {
  return describedSystem(
    {
      name: 'mine',
      bugs: [],
      described: {
        pods: { form: 'alike', count: 3, pod: { image: { name: 'a' }, ports: [80] } },
        client: { type: 'built-in', system: 'store', ports: [] },
        workloads: [],
        ...described,
      },
    },
    { builtIns: [builtIn(asked)], clock: systemClock() },
  );
}

const context = (port?: number): ConnectContext<Record<string, unknown>> & NodeContext<Record<string, unknown>> => ({
  node: 'n1',
  nodes: ['n1', 'n2', 'n3'],
  process: 4,
  workload: 'g-set',
  random: Random.fromSeed('1'),
  settings: {},
  signal: new AbortController().signal,
  nodeAt: () => null,
  spawn: () => {
    throw new Error('not here');
  },
  endpoint: (...asked: readonly (string | number)[]) => ({
    host: '127.0.0.1',
    port: port ?? (asked.at(-1) as number),
    proxied: false,
  }),
});

describe('the client of a built-in system', () => {
  test.each([
    ['its own ports when none were given', [], ['ready 7001', 'connect 7000', 'primaries 7001']],
    ['the given ports in the place of its own', [1, 2], ['ready 2', 'connect 1', 'primaries 2']],
    ['its own where they were given, in any order', [7001, 7000], ['ready 7001', 'connect 7000', 'primaries 7001']],
  ])('asks %s', async (_, ports, expected) => {
    const asked: string[] = [];
    const description = describedWith({ client: { type: 'built-in', system: 'store', ports } }, asked);
    await description.ready(context());
    await description.connect(context());
    await description.primaries?.(context());
    expect(asked).toEqual(expected);
  });

  test('brings settings, workloads and patience, and the ports that it needs; but nothing is asked of a cluster', () => {
    const description = describedWith({ client: { type: 'built-in', system: 'store', ports: [1, 2] } });
    const random = Random.fromSeed('1');
    expect(Object.keys(description.settings.shape)).toEqual(['reads']);
    expect(description.workloads({})).toEqual(['g-set']);
    expect(description.defaults({})).toEqual({
      workload: 'g-set',
      nemesis: ['partition-random-halves'],
      nodes: 3,
      operationTimeoutMs: 3000,
    });
    expect(description.pod({ node: first, nodes, settings: {}, workload: 'g-set', random }).ports).toEqual([80, 1, 2]);
    expect(description.formed).toBeUndefined();
  });

  test('is not asked whether a node is ready when only some of its ports were given', async () => {
    const asked: string[] = [];
    const port = await listening();
    const description = describedWith({ client: { type: 'built-in', system: 'store', ports: [port] } }, asked);
    expect(await description.ready(context())).toBeNull();
    expect(asked).toEqual([]);
  });
});

async function listening(status = 200): Promise<number> {
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/health' ? status : 404).end('{}');
  });
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

describe('a node that nothing is known of is ready', () => {
  const http = (port: number): DescribedSystem['client'] => ({
    type: 'http',
    http: {
      port,
      headers: {},
      functions: { read: { method: 'GET', path: '/health', outcomes: [{ outcome: 'ok', status: [200], value: '$' }] } },
    },
  });

  test('when its port listens; behind a proxy, which always listens, when it answers anything over HTTP', async () => {
    const port = await listening(500);
    const description = describedWith({ client: http(port) });
    const proxied = { ...context(), endpoint: () => ({ host: '127.0.0.1', port, proxied: true }) };
    expect(await description.ready(context())).toBeNull();
    expect(await description.ready(proxied)).toBeNull();
    for (const server of servers.splice(0)) {
      server.removeAllListeners('request');
      server.on('connection', socket => socket.destroy());
      servers.push(server);
    }
    expect(await description.ready(context())).toBeNull();
    expect(await description.ready(proxied)).toContain('(where to ask instead is said with ready: /path)');
  });

  test('when it answers what was asked for, and until then the sentence says what it answered', async () => {
    const port = await listening(503);
    const ready = { type: 'http', port, path: '/health', status: [200] } as const;
    expect(await describedWith({ client: http(port), ready }).ready(context())).toBe(
      `http://127.0.0.1:${port}/health answers with status 503, not 200`,
    );
    expect(await describedWith({ client: http(port), ready: { ...ready, status: [503] } }).ready(context())).toBeNull();
  });

  test('when the port that was named listens', async () => {
    const port = await listening();
    const ready = { type: 'tcp', port } as const;
    const description = describedWith({ client: http(port), ready });
    expect(await description.ready(context())).toBeNull();
    for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve));
    expect(await description.ready(context())).toContain(`nothing listens on 127.0.0.1:${port} yet: `);
  });

  test('a client over HTTP talks to its node', async () => {
    const port = await listening();
    await using client = await describedWith({ client: http(port) }).connect(context());
    const signal = new AbortController().signal;
    expect(await client.invoke({ f: 'read', key: 1, value: null }, { signal })).toEqual({ type: 'ok', value: {} });
  });
});

test('a client that is a programme is told its node, its ports and the workload', async () => {
  const written: string[] = [];
  const started: unknown[] = [];
  const pipe: ClientPipe = {
    write: line => void written.push(line),
    lines: (async function* () {
      yield '{"type":"ready"}';
      yield '{"type":"ok","id":1,"value":7}';
    })(),
    [Symbol.asyncDispose]: async () => undefined,
  };
  const description = describedWith({ client: { type: 'command', command: ['node', 'c.js'] }, workloads: ['g-set'] });
  await using client = await description.connect({
    ...context(),
    spawn(...asked) {
      started.push(asked);
      return pipe;
    },
  });
  expect(client).toBeDefined();
  expect(started).toEqual([['client-4', ['node', 'c.js']]]);
  expect(JSON.parse(written[0] ?? '')).toEqual({
    type: 'hello',
    ordeal: 1,
    process: 4,
    node: 'n1',
    workload: 'g-set',
    endpoints: { 80: '127.0.0.1:80' },
  });
});

test('the nodes of a compose file are taken as they stand', () => {
  const pod = { image: { name: 'a' }, command: ['{node}'], ports: [80] };
  const description = describedWith({
    pods: { form: 'each', pods: { n1: pod } },
    client: { type: 'command', command: ['x'] },
    workloads: ['lin-kv'],
  });
  const random = Random.fromSeed('1');
  const make = (node: (typeof nodes)[number]) =>
    description.pod({ node, nodes, settings: {}, workload: 'lin-kv', random });
  expect(make(first)).toEqual(pod);
  expect(() => make({ ...first, name: 'other' })).toThrow('no node other');
  expect(description.defaults({})).toEqual({ workload: 'lin-kv', nemesis: ['kill-one'], nodes: 1 });
});

describe('placeholders', () => {
  const node = nodes[1] as (typeof nodes)[number];

  test.each([
    ['{node} {index} {address} {peer}', 'n2 2 10.0.0.2 10.9.0.2'],
    [
      '--peers={nodes:{node}=http://{peer}:7000,;}',
      '--peers=n1=http://10.9.0.1:7000;n2=http://10.9.0.2:7000;n3=http://10.9.0.3:7000',
    ],
    ['{nodes:{address}}', '10.0.0.1,10.0.0.2,10.0.0.3'],
    ['{nodes:server.{index}={peer}:1:2, }', 'server.1=10.9.0.1:1:2 server.2=10.9.0.2:1:2 server.3=10.9.0.3:1:2'],
    ['{nodes:x,} of {node}', 'xxx of n2'],
    ['${node} {other} {"a": {}}', '${node} {other} {"a": {}}'],
  ])('%s', (text, expected) => {
    expect(fillText(text, { node, nodes })).toBe(expected);
  });

  test('one in the whole pod is filled in', () => {
    const description = describedWith({
      pods: {
        form: 'alike',
        count: 3,
        pod: {
          image: { name: 'a' },
          command: ['{node}'],
          entrypoint: ['{index}'],
          environment: { A: '{peer}' },
          files: { '/x': '{address}' },
          ports: [],
        },
      },
      client: { type: 'command', command: ['x'] },
    });
    const random = Random.fromSeed('1');
    expect(description.pod({ node, nodes, settings: {}, workload: '', random })).toEqual({
      image: { name: 'a' },
      command: ['n2'],
      entrypoint: ['2'],
      environment: { A: '10.9.0.2' },
      files: { '/x': '10.0.0.2' },
      ports: [],
    });
  });

  test.each([
    ['{adress}', '{address}'],
    ['{nodes}', '{nodes:{address},,}'],
    ['{node:{peer}}', '{node}'],
  ])('%s looks misspelt', (text, meant) => {
    expect(misspeltPlaceholder(text)?.meant).toBe(meant);
  });

  test.each(['{node}', '{nodes:{peer}}', '${adress}', '{ print $1; }', '{"name": 1}', '{names}'])(
    '%s does not',
    text => {
      expect(misspeltPlaceholder(text)).toBeNull();
    },
  );
});
