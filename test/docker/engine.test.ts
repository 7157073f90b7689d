/**
 * The engine is reached by whatever way the user's Docker goes, and images are made or refused through it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { globalAgent } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { OrdealError } from '../../src/base/errors.ts';
import { systemClock } from '../../src/base/time.ts';
import { everyClient, type Link } from '../../src/runtime/cluster.ts';
import { connectEngine } from '../../src/runtime/docker/engine/engine.ts';
import { ensureImage } from '../../src/runtime/docker/engine/image.ts';
import { holderImage } from '../../src/runtime/docker/holder-image.ts';
import { ownAddress, Ways } from './engine-ways.ts';
import { FakeRegistry } from './fake-registry.ts';
import { textCluster } from './text-cluster.ts';

const clock = systemClock();
const patience = { timeout: 20_000 };
const ways = new Ways();
// The fixture's own client has its connections from it, and socat hangs up on a session that is taken up again.
Object.assign(globalAgent, { maxCachedSessions: 0 });
/** By the way that nobody has changed. */
const plain = new Docker({ socketPath: '/var/run/docker.sock' });
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ordeal-image-'));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
  const images = await plain.listImages({ filters: { reference: ['ordeal/engine-test'] } });
  await Promise.all(images.map(({ Id }) => plain.getImage(Id).remove({ force: true })));
});

afterAll(() => ways[Symbol.dispose]());

function environment(variables: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
}

const n1n2: Link = { from: 'n1', to: 'n2' };
const clients: Link = { from: everyClient, to: 'n2' };

/** Everything that a run does with an engine: images are built, nodes start, are cut off, are probed, and are removed. */
async function live(options: Parameters<typeof textCluster>[0] = {}): Promise<void> {
  const { docker } = await connectEngine(clock);
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${await holder()}\nRUN echo ${token()} >/token\n`);
  const image = await ensureImage(ours(), { docker, onProgress: () => undefined, signal: never });
  expect((await plain.getImage(image).inspect()).RepoTags).toContain(image);
  const fixture = await textCluster({ nodes: ['n1', 'n2'], ...options });
  try {
    const { cluster } = fixture;
    const { Id: digest } = await plain.getImage(await holder()).inspect();
    const images = [{ nodes: ['n1', 'n2'], name: await holder(), digest }];
    expect(cluster.environment).toEqual({ runtime: 'docker', engine: expect.stringMatching(/^\d+\.\d/), images });
    expect(await cluster.network.probe?.([n1n2, clients])).toEqual([true, true]);
    await cluster.network.apply([{ ...n1n2, cut: true }]);
    await fixture.tell(n1n2, 'lost');
    await expect.poll(async () => (await cluster.network.counters(n1n2)).dropped, patience).toBe(1);
    expect(await cluster.network.probe?.([n1n2])).toEqual([false]);
    await cluster.network.apply([]);
    await cluster.processes.kill('n2');
    await cluster.processes.start('n2');
    await fixture.tell(n1n2, 'heard');
    await expect.poll(() => fixture.heard('n2'), patience).toEqual(['heard']);
  } finally {
    await fixture.cluster[Symbol.asyncDispose]();
  }
  expect(await fixture.leftovers()).toEqual([]);
  fixture[Symbol.dispose]();
}

const never = new AbortController().signal;

function token(): string {
  return randomBytes(8).toString('hex');
}

async function holder(): Promise<string> {
  return await ensureImage(holderImage, { docker: plain, onProgress: () => undefined, signal: never });
}

/** Of the Dockerfile in the test's folder. */
function ours() {
  return { name: 'engine-test', build: { directory: folder } };
}

async function refusal(deed: Promise<unknown>): Promise<string> {
  const error: unknown = await deed.catch((thrown: unknown) => thrown);
  if (!(error instanceof OrdealError)) throw error;
  return `${error.code} ${error.exit}: ${error.message}`;
}

describe('a cluster lives through an engine that is reached', () => {
  test('by TCP', async () => {
    environment({ DOCKER_HOST: `tcp://127.0.0.1:${await ways.tcp()}` });
    await live();
  });

  test('by TLS, with certificates on both sides', async () => {
    const DOCKER_CERT_PATH = join(ways.folder, 'certificates');
    environment({ DOCKER_HOST: `tcp://127.0.0.1:${await ways.tls()}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH });
    await live();
  });

  test('by a context with a socket', async () => {
    environment({ DOCKER_CONFIG: ways.context({ Host: 'unix:///var/run/docker.sock' }) });
    await live();
  });

  test('by a context with TCP', async () => {
    environment({ DOCKER_CONFIG: ways.context({ Host: `tcp://127.0.0.1:${await ways.tcp()}` }) });
    await live();
  });

  test('by a context with TLS', async () => {
    const Host = `tcp://127.0.0.1:${await ways.tls()}`;
    environment({ DOCKER_CONFIG: ways.context({ Host }, { tls: true }) });
    await live();
  });

  test.each(['auto', 'published'] as const)('under a name of this machine that looks remote (%s)', async reach => {
    const Host = `tcp://${ownAddress}:${await ways.tls({ bind: ownAddress })}`;
    environment({ DOCKER_CONFIG: ways.context({ Host }, { tls: true }) });
    expect((await connectEngine(clock)).local).toBe(false);
    await live({ reach });
  });

  test('by ssh, whose connections are used again, and may be lost', async () => {
    const ssh = ways.ssh();
    const uses = (): string[] => readFileSync(ssh.uses, 'utf8').trim().split('\n');
    const Host = `ssh://me@${ownAddress}:2222`;
    environment({ DOCKER_CONFIG: ways.context({ Host }), PATH: `${ssh.folder}:${process.env['PATH']}` });
    await live();
    const flags = `-o BatchMode=yes -T -p 2222 -l me -- ${ownAddress} docker system dial-stdio`;
    expect(new Set(uses().map(use => use.replace(/^\d+ /, '')))).toEqual(new Set([flags]));
    const before = uses().length;
    const { docker } = await connectEngine(clock);
    for (let time = 0; time < 20; time++) await docker.version();
    expect(uses().length - before).toBeLessThan(5);
    expect(await Promise.all(Array.from({ length: 24 }, () => docker.version()))).toHaveLength(24);
    for (const use of uses()) endConnection(Number.parseInt(use, 10));
    await expect.poll(async () => (await docker.version()).ApiVersion, patience).toMatch(/^1\./);
  });
});

