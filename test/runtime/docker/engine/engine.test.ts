/**
 * Where an engine is looked for, and what is said when it is not there: everything but a real one answers here.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OrdealError } from '../../../../src/base/errors.ts';
import { systemClock } from '../../../../src/base/time.ts';
import { connectEngine } from '../../../../src/runtime/docker/engine/engine.ts';
import { unavailable } from '../../../../src/runtime/docker/engine/hello.ts';
import { whereTheEngineIs } from '../../../../src/runtime/docker/engine/whereabouts.ts';
import { FakeClock } from '../../../fake-clock.ts';
import { certificate, key } from './self-signed.ts';

const clock = systemClock();
let folder: string;
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordeal-engine-'));
  for (const name of ['DOCKER_HOST', 'DOCKER_CONTEXT', 'DOCKER_TLS', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH']) {
    vi.stubEnv(name, undefined);
  }
  vi.stubEnv('DOCKER_CONFIG', folder);
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map(server => new Promise(resolve => server.close(resolve))));
  rmSync(folder, { recursive: true, force: true });
});

/** Where it listens: `127.0.0.1:1234`. */
async function listen(server: Server): Promise<string> {
  servers.push(server);
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An HTTP server that answers everything alike, or by path. */
async function answering(answers: string | Readonly<Record<string, unknown>>, status = 200): Promise<string> {
  const listener: RequestListener = (request, response) => {
    response.statusCode = status;
    response.setHeader('Location', 'http://127.0.0.1:1/');
    response.end(typeof answers === 'string' ? answers : JSON.stringify(answers[request.url ?? '']));
  };
  return await listen(createHttpServer(listener));
}

/** The whole error as a person reads it, its address replaced. */
async function failure(at: string, whichClock = clock): Promise<string> {
  const error: unknown = await connectEngine(whichClock).catch((reason: unknown) => reason);
  if (!(error instanceof OrdealError)) throw error;
  return printed(error).replaceAll(at, 'ADDRESS');
}

function printed(error: OrdealError): string {
  return `${error.code} ${error.exit}: ${error.message}\n${error.hint}`;
}

function context(name: string, endpoint: Readonly<Record<string, unknown>>, files: readonly string[] = []): void {
  const id = createHash('sha256').update(name).digest('hex');
  mkdirSync(join(folder, 'contexts', 'meta', id), { recursive: true });
  writeFileSync(
    join(folder, 'contexts', 'meta', id, 'meta.json'),
    JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: endpoint } }),
  );
  writeFileSync(join(folder, 'config.json'), JSON.stringify({ currentContext: name }));
  const tls = join(folder, 'contexts', 'tls', id, 'docker');
  mkdirSync(tls, { recursive: true });
  certificates(tls, files);
}

function certificates(directory: string, files: readonly string[]): void {
  for (const file of files) writeFileSync(join(directory, file), file === 'key.pem' ? key : certificate);
}

