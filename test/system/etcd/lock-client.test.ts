import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { entryPoint } from '../../../src/base/entry.ts';
import { systemClock } from '../../../src/base/time.ts';
import type { Client } from '../../../src/client/client.ts';
import { commandClient } from '../../../src/client/command.ts';
import { FakeEtcd } from './fake-etcd.ts';

interface Running extends AsyncDisposable {
  readonly client: Client;
  readonly child: ChildProcessWithoutNullStreams;
  readonly exit: Promise<number | null>;
}

async function start(hello: Readonly<Record<string, unknown>>): Promise<Running> {
  const program = entryPoint(new URL('../../../src/system/etcd/etcd.ts', import.meta.url).href, './lock-client');
  const child = spawn(process.execPath, [program]);
  const exit = new Promise<number | null>(resolve => child.on('exit', resolve));
  child.stdin.on('error', () => undefined);
  const end = async (): Promise<void> => {
    child.kill('SIGCONT');
    child.stdin.end();
    await exit;
  };
  const client = await commandClient({
    pipe: {
      write: line => void child.stdin.write(`${line}\n`),
      lines: createInterface({ input: child.stdout }),
      [Symbol.asyncDispose]: end,
    },
    hello: { process: 1, node: 'n1', fenced: false, lockDeadlineMs: 5000, seed: 1, ...hello },
    clock: systemClock(),
    readyDeadlineMs: 30_000,
  });
  return { client, child, exit, [Symbol.asyncDispose]: end };
}

describe("the lock's client as a process", () => {
  const context = { signal: new AbortController().signal };
  const add = { f: 'add', key: null, value: 4 };
  const read = { f: 'read', key: null, value: null };

  test.each([true, false])('adds and reads (fenced: %s), and ends with its input', async fenced => {
    await using etcd = await FakeEtcd.start();
    const running = await start({ endpoint: etcd.endpoint(), fenced });
    expect(await running.client.invoke(add, context)).toEqual({ type: 'ok' });
    expect(await running.client.invoke(read, context)).toEqual({ type: 'ok', value: [4] });
    await running[Symbol.asyncDispose]();
    expect(await running.exit).toBe(0);
  });

  test('ends with its input in the middle of an operation', async () => {
    await using etcd = await FakeEtcd.start();
    etcd.onRequest = () => 'hang';
    const running = await start({ endpoint: etcd.endpoint() });
    const adding = running.client.invoke(add, context);
    await etcd.seen('lease/grant');
    running.child.stdin.end();
    expect(await running.exit).toBe(0);
    expect(await adding).toEqual({ type: 'info', error: "the client's process ended" });
  });

  test('stopped while it holds the lock, it goes on where it was', async () => {
    await using etcd = await FakeEtcd.start();
    await using running = await start({ endpoint: etcd.endpoint() });
    etcd.onRequest = path => {
      if (path === 'kv/range') running.child.kill('SIGSTOP');
      return 'carry-out';
    };
    const adding = running.client.invoke(add, context);
    await etcd.seen('kv/range');
    expect(etcd.get('locked-set/list')).toBe(null);
    running.child.kill('SIGCONT');
    expect(await adding).toEqual({ type: 'ok' });
    expect(etcd.get('locked-set/list')).toBe('[4]');
  });

  test('is not ready when it is not told what it must know', async () => {
    await expect(start({ endpoint: 'n1' })).rejects.toThrow('endpoint');
  });
});