/** Nothing else: the number of one that has ended may be another's by now. */
function endConnection(pid: number): void {
  try {
    if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('dial-stdio')) process.kill(pid);
  } catch {
    // It has ended by itself.
  }
}

describe('an engine is not believed', () => {
  test('whose certificate is for another host, unless the context says so', async () => {
    const Host = `tcp://127.0.0.1:${await ways.tls({ as: 'stranger' })}`;
    environment({ DOCKER_CONFIG: ways.context({ Host }, { tls: true }) });
    expect(await refusal(connectEngine(clock))).toMatch(
      /^DOCKER_UNAVAILABLE 69: .* \(context ordeal-test\): its certificate is refused: .*not in the cert's list/,
    );
    environment({ DOCKER_CONFIG: ways.context({ Host, SkipTLSVerify: true }, { tls: true }) });
    const { docker, version } = await connectEngine(clock);
    expect((await docker.version()).Version).toBe(version);
  });

  test('that wants a certificate which we do not have', async () => {
    const Host = `tcp://127.0.0.1:${await ways.tls()}`;
    environment({ DOCKER_CONFIG: ways.context({ Host, SkipTLSVerify: true }) });
    expect(await refusal(connectEngine(clock))).toMatch(
      /: it does not accept the certificate that we show, or that we /,
    );
    environment({ DOCKER_CONFIG: ways.context({ Host }) });
    expect(await refusal(connectEngine(clock))).toMatch(/: it ended the connection without an answer$/);
  });
});

