import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Random } from '../../src/base/random.ts';
import { systemClock } from '../../src/base/time.ts';
import type { Completion, Invocation } from '../../src/history/event.ts';
import type { StdioCluster } from '../../src/runtime/stdio/cluster.ts';
import { type MaelstromSystemOptions, maelstromSystem, type NodeContext } from '../../src/system/maelstrom.ts';
import type { OpenOptions, OpenSystem } from '../../src/system/system.ts';
import { nodeCommand, nodePath, type Workplace, workplace } from '../runtime/stdio/fixture.ts';

const patience = { timeout: 20_000 };
const context = { signal: new AbortController().signal };

let place: Workplace;

beforeEach(() => {
  place = workplace();
});

afterEach(() => {
  expect(place.leftovers()).toEqual([]);
  place[Symbol.dispose]();
});

function open(
  system: Partial<MaelstromSystemOptions> & Pick<MaelstromSystemOptions, 'command'>,
  options: Partial<OpenOptions> = {},
): Promise<OpenSystem> {
  return maelstromSystem({ name: 'test', summary: 'a system of tests', ...system }).open({
    nodes: ['n1', 'n2', 'n3'],
    workload: 'lin-kv',
    random: Random.fromSeed('test'),
    clock: systemClock(),
    directory: place.directory,
    latency: { distribution: 'constant', meanMs: 0 },
    signal: new AbortController().signal,
    ...options,
  });
}

async function invoke(
  opened: OpenSystem,
  node: string,
  invocation: Partial<Invocation> & { f: string },
): Promise<Completion> {
  await using client = await opened.connect(node, 0);
  return await client.invoke({ key: null, value: null, ...invocation }, context);
}

describe('a system of any programme that speaks the protocol', () => {
  test('runs one written in another language, with the services that the protocol promises', async () => {
    await using opened = await open({ command: ['python3', nodePath('lin_kv.py'), place.mark] });
    expect([
      await invoke(opened, 'n1', { f: 'read', key: 0 }),
      await invoke(opened, 'n1', { f: 'write', key: 0, value: 1 }),
      await invoke(opened, 'n2', { f: 'cas', key: 0, value: [1, 2] }),
      await invoke(opened, 'n3', { f: 'cas', key: 0, value: [1, 2] }),
      await invoke(opened, 'n3', { f: 'read', key: 0 }),
    ]).toEqual([
      { type: 'ok', value: null },
      { type: 'ok' },
      { type: 'ok' },
      { type: 'fail', value: 'refused', error: 'precondition-failed (22): current value 2 is not 1' },
      { type: 'ok', value: 2 },
    ]);
    expect(readFileSync(join(place.directory, 'nodes', 'n2.log'), 'utf8')).toContain('\nI am n2\n');
    expect(opened.environment).toEqual({ runtime: 'processes', engine: null, images: [] });
  });

  test('offers every workload unless it is told which', () => {
    expect(maelstromSystem({ name: 'x', summary: '', command: ['x'] }).workloads[0]).toBe('lin-kv');
    expect(maelstromSystem({ name: 'x', summary: '', command: ['x'], workloads: ['echo'] }).workloads).toEqual([
      'echo',
    ]);
  });

  test('gives each node a command of its own, a directory that exists, a stream of its own, and the workload', async () => {
    const contexts: NodeContext[] = [];
    await using opened = await open({
      command: node => {
        contexts.push(node);
        return nodeCommand(place, 'kv.mjs', node.node === 'n2' ? 'leader' : 'follower');
      },
      probes: 'always',
    });
    await opened.cluster.processes.kill('n2');
    await opened.cluster.processes.start('n2');
    expect(contexts.map(({ node, workload }) => [node, workload])).toEqual([
      ['n1', 'lin-kv'],
      ['n2', 'lin-kv'],
      ['n3', 'lin-kv'],
    ]);
    expect(contexts.map(({ directory }) => directory)).toEqual(
      ['n1', 'n2', 'n3'].map(node => join(place.directory, 'data', node)),
    );
    expect(contexts.every(({ directory }) => existsSync(directory))).toBe(true);
    expect(new Set(contexts.map(({ random }) => random.fraction())).size).toBe(3);
    expect(await opened.primaries?.(opened.cluster.nodes)).toEqual(['n2']);
  });

  test('is refused as a whole when the command is not there', async () => {
    await expect(open({ command: ['./no-such-node'] })).rejects.toMatchObject({ code: 'BIN_NOT_FOUND' });
  });

  test('a node that is down fails what it is asked for, for certain', async () => {
    await using opened = await open({ command: () => nodeCommand(place, 'kv.mjs', 'leader') });
    await opened.cluster.processes.kill('n1');
    await expect(invoke(opened, 'n1', { f: 'read', key: 0 })).rejects.toMatchObject({
      name: 'DefiniteError',
      message: 'n1 is down: the request was never delivered',
    });
  });
});

