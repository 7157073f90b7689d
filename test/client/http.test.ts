/**
 * The declarative client against real servers on loopback: which outcome comes of which answer, and what is certain when
 * there is none.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { DefiniteError } from '../../src/client/client.ts';
import { completionOf, type HttpClientSpec, type HttpFunction, httpClient, requestFor } from '../../src/client/http.ts';
import { atJsonPath, parseJsonPath } from '../../src/client/json-path.ts';
import type { Invocation } from '../../src/history/event.ts';

const servers: (Server | TcpServer)[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    if ('closeAllConnections' in server) server.closeAllConnections();
    server.close();
  }
});

const never = new AbortController().signal;

async function listening(server: Server | TcpServer): Promise<number> {
  servers.push(server);
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

type Handler = (request: IncomingMessage, body: string, response: ServerResponse) => void;

function httpServer(handler: Handler): Server {
  return createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => handler(request, body, response));
  });
}

const functions: HttpClientSpec['functions'] = {
  read: {
    method: 'GET',
    path: '/kv/{key}',
    outcomes: [
      { outcome: 'ok', status: [200], value: '$.value' },
      { outcome: 'not-found', status: [404] },
    ],
  },
  write: {
    method: 'PUT',
    path: '/kv/{key}',
    body: { value: '{value}' },
    outcomes: [
      { outcome: 'ok', status: [200, 204] },
      { outcome: 'fail', status: [503] },
    ],
  },
  cas: {
    method: 'POST',
    path: '/kv/{key}/cas',
    body: { from: '{from}', to: '{to}' },
    outcomes: [
      { outcome: 'ok', status: [200], json: { '$.swapped': true } },
      { outcome: 'refused', status: [200], json: { '$.swapped': false } },
      { outcome: 'not-found', status: [404] },
    ],
  },
};

function clientOf(port: number, proxied = false) {
  const spec = { port, headers: {}, functions };
  return httpClient({ spec, endpoint: { host: '127.0.0.1', port, proxied }, signal: never });
}

const read: Invocation = { f: 'read', key: 3, value: null };
const write: Invocation = { f: 'write', key: 3, value: 7 };
const cas: Invocation = { f: 'cas', key: 3, value: [7, 8] };

/** As the runner records it. */
async function outcome(client: Awaited<ReturnType<typeof clientOf>>, invocation: Invocation, signal = never) {
  try {
    return await client.invoke(invocation, { signal });
  } catch (error) {
    return { type: error instanceof DefiniteError ? 'fail' : 'info', error: (error as Error).message };
  }
}

/** A small store with keys that hold one value. */
function store(): { readonly server: Server; readonly sockets: Set<unknown> } {
  const values = new Map<string, number>();
  const sockets = new Set<unknown>();
  const server = httpServer((request, body, response) => {
    sockets.add(request.socket);
    const key = request.url?.split('/')[2] ?? '';
    const held = values.get(key);
    const sent = body === '' ? {} : (JSON.parse(body) as { value?: number; from?: number; to?: number });
    const answer = (status: number, value: unknown) => response.writeHead(status).end(JSON.stringify(value));
    if (request.method === 'GET') return held === undefined ? answer(404, {}) : answer(200, { value: held });
    if (request.method === 'PUT') {
      values.set(key, sent.value as number);
      return answer(200, {});
    }
    if (held === undefined) return answer(404, {});
    if (held === sent.from) values.set(key, sent.to as number);
    return answer(200, { swapped: held === sent.from });
  });
  return { server, sockets };
}

