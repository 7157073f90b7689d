import { afterEach, describe, expect, test } from 'vitest';
import { present } from '../../../src/base/assert.ts';
import { Random } from '../../../src/base/random.ts';
import { leadersOf, type ProbeOptions } from '../../../src/system/redis/probe.ts';
import { redisSentinel } from '../../../src/system/redis/redis-sentinel.ts';
import { outcome } from './outcome.ts';
import { encodeReply } from './replies.ts';
import { type Deed, type ScriptedServer, scriptedServer } from './scripted-server.ts';
import { clusterContext, connect } from './setting.ts';

const running: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});

async function serve(answer: (command: readonly string[]) => Deed): Promise<ScriptedServer> {
  const server = await scriptedServer({ answer });
  running.push(server);
  return server;
}

interface Told {
  primary: string;
  slaves?: string;
  sentinels?: string;
  flags?: string;
}

/** A sentinel that says what it is told to. */
function sentinel(told: Told): Promise<ScriptedServer> {
  return serve(command => {
    if (command.join(' ') === 'SENTINEL GET-MASTER-ADDR-BY-NAME m') return encodeReply([told.primary, '6379']);
    const { slaves = '2', sentinels = '2', flags = 'master' } = told;
    const fields = ['name', 'm', 'flags', flags, 'num-slaves', slaves, 'num-other-sentinels', sentinels];
    return encodeReply(fields);
  });
}

/** A server that keeps a set, and says what it takes itself for. */
function store(role: { role: 'master' | 'slave'; online?: number }): Promise<ScriptedServer> {
  const elements = new Set<string>();
  return serve(([name, , element = '']) => {
    if (name === 'ROLE') return encodeReply([role.role, 17, []]);
    if (name === 'INFO') return encodeReply(replicationInfo(role.role, role.online ?? 2));
    if (name === 'WAIT') return ':1';
    if (name === 'SMEMBERS') return encodeReply([...elements]);
    if (role.role === 'slave') return '-READONLY no';
    elements.add(element);
    return ':1';
  });
}

function replicationInfo(role: string, online: number): string {
  const states = ['online', 'online', 'online'].fill('wait_bgsave', online).slice(0, 2);
  const lines = states.map((state, index) => `slave${index}:ip=10.0.0.${index + 2},port=6379,state=${state},offset=9`);
  return ['# Replication', `role:${role}`, 'connected_slaves:2', ...lines, ''].join('\r\n');
}

async function cluster(told: Told = { primary: '10.0.0.1' }) {
  const servers = {
    'n1:26379': await sentinel(told),
    'n2:26379': await sentinel(told),
    'n3:26379': await sentinel(told),
    'n1:6379': await store({ role: 'master' }),
    'n2:6379': await store({ role: 'slave' }),
    'n3:6379': await store({ role: 'slave' }),
  };
  return { servers };
}

function pod(index: number, given: Record<string, string> = {}, count = 3) {
  const nodes = Array.from({ length: count }, (_, member) => ({
    name: `n${member + 1}`,
    address: `10.0.0.${member + 1}`,
    peerAddress: `10.9.0.${member + 1}`,
  }));
  const node = nodes[index];
  if (node === undefined) throw new Error('no such node');
  const settings = redisSentinel.settings.parse(given);
  return redisSentinel.pod({ node, nodes, settings, workload: 'g-set', random: Random.fromSeed(1) });
}

