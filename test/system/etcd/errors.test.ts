import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/time.ts';
import { DefiniteError } from '../../../src/client/client.ts';
import type { Completion, Invocation } from '../../../src/history/event.ts';
import { etcdClient } from '../../../src/system/etcd/client.ts';
import { etcdErrors, noAnswer } from '../../../src/system/etcd/errors.ts';
import { Gateway } from '../../../src/system/etcd/gateway.ts';
import { FakeEtcd } from './fake-etcd.ts';

const invocations: readonly Invocation[] = [
  { f: 'write', key: 1, value: 5 },
  { f: 'cas', key: 1, value: [5, 6] },
  { f: 'read', key: 1, value: null },
];

/** How each operation of lin-kv ends when etcd answers this: `write info, cas info, read fail`. */
async function endings(
  status: number,
  body: unknown,
): Promise<{ readonly types: string; readonly errors: Set<string> }> {
  await using etcd = await FakeEtcd.start();
  etcd.onRequest = () => ({ status, body });
  const gateway = new Gateway({ endpoint: etcd.endpoint(), clock: systemClock() });
  await using client = etcdClient({ gateway, workload: 'lin-kv', reads: 'linearizable' });
  const completions: Completion[] = [];
  for (const invocation of invocations) {
    completions.push(await client.invoke(invocation, { signal: new AbortController().signal }));
  }
  const types = completions.map(({ type }, index) => `${invocations[index]?.f} ${type}`).join(', ');
  return { types, errors: new Set(completions.map(({ error }) => error ?? '')) };
}

const fail = 'write fail, cas fail, read fail';
const info = 'write info, cas info, read fail';
const statusOf: Readonly<Record<number, number>> = { 2: 500, 3: 400, 5: 404, 8: 429, 11: 400, 14: 503 };

describe('the table', () => {
  const answers = etcdErrors.filter(({ when }) => when === 'answer');

  test.each(answers)('$text (gRPC $code) is $outcome', async ({ text, code = -1, outcome }) => {
    const status = statusOf[code] ?? 0;
    const { types, errors } = await endings(status, { error: `etcdserver: ${text}`, message: text, code });
    expect(types).toBe(outcome === 'fail' ? fail : info);
    expect([...errors]).toEqual([`${text} (HTTP ${status}, gRPC ${code})`]);
  });

  test('nothing else is definite', () => {
    const definite = etcdErrors.filter(({ outcome }) => outcome === 'fail');
    expect(definite.map(({ when, code, text }) => [when, code, text].filter(Boolean).join(' '))).toEqual([
      'connect ECONNREFUSED',
      'connect EHOSTUNREACH',
      'connect timeout',
      'answer 3 key is not provided',
      'answer 3 duplicate key given in txn request',
      'answer 3 too many operations in txn request',
      'answer 3 request is too large',
      'answer 5 requested lease not found',
      'answer 8 mvcc: database space exceeded',
      'answer 8 too many requests',
      'answer 11 mvcc: required revision is a future revision',
    ]);
  });

  test('says of every line why, and where it is known from', () => {
    for (const { why, source } of etcdErrors) expect([why.length > 10, source.length > 10]).toEqual([true, true]);
  });
});

describe('what is not in the table proves nothing of a mutation', () => {
  test.each([
    [
      'a text that is not known',
      503,
      { error: 'etcdserver: something new', code: 14 },
      'something new (HTTP 503, gRPC 14)',
    ],
    [
      'a known text with another code',
      500,
      { error: 'key is not provided', code: 2 },
      'key is not provided (HTTP 500, gRPC 2)',
    ],
    [
      'a text that only contains a known one',
      400,
      { error: 'no key is not provided', code: 3 },
      'no key is not provided (HTTP 400, gRPC 3)',
    ],
    ['no code', 400, { error: 'key is not provided' }, 'key is not provided (HTTP 400)'],
    ['the error of a stream', 500, { error: { message: 'boom', grpc_code: 2 } }, 'boom (HTTP 500, gRPC 2)'],
    ['another page', 404, '404 page not found\n', '404 page not found (HTTP 404)'],
    ['nothing', 502, '', 'an empty answer (HTTP 502)'],
    ['a success without a header', 200, {}, 'an answer that cannot be read: {}'],
    ['a success that is no JSON', 200, '<html>', 'an answer that cannot be read: <html>'],
  ])('%s', async (_, status, body, error) => {
    const ended = await endings(status, body);
    expect(ended.types).toBe(info);
    expect([...ended.errors]).toEqual([error]);
  });
});

test('an error that is not from the connection is a bug of ours, and goes on', () => {
  expect(() => noAnswer(new TypeError('oops'))).toThrow('oops');
  expect(() => noAnswer(new DefiniteError('oops'))).toThrow('oops');
});