/** An `ssh` that is this script. */
function ssh(script: string): void {
  writeFileSync(join(folder, 'ssh'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
}

const all = ['ca.pem', 'cert.pem', 'key.pem'];

/** In one line: how it is reached. */
function way(): string {
  const { way: found, host, description, trial } = whereTheEngineIs(clock);
  const where = found.kind === 'socket' ? found.socketPath : `${found.host}:${found.port}`;
  return `${found.kind} ${where} | ${host ?? 'here'} | ${description}${trial === undefined ? '' : ` | ${trial}`}`;
}

describe('DOCKER_HOST leads', () => {
  test.each([
    ['unix:///tmp/x.sock', 'socket /tmp/x.sock | here'],
    ['unix://', 'socket /var/run/docker.sock | here'],
    ['npipe:////./pipe/docker_engine', 'socket //./pipe/docker_engine | here'],
    ['npipe://', 'socket //./pipe/docker_engine | here'],
    ['tcp://127.0.0.1:4243', 'http 127.0.0.1:4243 | here'],
    ['tcp://localhost', 'http localhost:2375 | here'],
    ['tcp://build.example:80', 'http build.example:80 | build.example'],
    ['build.example:1234', 'http build.example:1234 | build.example'],
    ['tcp://127.example:1', 'http 127.example:1 | 127.example'],
    ['http://docker:2375/', 'http docker:2375 | docker'],
    ['tcp://docker:2376', 'https docker:2376 | docker'],
    ['https://docker:1', 'https docker:1 | docker'],
    ['https://docker', 'https docker:2376 | docker'],
    ['tcp://[::1]:4243', 'http [::1]:4243 | here'],
    ['tcp://[fe80::1]:4243', 'http [fe80::1]:4243 | fe80::1'],
  ])('%s to its place', (value, expected) => {
    vi.stubEnv('DOCKER_HOST', value);
    vi.stubEnv('HOME', folder);
    expect(way()).toBe(`${expected} | ${value}`);
  });

  test.each([
    ['ssh://me@far', 'far', 'ssh -l me far docker version'],
    ['ssh://far', 'far', 'ssh far docker version'],
    ['ssh://me@Far.example:2222', 'Far.example', 'ssh -p 2222 -l me Far.example docker version'],
    ['ssh://far:22', 'far', 'ssh -p 22 far docker version'],
    ['ssh://me@[fe80::1]:22', 'fe80::1', 'ssh -p 22 -l me fe80::1 docker version'],
    ['ssh://me@localhost/run/other.sock', 'here', 'ssh -l me localhost docker version'],
  ])('%s through ssh, whatever is said of TLS', (value, host, trial) => {
    vi.stubEnv('DOCKER_HOST', value);
    vi.stubEnv('DOCKER_TLS_VERIFY', '1');
    vi.stubEnv('PATH', folder);
    expect(way()).toBe(`http docker:80 | ${host} | ${value} | ${trial}`);
  });

  test('ssh to the host that the settings of ssh mean, which is where ports are published', () => {
    ssh(`[ "$*" = '-p 22 -l me -G -- far' ] && printf 'user me\\nhostname far.example\\n'`);
    vi.stubEnv('DOCKER_HOST', 'ssh://me@far:22');
    expect(way()).toBe('http docker:80 | far.example | ssh://me@far:22 | ssh -p 22 -l me far docker version');
  });

  test.each([
    '/var/run/docker.sock',
    'unix:/var/run/docker.sock',
    'tcp://',
    'tcp://host:port',
    'fd://',
    'ssh://',
    'nonsense here',
    'ssh://me:secret@far',
  ])('%s to nowhere, and it says how it should look', value => {
    vi.stubEnv('DOCKER_HOST', value);
    const error = thrown(() => whereTheEngineIs(clock));
    expect(printed(error)).toContain('BAD_DOCKER_HOST 64: DOCKER_HOST is "');
    expect(error.hint).toMatch(/^it looks like unix:|^a password has no place in it: use a key$/);
    expect(printed(error)).not.toContain('secret');
  });

  test('before a context that is in use', () => {
    context('other', { Host: 'tcp://other:1' });
    vi.stubEnv('DOCKER_CONTEXT', 'other');
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:4243');
    expect(way()).toBe('http 127.0.0.1:4243 | here | tcp://127.0.0.1:4243');
  });
});

describe('of TLS it is told', () => {
  const secure = (): string => {
    const { way: found } = whereTheEngineIs(clock);
    if (found.kind === 'socket') return 'socket';
    const { ca, cert, rejectUnauthorized } = (found.agent as unknown as { options: Readonly<Record<string, unknown>> })
      .options;
    return `${found.kind} ca ${Boolean(ca)} cert ${Boolean(cert)} verify ${String(rejectUnauthorized)}`;
  };

  test.each([
    [{ DOCKER_TLS_VERIFY: '1' }, 'https ca true cert true verify true'],
    [{ DOCKER_TLS_VERIFY: 'yes' }, 'https ca true cert true verify true'],
    [{ DOCKER_TLS: '1' }, 'https ca true cert true verify false'],
    [{ DOCKER_TLS: '1', DOCKER_TLS_VERIFY: '1' }, 'https ca true cert true verify true'],
    [{ DOCKER_TLS_VERIFY: '' }, 'http ca false cert false verify undefined'],
  ])('by the environment: %j', (environment: Readonly<Record<string, string>>, expected) => {
    certificates(folder, all);
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:4243');
    for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
    expect(secure()).toBe(expected);
    vi.stubEnv('DOCKER_HOST', 'unix:///tmp/x.sock');
    expect(secure()).toBe('socket');
  });

  test.each([
    [all, {}, 'https ca true cert true verify true'],
    [['ca.pem'], {}, 'https ca true cert false verify true'],
    [['cert.pem', 'key.pem'], {}, 'https ca false cert true verify true'],
    [all, { SkipTLSVerify: true }, 'https ca true cert true verify false'],
    [[], { SkipTLSVerify: true }, 'https ca false cert false verify false'],
    [[], { SkipTLSVerify: false }, 'http ca false cert false verify undefined'],
  ])('by a context with %j, %j', (files: readonly string[], more, expected) => {
    context('secure', { Host: 'tcp://far:1234', ...more }, files);
    expect(secure()).toBe(expected);
    expect(way()).toMatch(/far:1234 \| far \| tcp:\/\/far:1234 \(context secure\)$/);
  });

  test('a folder without certificates, and files that are none, are named', () => {
    vi.stubEnv('DOCKER_HOST', 'tcp://127.0.0.1:4243');
    vi.stubEnv('DOCKER_TLS_VERIFY', '1');
    vi.stubEnv('DOCKER_CERT_PATH', join(folder, 'none'));
    expect(thrown(() => whereTheEngineIs(clock))).toMatchObject({
      code: 'BAD_DOCKER_CERTIFICATE',
      place: { file: join(folder, 'none') },
      hint: 'it holds ca.pem, cert.pem and key.pem',
    });
    vi.stubEnv('DOCKER_CERT_PATH', folder);
    for (const file of all) writeFileSync(join(folder, file), 'nonsense');
    expect(thrown(() => whereTheEngineIs(clock))).toMatchObject({
      code: 'BAD_DOCKER_CERTIFICATE',
      place: { file: folder },
    });
  });
});

describe('a context leads', () => {
  test.each([
    [{ Host: 'unix:///tmp/x.sock' }, 'socket /tmp/x.sock | here | unix:///tmp/x.sock (context one)'],
    [{ Host: 'npipe:////./pipe/x' }, 'socket //./pipe/x | here | npipe:////./pipe/x (context one)'],
    [{ Host: 'tcp://[fe80::1]:1' }, 'http [fe80::1]:1 | fe80::1 | tcp://[fe80::1]:1 (context one)'],
    [
      { Host: 'ssh://me@far:2222' },
      'http docker:80 | far | ssh://me@far:2222 (context one) | ssh -p 2222 -l me far docker version',
    ],
  ])('%j to its place', (endpoint, expected) => {
    context('one', endpoint);
    vi.stubEnv('PATH', folder);
    expect(way()).toBe(expected);
  });

  test('by DOCKER_CONTEXT before the one that was written down', () => {
    context('two', { Host: 'tcp://two:1' });
    context('one', { Host: 'tcp://one:1' });
    vi.stubEnv('DOCKER_CONTEXT', 'two');
    expect(way()).toContain('tcp://two:1 (context two)');
    vi.stubEnv('DOCKER_CONTEXT', 'default');
    vi.stubEnv('HOME', folder);
    expect(way()).toBe('socket /var/run/docker.sock | here | /var/run/docker.sock');
    vi.stubEnv('DOCKER_CONTEXT', 'three');
    expect(printed(thrown(() => whereTheEngineIs(clock)))).toBe(
      'BAD_DOCKER_CONTEXT 64: there is no Docker context "three"\ndocker context ls shows those that there are',
    );
  });

  test('to nowhere when its endpoint is none', () => {
    context('one', { Host: 'carrier-pigeon://far' });
    expect(thrown(() => whereTheEngineIs(clock)).message).toBe(
      'the Docker context in use has "carrier-pigeon://far", which leads to no Docker Engine',
    );
  });
});

describe('an engine that cannot be used is named, with the reason and what to do:', () => {
  const at = (address: string): string => {
    vi.stubEnv('DOCKER_HOST', `tcp://${address}`);
    return address;
  };
  const head = 'DOCKER_UNAVAILABLE 69: no Docker Engine at tcp://ADDRESS: ';
  const install = '\ninstall and start Docker, or set DOCKER_HOST; without Docker: ordeal run toy';
  const check = '\nsee whether DOCKER_HOST, or the context in use, names the right address';
  const tls = '\nif it wants TLS, set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of its certificates';

  test('no socket, and a file that is none', async () => {
    const path = join(folder, 'no.sock');
    vi.stubEnv('DOCKER_HOST', `unix://${path}`);
    const unixHead = head.replace('tcp', 'unix');
    expect(await failure(path)).toBe(`${unixHead}there is no such socket${install}`);
    writeFileSync(path, '');
    expect(await failure(path)).toMatch(/: (nobody listens there|this is no socket)\n/);
  });

  test('nobody listens', async () => {
    expect(await failure(at('127.0.0.1:1'))).toBe(`${head}nobody listens there${install}`);
    vi.stubEnv('DOCKER_HOST', 'tcp://localhost:1');
    expect(await failure('localhost:1')).toBe(`${head}nobody listens there${install}`);
  });

  test('what this user may not use', () => {
    vi.stubEnv('DOCKER_HOST', 'unix:///run/docker.sock');
    const error = unavailable(whereTheEngineIs(clock), Object.assign(new Error('connect'), { code: 'EACCES' }));
    expect(printed(error)).toBe(
      'DOCKER_UNAVAILABLE 69: no Docker Engine at unix:///run/docker.sock: this user may not use it\n' +
        'add this user to the group docker, or run as root',
    );
  });

  test('one that accepts and says nothing is given up at the deadline, and its connection is closed', async () => {
    const fake = new FakeClock();
    let closed = (): void => undefined;
    const end = new Promise<void>(resolve => {
      closed = resolve;
    });
    const address = at(
      await listen(
        createServer(socket => {
          socket.on('close', closed).once('data', () => void fake.advance(5_000));
        }),
      ),
    );
    expect(await failure(address, fake)).toBe(`${head}it was asked and said nothing${check}; is it stuck?`);
    await end;
  });

  test('one that says half and then nothing is given up as well', async () => {
    const fake = new FakeClock();
    const half = 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{"Version"';
    const address = at(
      await listen(
        createServer(socket => socket.once('data', () => socket.write(half, () => void fake.advance(5_000)))),
      ),
    );
    expect(await failure(address, fake)).toBe(`${head}it was asked and said nothing${check}; is it stuck?`);
  });

  test.each([
    ['hangs up', '', `it ended the connection without an answer${tls}`],
    ['speaks something else', 'SSH-2.0-OpenSSH_9.2\r\n', `what answers does not speak HTTP${check}`],
    ['tells half', 'HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{', `it ended the connection without an answer${tls}`],
  ])('one that %s', async (_, words, expected) => {
    const address = at(await listen(createServer(socket => socket.once('data', () => socket.end(words)))));
    expect(await failure(address)).toBe(head + expected);
  });

  test.each([
    [404, '{"message":"page not found"}', 'it answers with HTTP 404: page not found, as no Docker Engine does'],
    [404, '<html>Not Found</html>', 'it answers with HTTP 404, as no Docker Engine does'],
    [301, '', 'it answers with HTTP 301, as no Docker Engine does'],
    [200, '<html>Welcome to nginx!</html>', 'what it answers is no JSON, so it is no Docker Engine'],
    [200, '{"hello":"world"}', 'what it answers says no version'],
    [200, '{"Version":"1","ApiVersion":7}', 'what it answers says no version'],
    [200, '[]', 'what it answers says no version'],
    [200, '"1.41"', 'what it answers is no JSON, so it is no Docker Engine'],
    [500, '{"message":"the disk is full\\nmore"}', 'it answers with HTTP 500: the disk is full'],
    [503, '', 'it answers with HTTP 503'],
    [403, '{"message":"no plugin allows it"}', 'it refuses us with HTTP 403: no plugin allows it'],
  ])('one that answers %i %s', async (status, body, expected) => {
    expect(await failure(at(await answering(body, status)))).toBe(head + expected + check);
  });

  test('one that wants TLS', async () => {
    const body = 'Client sent an HTTP request to an HTTPS server.\n';
    expect(await failure(at(await answering(body, 400)))).toBe(`${head}it wants TLS${tls}`);
  });

  test.each(['1.40', '1.9', '0.99'])('one of API %s is too old', async ApiVersion => {
    expect(await failure(at(await answering({ '/version': { Version: '19.03.15', ApiVersion } })))).toBe(
      'DOCKER_TOO_OLD 69: the Docker Engine at tcp://ADDRESS is version 19.03.15, which is too old\n' +
        'version 20.10 or newer is needed',
    );
  });

  test.each(['1.41', '1.100', '2.0'])('one of API %s is taken', async ApiVersion => {
    const info = { MemTotal: 2 ** 30, NCPU: 2 };
    at(await answering({ '/version': { Version: '99.1', ApiVersion }, '/info': info }));
    // Neither is asked for, so neither is read.
    vi.stubEnv('DOCKER_CERT_PATH', join(folder, 'none'));
    const { docker, ...engine } = await connectEngine(clock);
    expect(engine).toEqual({ version: '99.1', memoryBytes: 2 ** 30, cpus: 2, host: '127.0.0.1', local: true });
    expect(await docker.version()).toMatchObject({ Version: '99.1' });
  });

  test('one whose certificate is refused', async () => {
    const address = at(await listen(createHttpsServer({ key, cert: certificate })));
    vi.stubEnv('DOCKER_TLS_VERIFY', '1');
    const hint =
      '\nca.pem in the folder of DOCKER_CERT_PATH, or of the context, is of the authority that signed it for this host';
    expect(await failure(address)).toBe(`${head}its certificate is refused: self-signed certificate${hint}`);
    certificates(folder, ['ca.pem']);
    expect(await failure(address)).toContain(`${head}its certificate is refused: Hostname/IP does not match`);
  });

  test('one that refuses our certificate', async () => {
    const server = createHttpsServer({
      key,
      cert: certificate,
      ca: certificate,
      requestCert: true,
      rejectUnauthorized: true,
    });
    const address = at(await listen(server));
    vi.stubEnv('DOCKER_TLS', '1');
    expect(await failure(address)).toMatch(
      /: it does not accept the certificate that we show, or that we show none \(\w+\)\n/,
    );
  });

  test('one that does not speak the TLS that was asked for', async () => {
    vi.stubEnv('DOCKER_TLS_VERIFY', '1');
    expect(await failure(at(await answering('hello', 400)))).toBe(
      `${head}it does not speak TLS\nunset DOCKER_TLS_VERIFY if it is not meant to`,
    );
  });

  test('one behind an ssh that does not get there', async () => {
    ssh('echo banner >&2; echo "ssh: me@far: Permission denied (publickey)." >&2; exit 255');
    vi.stubEnv('DOCKER_HOST', 'ssh://me@far:2222');
    expect(await failure('me@far:2222')).toBe(
      'DOCKER_UNAVAILABLE 69: no Docker Engine at ssh://ADDRESS: ' +
        'ssh: banner / me@far: Permission denied (publickey).\n' +
        'this has to work without a question: ssh -p 2222 -l me far docker version',
    );
  });

  test('one behind an ssh that hangs is given up at the deadline, and the ssh is ended', async () => {
    const fake = new FakeClock();
    const pidFile = join(folder, 'pid');
    ssh(`case "$*" in *-G*) exit 1 ;; esac; echo $$ >${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 600`);
    vi.stubEnv('DOCKER_HOST', 'ssh://far');
    const failed = failure('far', fake);
    await expect.poll(() => existsSync(pidFile), { timeout: 20_000 }).toBe(true);
    const pid = Number(readFileSync(pidFile, 'utf8'));
    await fake.advance(5_000);
    expect(await failed).toContain('no Docker Engine at ssh://ADDRESS: it was asked and said nothing');
    await expect.poll(() => runs(pid), { timeout: 20_000 }).toBe(false);
  });

  test('one behind an ssh that is not installed', async () => {
    vi.stubEnv('PATH', folder);
    vi.stubEnv('DOCKER_HOST', 'ssh://far');
    expect(await failure('far')).toContain('ssh cannot be started: spawn ssh ENOENT');
  });
});

function runs(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function thrown(deed: () => unknown): OrdealError {
  try {
    deed();
  } catch (error) {
    if (error instanceof OrdealError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