describe('broadcast', () => {
  test('nodes are told their neighbours after every start, before clients come', async () => {
    await using opened = await open(
      { command: () => nodeCommand(place, 'broadcast.mjs'), topology: 'line' },
      { workload: 'broadcast' },
    );
    await invoke(opened, 'n1', { f: 'broadcast', value: 1 });
    await expect.poll(() => invoke(opened, 'n3', { f: 'read' }), patience).toEqual({ type: 'ok', value: [1] });
    await opened.cluster.processes.kill('n2');
    await opened.cluster.processes.start('n2');
    await invoke(opened, 'n1', { f: 'broadcast', value: 2 });
    await expect.poll(() => invoke(opened, 'n3', { f: 'read' }), patience).toEqual({ type: 'ok', value: [1, 2] });
    expect(await invoke(opened, 'n2', { f: 'read' })).toEqual({ type: 'ok', value: [2] });
  });

  test('a node that knows no topology is taken as it is; one that has another trouble with it is not', async () => {
    await using opened = await open({ command: () => nodeCommand(place, 'echo.mjs') }, { workload: 'broadcast' });
    await expect(invoke(opened, 'n1', { f: 'read' })).rejects.toThrow('not-supported (10): no read here');
    await opened[Symbol.asyncDispose]();
    const refused = open(
      { command: () => nodeCommand(place, 'broken.mjs', 'refuses-topology') },
      { workload: 'broadcast' },
    );
    await expect(refused).rejects.toMatchObject({
      code: 'NODE_NOT_READY',
      message: expect.stringContaining('it answered topology with {"type":"error","code":13'),
    });
  });
});

describe('probes', () => {
  test('are not there unless they are asked for: foreign nodes may not survive a question that they do not know', async () => {
    await using opened = await open({ command: () => nodeCommand(place, 'kv.mjs', 'leader') });
    expect(['primaries' in opened, 'replica' in opened]).toEqual([false, false]);
  });

  test('tell who leads and what each member holds itself', async () => {
    await using opened = await open({ command: () => nodeCommand(place, 'kv.mjs', 'leader'), probes: 'always' });
    await invoke(opened, 'n2', { f: 'write', key: 'x', value: 1 });
    expect(await opened.primaries?.(opened.cluster.nodes)).toEqual(['n1', 'n2', 'n3']);
    expect(await opened.replica?.('n1')).toEqual({});
    expect(await opened.replica?.('n2')).toEqual({ x: 1 });
  });

  test('of a node that is dead or stopped tell nothing, and the others are asked all the same', async () => {
    await using opened = await open({ command: () => nodeCommand(place, 'kv.mjs', 'leader'), probes: 'once' });
    await opened.cluster.processes.kill('n1');
    await opened.cluster.processes.pause('n2');
    expect(await opened.primaries?.(opened.cluster.nodes)).toEqual(['n3']);
    expect([await opened.replica?.('n1'), await opened.replica?.('n2')]).toEqual([null, null]);
    await opened.cluster.processes.start('n1');
    await opened.cluster.processes.resume('n2');
    await expect.poll(() => opened.primaries?.(opened.cluster.nodes), patience).toEqual(['n1', 'n2', 'n3']);
  });

  /** Answers to two rounds of questions, and how many messages the second round took. */
  async function askTwice(probes: 'once' | 'always', mode: string): Promise<string> {
    await using opened = await open({ command: () => nodeCommand(place, 'kv.mjs', mode), probes }, { nodes: ['n1'] });
    const ask = async (): Promise<string> =>
      JSON.stringify([await opened.primaries?.(opened.cluster.nodes), await opened.replica?.('n1')]);
    const first = await ask();
    const before = (opened.cluster as StdioCluster).traffic().withClients;
    const second = await ask();
    return `${first} ${second} ${(opened.cluster as StdioCluster).traffic().withClients - before}`;
  }

  test('are given up for a node that does not know the question, or does not answer although it runs', async () => {
    expect(await askTwice('once', 'ignorant')).toBe('[[],null] [[],null] 0');
    expect(await askTwice('once', 'slow-to-tell')).toBe('[[],null] [[],null] 0');
    expect(await askTwice('once', 'leader')).toBe('[["n1"],{}] [["n1"],{}] 4');
  });

  test('are never given up for silence when the system is known to answer them', async () => {
    expect(await askTwice('always', 'slow-to-tell')).toBe('[[],null] [[],null] 2');
  });
});
