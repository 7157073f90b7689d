import { afterEach, describe, expect, test } from 'vitest';
import { OrdealError } from '../../../src/base/errors.ts';
import { Random } from '../../../src/base/random.ts';
import { redis } from '../../../src/system/redis/redis.ts';
import { outcome } from './outcome.ts';
import { type Deed, type ScriptedServer, scriptedServer } from './scripted-server.ts';
import { connect, nodeContext } from './setting.ts';

const servers: ScriptedServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

async function single(answer: (command: readonly string[]) => Deed) {
  const server = await scriptedServer({ answer });
  servers.push(server);
  return { server, around: { servers: { 'n1:6379': server }, nodes: ['n1'] } };
}

function pod(given: Record<string, string> = {}, count = 1) {
  const nodes = Array.from({ length: count }, (_, index) => ({
    name: `n${index + 1}`,
    address: `10.0.0.${index + 1}`,
    peerAddress: `10.9.0.${index + 1}`,
  }));
  const [node] = nodes;
  if (node === undefined) throw new Error('no node');
  return redis.pod({
    node,
    nodes,
    settings: redis.settings.parse(given),
    workload: 'g-set',
    random: Random.fromSeed(1),
  });
}

describe('the pod', () => {
  test('is a server without a shell around it, whose data outlives it', () => {
    const { image, ...rest } = pod();
    expect(rest).toEqual({
      entrypoint: ['redis-server'],
      command: [
        ...['--port', '6379', '--bind', '0.0.0.0', '--protected-mode', 'no', '--dir', '/data'],
        ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
      ],
      ports: [6379],
      data: { path: '/data' },
    });
    expect(image.build?.directory).toMatch(/\/src\/system\/redis\/image$/);
  });

  test.each([
    ['aof-everysec', '--save  --appendonly yes --appendfsync everysec'],
    ['snapshot', '--save 3600 1 --save 300 100 --save 60 10000 --appendonly no'],
    ['none', '--save  --appendonly no'],
  ])('keeps data as it is told: %s', (persistence, expected) => {
    expect(pod({ persistence }).command?.slice(8).join(' ')).toBe(expected);
  });

  test('takes another image as it is', () => {
    expect(pod({ image: 'redis:7' }).image).toEqual({ name: 'redis:7' });
  });

  test('is one: several would be as many stores that know nothing of each other', () => {
    expect(() => pod({}, 3)).toThrow(OrdealError);
    expect(() => pod({}, 3)).toThrow('redis is a single server, and 3 nodes were asked for');
  });

  test('knows its settings, and no others', () => {
    expect(redis.settings.safeParse({ persistence: 'some' }).success).toBe(false);
    expect(redis.settings.safeParse({ reads: 'primary' }).success).toBe(false);
  });
});

describe('a server', () => {
  test.each([
    ['+PONG', null],
    [
      '-LOADING Redis is loading the dataset in memory',
      'n1 is still reading its data (LOADING Redis is loading the dataset in memory)',
    ],
    ['-DENIED protected', 'n1: DENIED protected'],
    ['+HELLO', 'n1 answered PING with "HELLO"'],
  ])('that answers PING with %j is ready: %s', async (reply, expected) => {
    const { around } = await single(() => reply);
    expect(await redis.ready(nodeContext(redis, around))).toBe(expected);
  });

  test('that is not there is not ready', async () => {
    await expect(redis.ready(nodeContext(redis, { servers: {}, nodes: ['n1'] }))).rejects.toThrow('ECONNREFUSED');
  });

  test('is asked on a connection that is closed afterwards', async () => {
    const { server, around } = await single(() => '+PONG');
    await redis.ready(nodeContext(redis, around));
    await server.hungUp();
  });

  test('is connected to at once, so that nothing is sent to one that is not there', async () => {
    await expect(connect(redis, { servers: {}, nodes: ['n1'] })).rejects.toThrow('ECONNREFUSED');
  });

  test('has one connection for reads and writes', async () => {
    const { server, around } = await single(([name]) => (name === 'SADD' ? ':1' : '*1\r\n$1\r\n7'));
    await using client = await connect(redis, around);
    expect(await outcome(client, { f: 'add', value: 7 })).toBe('ok');
    expect(await outcome(client, { f: 'read' })).toBe('ok [7]');
    expect(server.heard).toEqual(['1 SADD ordeal:set 7', '1 SMEMBERS ordeal:set']);
  });
});

describe('the copy that a server holds', () => {
  test('is the set', async () => {
    const { around } = await single(() => '*2\r\n$1\r\n7\r\n$1\r\n8');
    expect(await redis.replica?.(nodeContext(redis, around))).toEqual({ 'ordeal:set': [7, 8] });
  });

  test('is every register by its key, but those that are gone meanwhile', async () => {
    const keys = '*3\r\n$18\r\nordeal:register:10\r\n$17\r\nordeal:register:2\r\n$17\r\nordeal:register:3';
    const { server, around } = await single(([name]) => (name === 'KEYS' ? keys : '*3\r\n$1\r\n5\r\n$-1\r\n$1\r\n6'));
    expect(await redis.replica?.(nodeContext(redis, { ...around, workload: 'lin-kv' }))).toEqual({ 3: 6, 10: 5 });
    expect(server.heard[1]).toBe('1 MGET ordeal:register:10 ordeal:register:2 ordeal:register:3');
  });

  test('is empty when nothing was ever written', async () => {
    const { around } = await single(() => '*0');
    expect(await redis.replica?.(nodeContext(redis, { ...around, workload: 'lin-kv' }))).toEqual({});
  });

  test.each(['-LOADING wait', 'close', 'reset', '+OK'])('is not known when it is answered with %j', async deed => {
    const { around } = await single(() => deed);
    for (const workload of ['g-set', 'lin-kv']) {
      expect(await redis.replica?.(nodeContext(redis, { ...around, workload }))).toBeNull();
    }
  });
});