describe('the pods', () => {
  test('of a replica: it follows the first node, by the addresses of the members', () => {
    const { image, beside, files, ...rest } = pod(1);
    expect(rest).toEqual({
      entrypoint: ['redis-server'],
      command: ['/ordeal/redis.conf'],
      ports: [6379, 26379],
      data: { path: '/data' },
    });
    expect(files?.['/ordeal/redis.conf']?.split('\n')).toEqual([
      'port 6379',
      'bind 0.0.0.0',
      'protected-mode no',
      'dir /data',
      'save ""',
      'appendonly yes',
      'appendfsync always',
      'replica-announce-ip 10.9.0.2',
      'repl-diskless-sync-delay 0',
      'replicaof 10.9.0.1 6379',
      '',
    ]);
    const beyond = beside?.['sentinel'];
    expect(beyond?.image).toEqual(image);
    expect(beyond?.entrypoint).toEqual(['sh', '/ordeal/start-sentinel.sh']);
    expect(beyond?.command).toEqual(['/ordeal/sentinel.conf', '10.9.0.1', '6379', '2']);
    expect(beyond?.files?.['/ordeal/sentinel.conf']?.split('\n')).toEqual([
      'port 26379',
      'bind 0.0.0.0',
      'protected-mode no',
      'dir /tmp',
      'sentinel announce-ip 10.9.0.2',
      'sentinel monitor m 10.9.0.1 6379 2',
      'sentinel down-after-milliseconds m 1000',
      'sentinel failover-timeout m 3000',
      '',
    ]);
  });

  test('of the first node: it follows nobody', () => {
    expect(pod(0).files?.['/ordeal/redis.conf']).not.toContain('replicaof');
  });

  test('of five: three sentinels must agree', () => {
    const beside = pod(4, {}, 5).beside?.['sentinel'];
    expect(beside?.files?.['/ordeal/sentinel.conf']).toContain('sentinel monitor m 10.9.0.1 6379 3\n');
    expect(beside?.command?.at(-1)).toBe('4');
  });

  test('of a primary that wants replicas', () => {
    const text = pod(0, { 'min-replicas': '1' }).files?.['/ordeal/redis.conf'];
    expect(text).toContain('min-replicas-to-write 1\nmin-replicas-max-lag 1\n');
    expect(pod(0).files?.['/ordeal/redis.conf']).not.toContain('min-replicas');
  });

  test('of two: there would be no majority', () => {
    expect(() => pod(0, {}, 2)).toThrow('redis-sentinel needs 3 nodes, and 2 were asked for');
  });
});

describe('the cluster has formed', () => {
  async function formed(told: Partial<Told> = {}, online = 2) {
    const { servers } = await cluster({ primary: '10.0.0.1', ...told });
    const primary = await store({ role: 'master', online });
    return await redisSentinel.formed?.(clusterContext(redisSentinel, { servers: { ...servers, 'n1:6379': primary } }));
  }

  test('when every sentinel knows everybody, and the primary has its replicas', async () => {
    expect(await formed()).toBeNull();
  });

  test.each([
    [{ slaves: '1' }, 'the sentinel of n1: num-slaves is 1 and not 2'],
    [{ sentinels: '0' }, 'the sentinel of n1: num-other-sentinels is 0 and not 2'],
    [{ flags: 'master,s_down' }, 'the sentinel of n1: flags is master,s_down and not master'],
    [{ primary: '10.0.0.9' }, 'the sentinels name different primaries: a stranger, a stranger, a stranger'],
    [{ primary: '10.0.0.2' }, 'n2 is not the primary'],
  ])('not yet, when a sentinel says %j: %s', async (told, sentence) => {
    expect(await formed(told)).toBe(sentence);
  });

  test('not yet, when a replica still gets its first copy', async () => {
    expect(await formed({}, 1)).toBe('n1 has 1 of 2 replicas');
  });

  test('not yet, when sentinels disagree', async () => {
    const { servers } = await cluster();
    const disagreeing = { ...servers, 'n3:26379': await sentinel({ primary: '10.0.0.2' }) };
    expect(await redisSentinel.formed?.(clusterContext(redisSentinel, { servers: disagreeing }))).toBe(
      'the sentinels name different primaries: n1, n1, n2',
    );
  });
});

describe('the primaries', () => {
  test('are all who say so: after a failover two', async () => {
    const { servers } = await cluster();
    const two = { ...servers, 'n3:6379': await store({ role: 'master' }) };
    expect(await redisSentinel.primaries?.(clusterContext(redisSentinel, { servers: two }))).toEqual(['n1', 'n3']);
  });

  test('are those who answer; who is silent, or gone, is left out', async () => {
    const silent = await serve(() => 'hang');
    const master = await store({ role: 'master' });
    const gone = await serve(() => 'hang');
    await gone.stop();
    const { signal } = new AbortController();
    const asked: Readonly<Record<string, ProbeOptions>> = {
      n1: { endpoint: silent.endpoint, signal, deadlineMs: 50 },
      n2: { endpoint: master.endpoint, signal, deadlineMs: 30_000 },
      n3: { endpoint: gone.endpoint, signal, deadlineMs: 30_000 },
    };
    expect(await leadersOf(['n1', 'n2', 'n3'], node => present(asked[node]))).toEqual(['n2']);
  });
});

