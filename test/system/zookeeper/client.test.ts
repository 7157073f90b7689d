/**
 * How what a server does becomes an outcome: every row of the table of errors, and every way in which a connection ends.
 */
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/time.ts';
import { DefiniteError } from '../../../src/client/client.ts';
import { workloads } from '../../../src/generator/workloads/catalogue.ts';
import type { Completion, Invocation } from '../../../src/history/event.ts';
import { type Reads, zooKeeperClient, zooKeeperWorkloads } from '../../../src/system/zookeeper/client.ts';
import { showError, zooKeeperError, zooKeeperErrors } from '../../../src/system/zookeeper/errors.ts';
import { openSession } from '../../../src/system/zookeeper/session.ts';
import { FakeClock, settled } from '../../fake-clock.ts';
import { children, data, done, type Script, ScriptedServer, type Turn } from './scripted-server.ts';

const clock = systemClock();
const context = { signal: new AbortController().signal };
const read: Invocation = { f: 'read', key: 1, value: null };
const write: Invocation = { f: 'write', key: 1, value: 5 };
const cas: Invocation = { f: 'cas', key: 1, value: [4, 5] };
const noNode: Turn = { error: -101 };
const nodeExists: Turn = { error: -110 };
const badVersion: Turn = { error: -103 };

interface Asked {
  /** `ok 5`, `fail: BADVERSION (-103)`, `info: closed by the server (EOF)` */
  readonly outcome: string;
  readonly heard: readonly string[];
}

async function ask(
  invocation: Invocation,
  turns: readonly Turn[],
  { reads = 'local', workload = 'lin-kv' }: { readonly reads?: Reads; readonly workload?: string } = {},
): Promise<Asked> {
  await using server = await ScriptedServer.start({ turns });
  await using client = zooKeeperClient({
    session: await openSession({ endpoint: server.endpoint, clock }),
    workload,
    reads,
  });
  return { outcome: await outcomeOf(client.invoke(invocation, context)), heard: [...server.heard] };
}

/** As the runner records it. */
async function outcomeOf(answer: Promise<Completion>): Promise<string> {
  try {
    const { type, value, error } = await answer;
    return [type, ...(value === undefined ? [] : [JSON.stringify(value)]), ...(error ? [`(${error})`] : [])].join(' ');
  } catch (error) {
    return `${error instanceof DefiniteError ? 'fail' : 'info'}: ${(error as Error).message}`;
  }
}

describe('an operation on a key', () => {
  test('reads what is there, and null where nothing is', async () => {
    expect(await ask(read, [data(5)])).toEqual({ outcome: 'ok 5', heard: ['getData /key-1'] });
    expect(await ask(read, [noNode])).toEqual({ outcome: 'ok null', heard: ['getData /key-1'] });
  });

  test('lets the member catch up before it reads, and before the read of a cas', async () => {
    const reads = 'sync';
    expect(await ask(read, [done, data(5)], { reads })).toEqual({
      outcome: 'ok 5',
      heard: ['sync /', 'getData /key-1'],
    });
    expect((await ask(cas, [done, data(4), done], { reads })).heard).toEqual([
      'sync /',
      'getData /key-1',
      'setData /key-1',
    ]);
    expect((await ask(write, [done], { reads })).heard).toEqual(['setData /key-1']);
  });

  test('takes part in a write before it reads, when a quorum is wanted', async () => {
    const reads = 'quorum';
    expect(await ask(read, [done, data(5)], { reads })).toEqual({
      outcome: 'ok 5',
      heard: ['setData /', 'getData /key-1'],
    });
    expect((await ask(read, [{ error: -122 }], { reads })).outcome).toBe('fail: REQUESTTIMEOUT (-122)');
    expect((await ask(cas, [done, data(4), done], { reads })).heard).toEqual([
      'setData /',
      'getData /key-1',
      'setData /key-1',
    ]);
  });

  test('writes, and creates what is not there', async () => {
    expect(await ask(write, [done])).toEqual({ outcome: 'ok', heard: ['setData /key-1'] });
    const created = ['setData /key-1', 'create /key-1'];
    expect(await ask(write, [noNode, done])).toEqual({ outcome: 'ok', heard: created });
    expect(await ask(write, [noNode, nodeExists, done])).toEqual({
      outcome: 'ok',
      heard: [...created, 'setData /key-1'],
    });
  });

  test('does a cas with the version that it saw', async () => {
    expect(await ask(cas, [data(4, 9), done])).toEqual({ outcome: 'ok', heard: ['getData /key-1', 'setData /key-1'] });
    expect(await ask({ ...cas, value: [null, 5] }, [noNode, done])).toEqual({
      outcome: 'ok',
      heard: ['getData /key-1', 'create /key-1'],
    });
  });

  test('calls a cas refused when the value is not there, and when somebody came first', async () => {
    expect((await ask(cas, [data(3)])).outcome).toBe('fail "refused" (the value is 3)');
    expect((await ask(cas, [noNode])).outcome).toBe('fail "refused" (the value is null)');
    expect((await ask(cas, [data(4), badVersion])).outcome).toBe('fail "refused" (BADVERSION (-103))');
    const absent = { ...cas, value: [null, 5] };
    expect((await ask(absent, [noNode, nodeExists])).outcome).toBe('fail "refused" (NODEEXISTS (-110))');
  });

  test('may be on a key with any name', async () => {
    expect((await ask({ ...read, key: 'a/b .' }, [data(1)])).heard).toEqual(['getData /key-%22a%2Fb%20.%22']);
  });
});

