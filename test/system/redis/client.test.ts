import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/time.ts';
import type { Client } from '../../../src/client/client.ts';
import { redisClient } from '../../../src/system/redis/client.ts';
import { openConnection } from '../../../src/system/redis/connection.ts';
import { redisErrors } from '../../../src/system/redis/errors.ts';
import { Route } from '../../../src/system/redis/route.ts';
import { type Asked, outcome, told } from './outcome.ts';
import { type Deed, type Script, type ScriptedServer, scriptedServer } from './scripted-server.ts';

const disposables: AsyncDisposable[] = [];
afterEach(async () => {
  for (const disposable of disposables.splice(0).toReversed()) await disposable[Symbol.asyncDispose]();
});

interface Options {
  readonly workload?: string;
  readonly wait?: number;
  readonly leaves?: boolean;
}

async function served(script: Script, options: Options = {}): Promise<{ client: Client; server: ScriptedServer }> {
  const server = await scriptedServer(script);
  const { workload = 'lin-kv', wait = 0, leaves = false } = options;
  const route = new Route(() => openConnection({ endpoint: server.endpoint, clock: systemClock() }));
  const client = redisClient({
    workload,
    writes: route,
    reads: route,
    wait,
    ...(leaves ? { leaveOnError: route } : {}),
  });
  disposables.push(server, client);
  return { client, server };
}

const read: Asked = { f: 'read', key: 3 };
const write: Asked = { f: 'write', key: 3, value: 5 };
const cas: Asked = { f: 'cas', key: 3, value: [5, 6] };

async function outcomes(deed: Deed, operations: readonly Asked[], options: Options = {}): Promise<readonly string[]> {
  const { client } = await served({ answer: () => deed }, options);
  const result: string[] = [];
  for (const operation of operations) result.push(await outcome(client, operation));
  return result;
}

/** Of what is certain to come. */
const patience = { timeout: 30_000 };

describe('operations', () => {
  test('are one command each', async () => {
    const { client, server } = await served({ answer: () => ':1' });
    for (const operation of [read, write, cas]) await outcome(client, operation);
    const { client: set, server: ofSet } = await served({ answer: () => ':1' }, { workload: 'g-set' });
    await outcome(set, { f: 'add', value: 7 });
    await outcome(set, { f: 'read' });
    expect([...server.heard, ...ofSet.heard]).toEqual([
      '1 GET ordeal:register:3',
      '1 SET ordeal:register:3 5',
      [
        "1 EVAL \nlocal held = redis.call('get', KEYS[1]) or 'null'\nif held ~= ARGV[1] then return 0 end\n",
        "redis.call('set', KEYS[1], ARGV[2])\nreturn 1 1 ordeal:register:3 5 6",
      ].join(''),
      '1 SADD ordeal:set 7',
      '1 SMEMBERS ordeal:set',
    ]);
  });

  test.each([
    [read, '$1\r\n5', 'ok 5'],
    [read, '$-1', 'ok null'],
    [write, '+OK', 'ok'],
    [cas, ':1', 'ok'],
    [cas, ':0', 'fail "refused": the value was not the expected one'],
  ])('%j answered with %j is %s', async (operation, reply, expected) => {
    expect(await outcomes(reply, [operation])).toEqual([expected]);
  });

  test.each([
    [{ f: 'add', value: 7 }, ':1', 'ok'],
    [{ f: 'add', value: 7 }, ':0', 'ok'],
    [{ f: 'read' }, '*2\r\n$1\r\n7\r\n$3\r\n"x"', 'ok [7,"x"]'],
    [{ f: 'read' }, '*0', 'ok []'],
  ])('of the set: %j answered with %j is %s', async (operation, reply, expected) => {
    expect(await outcomes(reply, [operation], { workload: 'g-set' })).toEqual([expected]);
  });

  test('are answered in any number of pieces', async () => {
    const { client } = await served({ answer: () => '*2\r\n$1\r\n7\r\n$2\r\n12\r\n'.split('') }, { workload: 'g-set' });
    expect(await outcome(client, { f: 'read' })).toBe('ok [7,12]');
  });

  test.each([
    ['+OK', 'an unexpected reply: "OK"', [read, cas]],
    [':7', 'an unexpected reply: 7', [read, write, cas]],
    ['*0', 'an unexpected reply: []', [read, write, cas]],
    ['$1\r\nx', 'an unexpected reply: "x"', [read, write, cas]],
  ])('a reply that the command cannot have proves nothing: %j', async (reply, error, operations) => {
    const expected = operations.map(() => `info: ${error}`);
    expect(await outcomes(reply, operations)).toEqual(expected);
  });
});

