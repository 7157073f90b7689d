import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/time.ts';
import type { Endpoint } from '../../../src/runtime/docker/spec.ts';
import { Gateway, LostError, NotSentError } from '../../../src/system/etcd/gateway.ts';
import { closedPort, FakeEtcd, type Treatment } from './fake-etcd.ts';
import { HandClock } from './hand-clock.ts';

const put = { key: 'YQ==', value: 'MQ==' };

function gatewayTo(endpoint: Endpoint, clock = systemClock()): Gateway {
  return new Gateway({ endpoint, clock });
}

/** `NotSentError: ...` or `LostError: ...`, or the status of the answer. */
async function outcome(request: Promise<{ readonly status: number }>): Promise<string> {
  try {
    return String((await request).status);
  } catch (error) {
    expect(error instanceof NotSentError || error instanceof LostError).toBe(true);
    return String(error).replace(/\d+\.\d+\.\d+\.\d+:\d+/, 'HOST');
  }
}

describe('nothing has left', () => {
  test('when the connection is refused as it is opened', async () => {
    await using gateway = gatewayTo(await closedPort());
    await expect(gateway.open()).rejects.toThrow(NotSentError);
  });

  test('when the connection is refused as something is asked', async () => {
    await using gateway = gatewayTo(await closedPort());
    expect(await outcome(gateway.post('kv/put', put))).toBe('NotSentError: connect ECONNREFUSED HOST');
  });

  test('when there is no way to the member', async () => {
    await using gateway = gatewayTo({ host: '255.255.255.255', port: 2379, proxied: false });
    expect(await outcome(gateway.post('kv/put', put))).toMatch(/^NotSentError: connect E[A-Z]+ /);
  });

  test('when the connection is not there at its deadline', async () => {
    await using etcd = await FakeEtcd.start();
    const clock = new HandClock();
    await using gateway = gatewayTo(etcd.endpoint(), clock);
    const opened = gateway.open();
    clock.end(1000);
    await expect(opened).rejects.toThrow('no connection within 1000 ms');
    const asked = outcome(gateway.post('kv/put', put));
    clock.end(1000);
    expect(await asked).toBe('NotSentError: no connection within 1000 ms');
    expect(etcd.requests).toEqual([]);
  });

  test('when it is given up before the connection is there', async () => {
    await using etcd = await FakeEtcd.start();
    await using gateway = gatewayTo(etcd.endpoint());
    const controller = new AbortController();
    const opened = gateway.open(controller.signal);
    const asked = outcome(gateway.post('kv/put', put, { signal: controller.signal }));
    controller.abort();
    await expect(opened).rejects.toThrow('given up');
    expect(await asked).toBe('NotSentError: given up');
    await expect(gateway.open(controller.signal)).rejects.toThrow('given up');
    expect(etcd.requests).toEqual([]);
  });

  test('when the member went away after the last answer', async () => {
    await using etcd = await FakeEtcd.start();
    await using gateway = gatewayTo(etcd.endpoint());
    expect(await outcome(gateway.post('kv/put', put))).toBe('200');
    await etcd.stop();
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    expect(await outcome(gateway.post('kv/put', put))).toBe('NotSentError: connect ECONNREFUSED HOST');
  });
});

describe('nobody knows', () => {
  const endings: readonly (readonly [Treatment, RegExp])[] = [
    ['reset', /^LostError: (read ECONNRESET|socket hang up)$/],
    ['reset-after', /^LostError: (read ECONNRESET|socket hang up)$/],
    ['break-off', /^LostError: (aborted|closed before the answer)$/],
  ];
  test.each(endings)('when the connection ends by %s', async (treatment, error) => {
    await using etcd = await FakeEtcd.start();
    etcd.onRequest = () => treatment;
    await using gateway = gatewayTo(etcd.endpoint());
    await gateway.open();
    expect(await outcome(gateway.post('kv/put', put))).toMatch(error);
    expect(etcd.requests).toEqual(['kv/put']);
  });

  test('when there is no answer by the deadline', async () => {
    await using etcd = await FakeEtcd.start();
    etcd.onRequest = () => 'hang';
    const clock = new HandClock();
    await using gateway = gatewayTo(etcd.endpoint(), clock);
    const asked = outcome(gateway.post('kv/put', put, { deadlineMs: 1500 }));
    await etcd.seen('kv/put');
    clock.end(1500);
    expect(await asked).toBe('LostError: no answer within 1500 ms');
  });

  test('when the gateway is closed, or the request given up, before the answer', async () => {
    await using etcd = await FakeEtcd.start();
    etcd.onRequest = () => 'hang';
    await using gateway = gatewayTo(etcd.endpoint());
    const controller = new AbortController();
    const asked = outcome(gateway.post('kv/put', put, { signal: controller.signal }));
    await etcd.seen('kv/put');
    controller.abort();
    expect(await asked).toBe('LostError: given up');
    const again = outcome(gateway.post('kv/put', put));
    await etcd.seen('kv/put', 2);
    await gateway[Symbol.asyncDispose]();
    expect(await again).toBe('LostError: socket hang up');
  });

  test('behind a proxy, whatever happened', async () => {
    await using etcd = await FakeEtcd.start();
    await using gateway = gatewayTo(etcd.endpoint({ proxied: true }));
    expect(await outcome(gateway.post('kv/put', put))).toBe('200');
    await etcd.stop();
    for (let turn = 0; turn < 10; turn++) await setImmediate();
    expect(await outcome(gateway.post('kv/put', put))).toBe('LostError: connect ECONNREFUSED HOST');
  });
});

test('what was opened ahead carries all requests, each of them once', async () => {
  await using etcd = await FakeEtcd.start();
  await using gateway = gatewayTo(etcd.endpoint());
  await gateway.open();
  for (let round = 0; round < 5; round++) await gateway.post('kv/put', put);
  expect(etcd.connections).toBe(1);
  expect(etcd.requests).toEqual(Array.from({ length: 5 }, () => 'kv/put'));
});

test('after a lost request the next one opens another connection, and the lost one is not sent again', async () => {
  await using etcd = await FakeEtcd.start();
  await using gateway = gatewayTo(etcd.endpoint());
  let first = true;
  etcd.onRequest = () => {
    const treatment = first ? 'reset' : 'carry-out';
    first = false;
    return treatment;
  };
  expect(await outcome(gateway.post('kv/put', put))).toMatch(/^LostError/);
  expect(await outcome(gateway.post('kv/range', { key: 'YQ==' }))).toBe('200');
  expect(etcd.connections).toBe(2);
  expect(etcd.requests).toEqual(['kv/put', 'kv/range']);
});

test('an answer that is there wins against a deadline that has passed', async () => {
  await using etcd = await FakeEtcd.start();
  const clock = new HandClock();
  await using gateway = gatewayTo(etcd.endpoint(), clock);
  expect(await outcome(gateway.post('kv/put', put, { deadlineMs: 1500 }))).toBe('200');
  clock.end(1500);
  expect(await outcome(gateway.post('kv/put', put))).toBe('200');
  expect(etcd.connections).toBe(1);
});