describe('an operation on a set', () => {
  const workload = 'g-set';
  const add: Invocation = { f: 'add', key: null, value: 7 };
  const readAll: Invocation = { f: 'read', key: null, value: null };

  test('adds, also what is there already', async () => {
    expect(await ask(add, [done], { workload })).toEqual({ outcome: 'ok', heard: ['create /element-7'] });
    expect((await ask(add, [nodeExists], { workload })).outcome).toBe('ok');
  });

  test('reads its own nodes and no others', async () => {
    const names = children('zookeeper', 'element-7', 'element-10', 'key-1');
    expect((await ask(readAll, [names], { workload })).outcome).toBe('ok [7,10]');
    expect((await ask(readAll, [done, names], { workload, reads: 'sync' })).heard).toEqual(['sync /', 'getChildren /']);
  });
});

test('the workloads that it speaks have no operation that it does not know', async () => {
  for (const name of zooKeeperWorkloads) {
    const functions = workloads.find(workload => workload.name === name)?.functions ?? [];
    expect(functions.length).toBeGreaterThan(0);
    for (const f of functions) {
      const outcome = await ask({ f, key: 1, value: [1, 2] }, [{ error: -102 }], { workload: name });
      expect(outcome.outcome).toBe('fail: NOAUTH (-102)');
    }
  }
});

describe('an error of the server', () => {
  const codes = [...zooKeeperErrors.map(({ code }) => code), -999, 17];
  /** Answers in which the operation goes on. */
  const handled = new Set([-101, -110]);

  test.each(codes.filter(code => !handled.has(code)))('%i ends a write as the table says', async code => {
    const verdict = zooKeeperError(code).definite ? `fail: ${showError(code)}` : `info (${showError(code)})`;
    expect((await ask(write, [{ error: code }])).outcome).toBe(verdict);
    expect((await ask(write, [noNode, { error: code }])).outcome).toBe(verdict);
    expect((await ask({ f: 'add', key: null, value: 1 }, [{ error: code }], { workload: 'g-set' })).outcome).toBe(
      verdict,
    );
    if (code === -103) return;
    expect((await ask(cas, [data(4), { error: code }])).outcome).toBe(verdict);
  });

  test.each(codes.filter(code => !handled.has(code)))('%i ends a read as fail: it has no effect', async code => {
    expect((await ask(read, [{ error: code }])).outcome).toBe(`fail: ${showError(code)}`);
    expect((await ask(read, [{ error: code }], { reads: 'sync' })).outcome).toBe(`fail: ${showError(code)}`);
    expect((await ask(cas, [{ error: code }])).outcome).toBe(`fail: ${showError(code)}`);
  });

  test('the table has each code once, and calls nothing definite that speaks of time or of trouble', () => {
    expect(new Set(codes).size).toBe(codes.length);
    expect(zooKeeperErrors.filter(({ definite }) => !definite).map(({ name }) => name)).toEqual([
      'SYSTEMERROR',
      'RUNTIMEINCONSISTENCY',
      'DATAINCONSISTENCY',
      'CONNECTIONLOSS',
      'MARSHALLINGERROR',
      'OPERATIONTIMEOUT',
      'UNKNOWNSESSION',
      'APIERROR',
      'INVALIDCALLBACK',
      'REQUESTTIMEOUT',
    ]);
    expect(zooKeeperError(-999)).toEqual({ code: -999, name: 'unknown error', definite: false });
  });
});

