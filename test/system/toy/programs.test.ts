/**
 * The programs as a user runs them: compiled, one process each, JSON lines in and out. Build before this test.
 */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { entryPoint } from '../../../src/base/entry.ts';
import type { Body, Message } from '../../../src/system/toy/wire.ts';

const folder = new URL('../../../src/system/toy/', import.meta.url);
let directory = '';
let nodes: TestNode[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ordeal-toy-'));
  nodes = [];
});
afterEach(async () => {
  await Promise.all(nodes.map(node => node.kill()));
  rmSync(directory, { recursive: true });
});

/** One node on its own, which has answered `init`. */
async function start(program: 'raft' | 'gossip', flags: readonly string[] = [], data = directory): Promise<TestNode> {
  const node = new TestNode(program, ['--data', data, ...flags]);
  nodes.push(node);
  expect(await node.ask({ type: 'init', node_id: 'n1', node_ids: ['n1'] })).toEqual({
    type: 'init_ok',
    in_reply_to: 1,
  });
  return node;
}

class TestNode {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<number | null>;
  stderr = '';
  private readonly waiting = new Map<number, (body: Body) => void>();
  private asked = 0;

  constructor(program: string, flags: readonly string[]) {
    const path = entryPoint(new URL('test.ts', folder).href, `./${program}`);
    this.process = spawn(process.execPath, [path, ...flags]);
    this.ended = once(this.process, 'exit').then(([code]) => code as number | null);
    this.process.stdin.on('error', () => undefined);
    this.process.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    createInterface(this.process.stdout).on('line', line => {
      const { src, dest, body } = JSON.parse(line) as Message;
      expect([src, dest]).toEqual(['n1', 'c1']);
      this.waiting.get(Number(body.in_reply_to))?.(body);
    });
  }

  ask(body: Body): Promise<Body> {
    const id = ++this.asked;
    this.process.stdin.write(`${JSON.stringify({ src: 'c1', dest: 'n1', body: { ...body, msg_id: id } })}\n`);
    return new Promise((resolve, reject) => {
      this.waiting.set(id, resolve);
      void this.ended.then(code => reject(new Error(`the node ended with ${code}: ${this.stderr}`)));
    });
  }

  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}

describe('the Raft program', () => {
  test('has what it acknowledged after a SIGKILL, and minds no torn line', async () => {
    const first = await start('raft', ['--skew-ms=-20', '--workload', 'lin-kv']);
    expect(await first.ask({ type: 'write', key: 1, value: 'kept' })).toMatchObject({ type: 'write_ok' });
    expect(await first.ask({ type: 'role' })).toMatchObject({ role: 'leader', term: 1 });
    await first.kill();
    appendFileSync(join(directory, 'n1.raft.jsonl'), '{"from":3,"entr');
    const second = await start('raft');
    expect(await second.ask({ type: 'read', key: 1 })).toMatchObject({ type: 'read_ok', value: 'kept' });
    expect(await second.ask({ type: 'role' })).toMatchObject({ role: 'leader', term: 2 });
    expect(await second.ask({ type: 'replica' })).toMatchObject({ state: { 1: 'kept' } });
  });

  test('ends when its standard input ends', async () => {
    const node = await start('raft');
    node.process.stdin.end();
    expect(await node.ended).toBe(0);
  });
});

describe('the gossip program', () => {
  const workloads: readonly (readonly [string, Body, Body, unknown])[] = [
    ['g-set', { type: 'add', element: 'x' }, { type: 'read' }, { type: 'read_ok', value: ['x'] }],
    ['broadcast', { type: 'broadcast', message: 7 }, { type: 'read' }, { type: 'read_ok', messages: [7] }],
    ['g-counter', { type: 'add', delta: 3 }, { type: 'read' }, { type: 'read_ok', value: 3 }],
    ['pn-counter', { type: 'add', delta: -3 }, { type: 'read' }, { type: 'read_ok', value: -3 }],
    ['lww-map', { type: 'put', key: 'k', value: 1 }, { type: 'get', key: 'k' }, { type: 'get_ok', value: 1 }],
  ];
  for (const [workload, update, read, answer] of workloads) {
    test(`has what it acknowledged after a SIGKILL: ${workload}`, async () => {
      const flags = ['--workload', workload];
      const first = await start('gossip', flags);
      expect(await first.ask(update)).toMatchObject({ type: `${update.type}_ok` });
      await first.kill();
      const second = await start('gossip', flags);
      expect(await second.ask(read)).toMatchObject(answer as object);
    });
  }

  test('forgets a removed key, and says of a key that never was the same', async () => {
    const node = await start('gossip', ['--workload', 'lww-map']);
    await node.ask({ type: 'put', key: 'k', value: 1 });
    expect(await node.ask({ type: 'remove', key: 'k' })).toMatchObject({ type: 'remove_ok' });
    expect(await node.ask({ type: 'get', key: 'k' })).toMatchObject({ type: 'get_ok', value: null });
    expect(await node.ask({ type: 'get', key: 'other' })).toMatchObject({ type: 'get_ok', value: null });
    expect(await node.ask({ type: 'replica' })).toMatchObject({ state: {} });
  });

  test('gives ids that are unique over its lives, and echoes', async () => {
    const ids = new Set<unknown>();
    for (let life = 0; life < 2; life++) {
      const node = await start('gossip', ['--workload', 'unique-ids']);
      for (let count = 0; count < 3; count++) ids.add((await node.ask({ type: 'generate' }))['id']);
      await node.kill();
    }
    expect(ids.size).toBe(6);
    const echoing = await start('gossip', ['--workload', 'echo']);
    expect(await echoing.ask({ type: 'echo', echo: { a: [1] } })).toMatchObject({ type: 'echo_ok', echo: { a: [1] } });
    expect(await echoing.ask({ type: 'read' })).toMatchObject({ type: 'error', code: 10 });
  });
});

describe('both programs', () => {
  for (const program of ['raft', 'gossip'] as const) {
    test(`${program} refuses a misspelt bug, and writes nothing`, async () => {
      const node = new TestNode(program, ['--data', directory, '--bug', 'stale-reed']);
      nodes.push(node);
      expect(await node.ended).toBe(1);
      expect(node.stderr).toContain('unknown bug stale-reed');
      expect(readdirSync(directory)).toEqual([]);
    });
  }

  test('are where the tests look for them', () => {
    expect(entryPoint(new URL('test.ts', folder).href, './raft')).toBe(
      fileURLToPath(new URL('../../../dist/system/toy/raft.js', import.meta.url)),
    );
  });
});