describe('a declared client', () => {
  test('reads, writes and compares over one connection that is kept alive', async () => {
    const { server, sockets } = store();
    await using client = await clientOf(await listening(server));
    const seen = [];
    for (const invocation of [read, cas, write, cas, cas, read]) seen.push(await outcome(client, invocation));
    expect(seen).toEqual([
      { type: 'ok', value: null },
      { type: 'fail', error: 'status 404, {}' },
      { type: 'ok' },
      { type: 'ok' },
      { type: 'fail', value: 'refused', error: 'refused: status 200, {"swapped":false}' },
      { type: 'ok', value: 8 },
    ]);
    expect(sockets.size).toBe(1);
  });

  test('goes on over a new connection when the server closes each after its answer', async () => {
    const { server, sockets } = store();
    server.on('request', (_, response: ServerResponse) => response.setHeader('connection', 'close'));
    await using client = await clientOf(await listening(server));
    expect(await outcome(client, write)).toEqual({ type: 'ok' });
    expect(await outcome(client, read)).toEqual({ type: 'ok', value: 7 });
    expect(sockets.size).toBe(2);
  });

  test('what is not listed is info, but a read fails', async () => {
    const server = httpServer((_, __, response) => response.writeHead(500).end('out\nof order'));
    await using client = await clientOf(await listening(server));
    expect(await outcome(client, write)).toEqual({ type: 'info', error: 'not listed: status 500, out of order' });
    expect(await outcome(client, read)).toEqual({ type: 'fail', error: 'not listed: status 500, out of order' });
  });

  test('a redirect is not followed', async () => {
    const server = httpServer((_, __, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    await using client = await clientOf(await listening(server));
    expect(await outcome(client, write)).toEqual({ type: 'info', error: 'not listed: status 307' });
  });

  test('an operation that was not declared certainly did not happen', async () => {
    await using client = await clientOf(await listening(store().server));
    expect(await outcome(client, { f: 'add', key: null, value: 1 })).toEqual({
      type: 'fail',
      error: 'the client does not say how to add',
    });
  });
});

describe('a connection that breaks', () => {
  test('is rejected when nothing listens', async () => {
    const server = createTcpServer();
    const port = await listening(server);
    await new Promise(resolve => server.close(resolve));
    await expect(clientOf(port)).rejects.toThrow('ECONNREFUSED');
  });

  test('leaves a write unknown and a read failed when it ends before the answer', async () => {
    const server = httpServer(request => request.socket.destroy());
    const port = await listening(server);
    for (const proxied of [false, true]) {
      await using client = await clientOf(port, proxied);
      expect((await outcome(client, write)).type).toBe('info');
      expect((await outcome(client, read)).type).toBe('fail');
    }
  });

  test('leaves a write unknown when it ends in the middle of the answer', async () => {
    const server = httpServer((request, _, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"val', () => request.socket.destroy());
    });
    await using client = await clientOf(await listening(server));
    expect((await outcome(client, write)).type).toBe('info');
  });

  test('fails for certain when the server is gone before the next request leaves', async () => {
    const server = httpServer((_, __, response) => response.writeHead(200, { connection: 'close' }).end('{}'));
    await using client = await clientOf(await listening(server));
    expect(await outcome(client, write)).toEqual({ type: 'ok' });
    await new Promise(resolve => server.close(resolve));
    const { type, error } = await outcome(client, write);
    expect([type, error]).toEqual(['fail', expect.stringContaining('could not connect: ')]);
  });

  test('is given up at the deadline, and the write may still happen', async () => {
    const deadline = new AbortController();
    const server = httpServer(() => deadline.abort(new Error('no answer in time')));
    await using client = await clientOf(await listening(server));
    expect(await outcome(client, write, deadline.signal)).toEqual({ type: 'info', error: 'no answer in time' });
  });

  test('is not opened after its signal was aborted', async () => {
    const port = await listening(store().server);
    const spec = { port, headers: {}, functions };
    const endpoint = { host: '127.0.0.1', port, proxied: false };
    const opening = httpClient({ spec, endpoint, signal: AbortSignal.abort(new Error('over')) });
    await expect(opening).rejects.toThrow('over');
  });
});

describe('placeholders', () => {
  const spec = { port: 80, headers: { 'x-key': 'k-{key}' }, functions: {} };
  const post = (body: unknown, path = '/'): HttpFunction => ({ method: 'POST', path, body, outcomes: [] });

  test.each([
    ['a whole text becomes the JSON value', { a: ['{from}', '{to}'] }, cas, '{"a":[7,8]}'],
    ['a part of a text becomes text', { a: 'set {key} to {value}' }, write, '{"a":"set 3 to 7"}'],
    ['a text body stays text', '{"v": {value}}', write, '{"v": 7}'],
    ['what is no placeholder is left alone', '{x} {{value}}', write, '{x} {7}'],
    ['other JSON is left alone', { a: [1, null, true] }, write, '{"a":[1,null,true]}'],
  ])('%s', (_, body, invocation, sent) => {
    expect(requestFor(post(body), spec, invocation).body).toBe(sent);
  });

  test('in a path they are URL components, in a header text; JSON says what it is', () => {
    expect(requestFor(post({}, '/a/{key}'), spec, { f: 'write', key: 'x/y z', value: 1 })).toEqual({
      method: 'POST',
      path: '/a/x%2Fy%20z',
      headers: { 'content-type': 'application/json', 'x-key': 'k-x/y z' },
      body: '{}',
    });
  });

  test('one that the operation has nothing for makes it fail before anything is sent', () => {
    expect(() => requestFor(post('{from}'), spec, write)).toThrow(DefiniteError);
  });
});

describe('outcomes', () => {
  const declared = (...outcomes: HttpFunction['outcomes']): HttpFunction => ({ method: 'GET', path: '/', outcomes });
  const answer = { status: 200, body: '{"items":[{"id":"1"},{"id":"2"}],"kvs":null,"n":7}' };

  test.each([
    ['a path through lists gives a list, with numbers where the store keeps text', '$.items[*].id', [1, 2]],
    ['a path to a number', '$.n', 7],
    ['a group of a regular expression', { body: '"n":(\\d+)' }, 7],
  ])('%s', (_, value, expected) => {
    expect(completionOf(declared({ outcome: 'ok', status: [200], value }), 'read', answer)).toEqual({
      type: 'ok',
      value: expected,
    });
  });

  test('the whole body may be the value', () => {
    const whole = declared({ outcome: 'ok', status: [], value: 'body' });
    expect(completionOf(whole, 'read', { status: 200, body: ' 12\n' })).toEqual({ type: 'ok', value: 12 });
    expect(completionOf(whole, 'read', { status: 200, body: 'red' })).toEqual({ type: 'ok', value: 'red' });
  });

  test('a value that is not there is no value: the read fails', () => {
    const missing = declared({ outcome: 'ok', status: [200], value: '$.gone' });
    expect(completionOf(missing, 'read', { status: 200, body: '{}' })).toEqual({
      type: 'fail',
      error: 'nothing at $.gone: status 200, {}',
    });
    expect(completionOf(missing, 'generate', { status: 200, body: '{}' }).type).toBe('info');
  });

  test('the first that matches decides, and null also holds where nothing is', () => {
    const rules = declared(
      { outcome: 'not-found', status: [200], json: { '$.kvs': null } },
      { outcome: 'ok', status: [200], value: '$.n' },
    );
    expect(completionOf(rules, 'read', answer)).toEqual({ type: 'ok', value: null });
    expect(completionOf(rules, 'read', { status: 200, body: '{"n":1}' })).toEqual({ type: 'ok', value: null });
    expect(completionOf(rules, 'read', { status: 200, body: '{"kvs":[],"n":1}' })).toEqual({ type: 'ok', value: 1 });
  });

  test('an answer that is no JSON says nothing, also not that something is missing', () => {
    const rules = declared({ outcome: 'fail', status: [], json: { '$.leader': null } });
    expect(completionOf(rules, 'write', { status: 502, body: '<html>' })).toEqual({
      type: 'info',
      error: 'not listed: status 502, <html>',
    });
  });

  test('the body may have to match', () => {
    const rules = declared({ outcome: 'fail', status: [503], body: 'no leader' });
    expect(completionOf(rules, 'write', { status: 503, body: 'there is no leader' }).type).toBe('fail');
    expect(completionOf(rules, 'write', { status: 503, body: 'time-out' }).type).toBe('info');
  });
});

describe('paths into JSON', () => {
  test.each([
    ['$', { a: 1 }, { a: 1 }],
    ['$.a.b', { a: { b: 2 } }, 2],
    ['$.a[1]', { a: [1, 2] }, 2],
    ["$['a.b']", { 'a.b': 3 }, 3],
    ['$[*].x', [{ x: 1 }, {}], [1, undefined]],
    ['$.a[*]', { a: 'text' }, undefined],
    ['$.toString', {}, undefined],
  ])('%s', (path, value, expected) => {
    expect(atJsonPath(value, parseJsonPath(path) ?? [])).toEqual(expected);
  });

  test.each(['a.b', '$a', '$.', '$[x]', '$.a b'])('%s is none', path => {
    expect(parseJsonPath(path)).toBeNull();
  });
});