describe('a connection that breaks after the request was sent', () => {
  test('leaves a write undecided, whichever of its requests it was', async () => {
    expect((await ask(write, ['eof'])).outcome).toBe('info: closed by the server (EOF)');
    expect((await ask(write, ['reset'])).outcome).toBe('info: connection lost (ECONNRESET)');
    expect((await ask(write, ['garbage'])).outcome).toBe("info: not ZooKeeper's words: a frame of 1213486160 bytes");
    expect((await ask(write, [noNode, 'eof'])).outcome).toBe('info: closed by the server (EOF)');
    expect((await ask(write, [noNode, nodeExists, 'reset'])).outcome).toBe('info: connection lost (ECONNRESET)');
    expect((await ask(cas, [data(4), 'eof'])).outcome).toBe('info: closed by the server (EOF)');
  });

  test('ends a read as fail, also that of a cas: it has no effect', async () => {
    expect((await ask(read, ['eof'])).outcome).toBe('fail: closed by the server (EOF)');
    expect((await ask(read, ['reset'], { reads: 'sync' })).outcome).toBe('fail: connection lost (ECONNRESET)');
    expect((await ask(read, [done, 'eof'], { reads: 'quorum' })).outcome).toBe('fail: closed by the server (EOF)');
    expect((await ask(cas, ['reset'])).outcome).toBe('fail: connection lost (ECONNRESET)');
    const readAll: Invocation = { f: 'read', key: null, value: null };
    expect((await ask(readAll, ['eof'], { workload: 'g-set' })).outcome).toBe('fail: closed by the server (EOF)');
  });

  test('ends the client: nothing more is sent, and it says so', async () => {
    await using server = await ScriptedServer.start({ turns: ['eof', data(5)] });
    await using client = zooKeeperClient({
      session: await openSession({ endpoint: server.endpoint, clock }),
      workload: 'lin-kv',
      reads: 'local',
    });
    expect(client.ended).toBe(false);
    expect(await outcomeOf(client.invoke(write, context))).toBe('info: closed by the server (EOF)');
    expect(client.ended).toBe(true);
    expect(await outcomeOf(client.invoke(write, context))).toBe(
      'fail: not sent, for the session is over: closed by the server (EOF)',
    );
    expect(server.heard).toEqual(['setData /key-1']);
  });

  test('ends the client also while nothing is asked', async () => {
    await using server = await ScriptedServer.start();
    const session = await openSession({ endpoint: server.endpoint, clock });
    const client = zooKeeperClient({ session, workload: 'lin-kv', reads: 'local' });
    server.breakConnections();
    while (client.ended !== true) await settled();
    expect(await outcomeOf(client.invoke(read, context))).toMatch(/^fail: not sent, for the session is over/);
    expect(server.heard).toEqual([]);
  });

  test('an answer that is too short to be one tells nothing', async () => {
    expect((await ask(read, [{ error: 0, body: Buffer.of(0, 0) }])).outcome).toBe('info: 4 bytes wanted, and 2 left');
    const list = { error: 0, body: Buffer.of(0x7f, 0, 0, 0) };
    expect((await ask({ ...read, key: null }, [list], { workload: 'g-set' })).outcome).toMatch(/^info: a list of/);
  });
});

describe('a session', () => {
  const open = async (script: Script) => {
    await using server = await ScriptedServer.start(script);
    await using session = await openSession({ endpoint: server.endpoint, clock, deadlineMs: 200 });
    return session;
  };

  test.each([
    ['eof', 'no session: closed by the server (EOF)'],
    ['reset', 'no session: connection lost (ECONNRESET)'],
    ['expired', 'no session: the server gave none'],
    ['garbage', "no session: not ZooKeeper's words: a frame of 1213486160 bytes"],
  ] as const)('is not there when the server answers %s: nothing was asked', async (session, message) => {
    await expect(open({ session })).rejects.toThrow(message);
  });

  test('is not waited for without end', async () => {
    await using server = await ScriptedServer.start({ session: 'hang' });
    const time = new FakeClock();
    const opening = openSession({ endpoint: server.endpoint, clock: time });
    const rejection = expect(opening).rejects.toThrow(/a session with 127\.0\.0\.1:\d+: no answer within 1500 ms/);
    await time.advance(1_500);
    await rejection;
  });

  test('is not there when nobody listens', async () => {
    const server = await ScriptedServer.start();
    const { endpoint } = server;
    await server[Symbol.asyncDispose]();
    await expect(openSession({ endpoint, clock })).rejects.toThrow('no session: connection lost (ECONNREFUSED)');
  });

  test('is not opened for somebody who has given up', async () => {
    await using server = await ScriptedServer.start({ session: 'hang' });
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(openSession({ endpoint: server.endpoint, clock, signal })).rejects.toThrow('too late');
  });

  test('says goodbye, and then asks nothing more', async () => {
    await using server = await ScriptedServer.start({ turns: [data(5)] });
    const session = await openSession({ endpoint: server.endpoint, clock });
    const client = zooKeeperClient({ session, workload: 'lin-kv', reads: 'local' });
    await client[Symbol.asyncDispose]();
    expect(server.heard).toEqual(['closeSession']);
    expect(await outcomeOf(client.invoke(read, context))).toMatch(/^fail: not sent, for the session is over/);
    expect(server.heard).toEqual(['closeSession']);
    await client[Symbol.asyncDispose]();
  });

  test('that is closed while it waits tells who waits', async () => {
    await using server = await ScriptedServer.start({ turns: ['hang'] });
    const session = await openSession({ endpoint: server.endpoint, clock });
    const client = zooKeeperClient({ session, workload: 'lin-kv', reads: 'local' });
    const waiting = outcomeOf(client.invoke(write, context));
    await client[Symbol.asyncDispose]();
    expect(await waiting).toBe('info: closed by us');
  });

  test('that is idle is kept alive, at a third of the time that the server gave', async () => {
    await using server = await ScriptedServer.start({});
    const time = new FakeClock();
    await using session = await openSession({ endpoint: server.endpoint, clock: time });
    for (let pings = 1; pings <= 3; pings++) {
      await time.advance(3_000);
      while (server.heard.length < pings) await settled();
    }
    expect(server.heard).toEqual(['ping', 'ping', 'ping']);
    session.end('the test is over');
    expect(time.waiting).toBe(0);
  });
});
