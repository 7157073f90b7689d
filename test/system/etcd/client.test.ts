import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/time.ts';
import type { Client } from '../../../src/client/client.ts';
import type { Completion, Invocation } from '../../../src/history/event.ts';
import { type EtcdClientOptions, etcdClient } from '../../../src/system/etcd/client.ts';
import { Gateway } from '../../../src/system/etcd/gateway.ts';
import { closedPort, FakeEtcd } from './fake-etcd.ts';

async function ask(client: Client, f: string, key: Invocation['key'], value: unknown): Promise<Completion> {
  return await client.invoke({ f, key, value }, { signal: new AbortController().signal });
}

function clientOf(etcd: FakeEtcd, options: Partial<EtcdClientOptions> = {}): Client {
  const gateway = new Gateway({ endpoint: etcd.endpoint(), clock: systemClock() });
  return etcdClient({ gateway, workload: 'lin-kv', reads: 'linearizable', ...options });
}

describe('lin-kv', () => {
  test('a key is null, then what was written, then what a cas made of it', async () => {
    await using etcd = await FakeEtcd.start();
    await using client = clientOf(etcd);
    expect(await ask(client, 'read', 7, null)).toEqual({ type: 'ok', value: null });
    expect(await ask(client, 'write', 7, 1)).toEqual({ type: 'ok' });
    expect(await ask(client, 'read', 7, null)).toEqual({ type: 'ok', value: 1 });
    expect(await ask(client, 'cas', 7, [1, 2])).toEqual({ type: 'ok' });
    expect(await ask(client, 'read', 7, null)).toEqual({ type: 'ok', value: 2 });
    expect(await ask(client, 'read', 8, null)).toEqual({ type: 'ok', value: null });
    expect(etcd.get('lin-kv/7')).toBe('2');
  });

  test('a refused cas has seen another value', async () => {
    await using etcd = await FakeEtcd.start();
    await using client = clientOf(etcd);
    const refused = { type: 'fail', value: 'refused', error: 'the value is another' };
    expect(await ask(client, 'cas', 7, [1, 2])).toEqual(refused);
    expect(await ask(client, 'cas', 7, [null, 1])).toEqual({ type: 'ok' });
    expect(await ask(client, 'cas', 7, [null, 2])).toEqual(refused);
    expect(await ask(client, 'read', 7, null)).toEqual({ type: 'ok', value: 1 });
  });

  test.each(['linearizable', 'serializable'] as const)('reads are %s if the setting says so', async reads => {
    await using etcd = await FakeEtcd.start();
    await using client = clientOf(etcd, { reads });
    await ask(client, 'read', 7, null);
    expect(etcd.bodies[0]?.['serializable']).toBe(reads === 'serializable');
  });

  test('a value that nobody of us can have written is shown as it is', async () => {
    await using etcd = await FakeEtcd.start();
    await using client = clientOf(etcd);
    etcd.set('lin-kv/7', 'garbage');
    expect(await ask(client, 'read', 7, null)).toEqual({ type: 'ok', value: 'garbage' });
  });
});

describe('g-set', () => {
  test('holds what was added, also twice', async () => {
    await using etcd = await FakeEtcd.start();
    await using client = clientOf(etcd, { workload: 'g-set' });
    expect(await ask(client, 'read', null, null)).toEqual({ type: 'ok', value: [] });
    for (const element of [0, 10, 2, 2, 'x']) expect(await ask(client, 'add', null, element)).toEqual({ type: 'ok' });
    etcd.set('g-sets/1', '');
    const read = await ask(client, 'read', null, null);
    expect(new Set(read.value as unknown[])).toEqual(new Set([0, 2, 10, 'x']));
    expect((read.value as unknown[]).length).toBe(4);
  });

  test('asks only for the keys of its range', async () => {
    await using etcd = await FakeEtcd.start();
    await using client = clientOf(etcd, { workload: 'g-set', reads: 'serializable' });
    await ask(client, 'read', null, null);
    const bytes = (text: string) => Buffer.from(text).toString('base64');
    expect(etcd.bodies).toEqual([
      { key: bytes('g-set/'), range_end: bytes('g-set0'), serializable: true, keys_only: true },
    ]);
  });
});

describe('without an answer', () => {
  const operations = [
    ['read', null, 'fail', 'fail'],
    ['write', 5, 'fail', 'info'],
    ['cas', [5, 6], 'fail', 'info'],
  ] as const;

  test.each(operations)('%s: refused is fail', async (f, value, refused) => {
    const gateway = new Gateway({ endpoint: await closedPort(), clock: systemClock() });
    await using client = etcdClient({ gateway, workload: 'lin-kv', reads: 'linearizable' });
    const { type, error } = await ask(client, f, 1, value);
    expect([type, error?.replace(/\S+$/, 'HOST')]).toEqual([refused, 'could not connect: connect ECONNREFUSED HOST']);
  });

  test.each(operations)('%s: broken off is fail only for a read', async (f, value, _, lost) => {
    await using etcd = await FakeEtcd.start();
    etcd.onRequest = () => 'reset-after';
    await using client = clientOf(etcd);
    expect((await ask(client, f, 1, value)).type).toBe(lost);
    expect(etcd.requests.length).toBe(1);
  });

  test('behind a proxy a refused write is info', async () => {
    const endpoint = { ...(await closedPort()), proxied: true };
    const gateway = new Gateway({ endpoint, clock: systemClock() });
    await using client = etcdClient({ gateway, workload: 'lin-kv', reads: 'linearizable' });
    expect((await ask(client, 'write', 1, 5)).type).toBe('info');
    expect((await ask(client, 'read', 1, null)).type).toBe('fail');
  });

  test('a member that hangs is left when the client is closed', async () => {
    await using etcd = await FakeEtcd.start();
    etcd.onRequest = () => 'hang';
    await using client = clientOf(etcd);
    const write = ask(client, 'write', 1, 5);
    await etcd.seen('kv/put');
    await client[Symbol.asyncDispose]();
    expect(await write).toEqual({ type: 'info', error: 'socket hang up' });
  });
});