describe('an image that is built', () => {
  const build = (
    lines: readonly string[],
    options: { onProgress?: (sentence: string) => void; signal?: AbortSignal } = {},
  ) => {
    writeFileSync(join(folder, 'Dockerfile'), lines.map(line => `${line}\n`).join(''));
    return ensureImage(ours(), { docker: plain, onProgress: () => undefined, signal: never, ...options });
  };
  /** Containers of the steps that have this text in their command. */
  const steps = async (text: string): Promise<string[]> => {
    const all = await plain.listContainers({ all: true });
    return all.filter(({ Command }) => Command.includes(text)).map(({ Id }) => Id);
  };

  test('tells each step in a sentence, and is not built again', async () => {
    const sentences: string[] = [];
    const onProgress = (sentence: string): void => void sentences.push(sentence);
    const from = await holder();
    const lines = [`FROM ${from}`, `RUN true ${token()} \\`, `  && true ${'long '.repeat(40)}`, 'LABEL letters="äöü"'];
    const name = await build(lines, { onProgress });
    expect(sentences).toEqual([
      `building the image ${name}, once`,
      `building the image ${name}: step 1 of 3, FROM ${from}`,
      expect.stringMatching(/: step 2 of 3, RUN true \w+ && true (long )+(long?|lo?)? ?\.\.\.$/),
      `building the image ${name}: step 3 of 3, LABEL letters="äöü"`,
    ]);
    expect(await build(lines, { onProgress })).toBe(name);
    expect(sentences).toHaveLength(4);
  });

  test('and fails in a step says what it printed, and leaves no container', async () => {
    const text = token();
    const failed = build([`FROM ${await holder()}`, `RUN echo the disk is on fire ${text}; exit 7`]);
    await expect(failed).rejects.toMatchObject({
      code: 'IMAGE_BUILD_FAILED',
      exit: 69,
      message: expect.stringMatching(
        /^the image ordeal\/engine-test:\w+ could not be built: .*returned a non-zero code: 7$/,
      ),
      hint: expect.stringContaining(`the disk is on fire ${text}`),
      place: { file: join(folder, 'Dockerfile') },
    });
    expect(await steps(text)).toEqual([]);
  });

  test.each([
    ['FORM scratch', /could not be built: dockerfile parse error.*FORM/i],
    ['FROM localhost:1/nobody/has-this:1', /could not be built: .*localhost:1/],
    ['FROM scratch\nCOPY missing /', /could not be built: .*missing/],
    ['', /could not be built: .*Dockerfile/],
  ])('of the Dockerfile %j is refused with the reason', async (text, reason) => {
    expect(await refusal(build([text]))).toMatch(
      new RegExp(`^IMAGE_BUILD_FAILED 69: .*${reason.source}`, reason.flags),
    );
  });

  test('of a folder without a Dockerfile, or of none, is refused with the reason', async () => {
    writeFileSync(join(folder, 'readme'), 'nothing');
    const options = { docker: plain, onProgress: () => undefined, signal: never };
    expect(await refusal(ensureImage(ours(), options))).toMatch(/^IMAGE_BUILD_FAILED 69: .*: .*Dockerfile/);
    rmSync(folder, { recursive: true });
    expect(await refusal(ensureImage(ours(), options))).toMatch(/^IMAGE_BUILD_FAILED 69: .*ENOENT/);
  });

  test.each(['the socket', 'TCP'])('and given up in the middle leaves no container behind (%s)', async through => {
    if (through === 'TCP') environment({ DOCKER_HOST: `tcp://127.0.0.1:${await ways.tcp()}` });
    const { docker } = await connectEngine(clock);
    const controller = new AbortController();
    const text = token();
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${await holder()}\nRUN sleep 600; echo ${text}\n`);
    const building = ensureImage(ours(), { docker, onProgress: () => undefined, signal: controller.signal });
    const ended = expect(building).rejects.toThrow('enough');
    await expect.poll(() => steps(text), patience).toHaveLength(1);
    controller.abort(new Error('enough'));
    await ended;
    await expect.poll(() => steps(text), patience).toEqual([]);
    await expect(
      ensureImage(ours(), { docker, onProgress: () => undefined, signal: controller.signal }),
    ).rejects.toThrow('enough');
  });
});

describe('an image that is pulled', () => {
  const options = { docker: plain, onProgress: () => undefined, signal: never };

  test('tells how many of its layers are here', async () => {
    using registry = await FakeRegistry.open({ layers: [`one ${token()}`, `two ${token()}`] });
    const name = `${registry.address}/engine-test`;
    const sentences: string[] = [];
    const onProgress = (sentence: string): void => void sentences.push(sentence);
    try {
      expect(await ensureImage({ name }, { ...options, onProgress })).toBe(name);
      expect(sentences).toEqual([
        `pulling the image ${name}`,
        `pulling the image ${name}: 1 of 2 layers are here`,
        `pulling the image ${name}: 2 of 2 layers are here`,
      ]);
      expect((await plain.getImage(name).inspect()).RepoTags).toEqual([`${name}:latest`]);
    } finally {
      await plain.getImage(name).remove({ force: true });
    }
  });

  test('is given up in the middle', async () => {
    using registry = await FakeRegistry.open({ layers: [`one ${token()}`], silent: true });
    const controller = new AbortController();
    const pulling = ensureImage({ name: `${registry.address}/engine-test` }, { ...options, signal: controller.signal });
    const ended = expect(pulling).rejects.toThrow('enough');
    await registry.asked;
    controller.abort(new Error('enough'));
    await ended;
  });

  test.each([
    ['localhost:1/nobody/has-this:1', 'localhost:1'],
    ['No Name', 'No Name'],
    ['UPPER/case', 'invalid reference format'],
  ])('under the name %j is refused with the reason', async (name, reason) => {
    const text = await refusal(ensureImage({ name }, options));
    expect(text).toContain(`IMAGE_UNAVAILABLE 69: the image ${name} is not here and could not be pulled: `);
    expect(text).toContain(reason);
  });
});