describe('a client', () => {
  test('asks the sentinel of its own node who is the primary, and talks to that one', async () => {
    const { servers } = await cluster();
    await using client = await connect(redisSentinel, { servers, node: 'n3' });
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('ok');
    expect(await outcome(client, { f: 'read' })).toBe('ok [7]');
    expect(servers['n1:6379'].heard).toEqual(['1 SADD ordeal:set 7', '1 SMEMBERS ordeal:set']);
    expect(servers['n3:26379'].heard).toEqual(['1 SENTINEL GET-MASTER-ADDR-BY-NAME m']);
    expect([...servers['n1:26379'].heard, ...servers['n3:6379'].heard]).toEqual([]);
  });

  test('stays with a primary that answers, whatever the sentinels say meanwhile', async () => {
    const told = { primary: '10.0.0.1' };
    const { servers } = await cluster(told);
    await using client = await connect(redisSentinel, { servers });
    told.primary = '10.0.0.2';
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('ok');
    expect(servers['n2:6379'].heard).toEqual([]);
  });

  test('asks again after an error, before its next operation', async () => {
    const told = { primary: '10.0.0.2' };
    const { servers } = await cluster(told);
    await using client = await connect(redisSentinel, { servers });
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('fail: READONLY no');
    told.primary = '10.0.0.1';
    expect(await outcome(client, { f: 'add', value: 8 })).toBe('ok');
    expect(servers['n1:6379'].heard).toEqual(['1 SADD ordeal:set 8']);
  });

  test('asks again when it was hung up on, as a primary does that becomes a replica', async () => {
    const told = { primary: '10.0.0.1' };
    const { servers } = await cluster(told);
    const other = { ...servers, 'n2:6379': await store({ role: 'master' }) };
    await using client = await connect(redisSentinel, { servers: other });
    told.primary = '10.0.0.2';
    await servers['n1:6379'].hangUp();
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('ok');
    expect(other['n2:6379'].heard).toEqual(['1 SADD ordeal:set 7']);
  });

  test('cannot connect when its sentinel names a stranger, nobody, or a primary that is gone', async () => {
    const { servers } = await cluster();
    const named = async (answer: string): Promise<string> => {
      const asked = { 'n1:6379': servers['n1:6379'], 'n1:26379': await serve(() => answer) };
      return await connect(redisSentinel, { servers: asked }).then(
        () => 'connected',
        (error: unknown) => (error as Error).message,
      );
    };
    expect(await named(encodeReply(['10.0.0.9', '6379']))).toBe(
      'the sentinel of n1 names 10.0.0.9, which is no member',
    );
    expect(await named('*-1')).toBe('the sentinel knows no primary: null');
    expect(await named('-ERR No such master with that name')).toBe(
      'the sentinel knows no primary: ERR No such master with that name',
    );
    expect(await named(encodeReply(['10.0.0.2', '6379']))).toBe('127.0.0.1:1: ECONNREFUSED');
  });

  test('that reads from replicas reads from its own node, and needs no primary for that', async () => {
    const { servers } = await cluster();
    const settings = { reads: 'replica' };
    await using client = await connect(redisSentinel, { servers, node: 'n2', settings });
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('ok');
    expect(await outcome(client, { f: 'read' })).toBe('ok []');
    const alone = { 'n2:6379': servers['n2:6379'] };
    await using cutOff = await connect(redisSentinel, { servers: alone, node: 'n2', settings });
    expect(await outcome(cutOff, { f: 'read' })).toBe('ok []');
    expect(await outcome(cutOff, { f: 'add', value: 8 })).toBe('fail: could not connect: 127.0.0.1: ECONNREFUSED');
  });

  test('has its writes confirmed when it is told to', async () => {
    const { servers } = await cluster();
    await using client = await connect(redisSentinel, { servers, settings: { wait: '1' } });
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('ok');
    expect(servers['n1:6379'].heard).toEqual(['1 SADD ordeal:set 7', '1 WAIT 1 500']);
  });
});