describe('error replies', () => {
  test('have the outcome that the table says; of a read always fail', async () => {
    const rows: string[] = [];
    for (const { code } of [...redisErrors, { code: 'NEWERROR' }, { code: 'errors' }]) {
      const [written, swapped, seen] = await outcomes(`-${code} words`, [write, cas, read]);
      rows.push(`${code}: ${[written, swapped, seen].map(text => text?.replace(`: ${code} words`, '')).join(' ')}`);
    }
    expect(rows).toEqual([
      'ERR: fail fail fail',
      'READONLY: fail fail fail',
      'LOADING: fail fail fail',
      'MASTERDOWN: fail fail fail',
      'NOREPLICAS: fail fail fail',
      'MISCONF: fail fail fail',
      'OOM: fail fail fail',
      'BUSY: fail fail fail',
      'WRONGTYPE: fail fail fail',
      'EXECABORT: fail fail fail',
      'CLUSTERDOWN: fail fail fail',
      'MOVED: fail fail fail',
      'ASK: fail fail fail',
      'TRYAGAIN: fail fail fail',
      'CROSSSLOT: fail fail fail',
      'NOSCRIPT: fail fail fail',
      'NOAUTH: fail fail fail',
      'WRONGPASS: fail fail fail',
      'NOPERM: fail fail fail',
      'DENIED: fail fail fail',
      'UNBLOCKED: info info fail',
      'IOERR: info info fail',
      'NEWERROR: info info fail',
      'errors: info info fail',
    ]);
  });

  test.each([
    "READONLY You can't write against a read only replica.",
    "READONLY You can't write against a read only replica. script: d5e3, on @user_script:4.",
    'MOVED 5798 10.0.0.2:6379',
    'CLUSTERDOWN The cluster is down',
    'NOREPLICAS Not enough good replicas to write.',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'MISCONF Errors writing to the AOF file: No space left on device',
    'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
    'LOADING Redis is loading the dataset in memory',
    'WRONGTYPE Operation against a key holding the wrong kind of value',
    'EXECABORT Transaction discarded because of previous errors.',
    "ERR unknown command 'FOO', with args beginning with: ",
    'ERR max number of clients reached',
  ])('as the server words it, a write has failed: %s', async text => {
    expect(await outcomes(`-${text}`, [write])).toEqual([`fail: ${text}`]);
  });

  test('leave the connection as it is, unless they may mean that somebody else is the primary', async () => {
    const readonly: Script = { answer: () => '-READONLY no' };
    const stays = await served(readonly);
    const leaves = await served(readonly, { leaves: true });
    for (const { client } of [stays, leaves]) for (const operation of [write, write]) await outcome(client, operation);
    expect(stays.server.heard).toEqual(['1 SET ordeal:register:3 5', '1 SET ordeal:register:3 5']);
    expect(leaves.server.heard).toEqual(['1 SET ordeal:register:3 5', '2 SET ordeal:register:3 5']);
  });
});

describe('a connection that is lost', () => {
  test.each([
    ['close', 'closed by the server (EOF)'],
    ['reset', 'connection lost (ECONNRESET)'],
    ['what is this\r\n', 'not RESP2: "what is this"'],
    [['$5\r\n1'], 'closed by the client'],
    ['hang', 'closed by the client'],
  ] as const)('by %j while an answer is awaited: info for a write, fail for a read', async (deed, reason) => {
    const ends: string[] = [];
    for (const operation of [write, cas, read]) {
      const { client, server } = await served({ answer: () => deed });
      const end = told(
        client.invoke({ key: null, value: null, ...operation }, { signal: new AbortController().signal }),
      );
      await expect.poll(() => server.heard.length, patience).toBe(1);
      if (reason === 'closed by the client') await client[Symbol.asyncDispose]();
      ends.push(await end);
    }
    expect(ends).toEqual([`info: ${reason}`, `info: ${reason}`, `fail: ${reason}`]);
  });

  test('between two operations is opened anew before the next, and nothing is sent twice', async () => {
    const { client, server } = await served({ answer: () => '+OK' });
    expect(await outcome(client, write)).toBe('ok');
    await server.hangUp();
    expect(await outcome(client, { ...write, value: 6 })).toBe('ok');
    expect(server.heard).toEqual(['1 SET ordeal:register:3 5', '2 SET ordeal:register:3 6']);
  });

  test('to a server that is gone: the next operation has certainly failed', async () => {
    const { client, server } = await served({ answer: () => '+OK' });
    expect(await outcome(client, write)).toBe('ok');
    await server.hangUp();
    await server.stop();
    expect(await outcome(client, write)).toBe('fail: could not connect: 127.0.0.1: ECONNREFUSED');
  });

  test('a client that was closed asks nobody any more', async () => {
    const { client, server } = await served({ answer: () => '+OK' });
    await client[Symbol.asyncDispose]();
    expect(await outcome(client, write)).toBe('fail: could not connect: closed by the client');
    expect(server.heard).toEqual([]);
  });
});

describe('a write that replicas must confirm', () => {
  const confirming = (reply: Deed): Script => ({ answer: ([name]) => (name === 'WAIT' ? reply : ':1') });

  test.each([
    [':1', 'ok'],
    [':2', 'ok'],
    [':0', 'info: written, and not confirmed: 0 of 1 replicas within 500 ms'],
    ['-UNBLOCKED force unblock', 'info: written, and not confirmed: UNBLOCKED force unblock'],
    ['-ERR WAIT cannot be used', 'info: written, and not confirmed: ERR WAIT cannot be used'],
    ['close', 'info: written, and not confirmed: closed by the server (EOF)'],
    ['reset', 'info: written, and not confirmed: connection lost (ECONNRESET)'],
  ] as const)('and WAIT is answered with %j: %s', async (reply, expected) => {
    const { client, server } = await served(confirming(reply), { workload: 'g-set', wait: 1 });
    expect(await outcome(client, { f: 'add', value: 7 })).toBe(expected);
    expect(server.heard).toEqual(['1 SADD ordeal:set 7', '1 WAIT 1 500']);
  });

  test('is not waited for when nothing was written', async () => {
    const script: Script = { answer: ([name]) => (name === 'EVAL' ? ':0' : name === 'GET' ? '$-1' : '-READONLY no') };
    const { client, server } = await served(script, { wait: 1 });
    expect(await outcome(client, cas)).toBe('fail "refused": the value was not the expected one');
    expect(await outcome(client, read)).toBe('ok null');
    expect(await outcome(client, write)).toBe('fail: READONLY no');
    expect(server.heard.filter(command => command.includes('WAIT'))).toEqual([]);
  });
});
