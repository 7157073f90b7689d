import { describe, expect, test } from 'vitest';
import { AssertionError } from '../../src/base/assert.ts';
import { DefiniteError } from '../../src/client/client.ts';
import { maelstromClient } from '../../src/client/maelstrom.ts';
import { maelstromWorkloads } from '../../src/client/maelstrom-wire.ts';
import type { Invocation } from '../../src/history/event.ts';
import { type Endpoint, NotDeliveredError } from '../../src/runtime/stdio/endpoint.ts';
import type { Body } from '../../src/runtime/stdio/message.ts';

/** A node that gives this answer to whatever it is asked, and remembers what that was. */
function answering(reply: Body | Error): { readonly endpoint: Endpoint; readonly asked: unknown[]; closed: boolean } {
  const place = {
    asked: [] as unknown[],
    closed: false,
    endpoint: {
      name: 'c1',
      rpc(dest: string, body: Body): Promise<Body> {
        place.asked.push({ dest, ...body });
        return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
      },
      [Symbol.dispose]() {
        place.closed = true;
      },
    },
  };
  return place;
}

interface Case extends Partial<Invocation> {
  readonly workload: string;
  readonly f: string;
  readonly reply: Body | Error;
}

/** `ok 3`, `fail refused: ...`, `fail: ...`, `info: ...`: how it ended. */
async function outcome({ workload, f, key = null, value = null, reply }: Case): Promise<string> {
  const client = maelstromClient({ endpoint: answering(reply).endpoint, node: 'n1', workload });
  try {
    const completion = await client.invoke({ f, key, value }, { signal: new AbortController().signal });
    const shown = 'value' in completion ? ` ${JSON.stringify(completion.value)}` : '';
    return `${completion.type}${shown}${completion.error === undefined ? '' : `: ${completion.error}`}`;
  } catch (error) {
    return error instanceof DefiniteError ? `fail: ${error.message}` : `thrown: ${String(error)}`;
  }
}

async function asked({ workload, f, key = null, value = null }: Omit<Case, 'reply'>): Promise<unknown> {
  const node = answering({ type: 'whatever' });
  const client = maelstromClient({ endpoint: node.endpoint, node: 'n1', workload });
  await client.invoke({ f, key, value }, { signal: new AbortController().signal });
  return node.asked[0];
}

describe('operations on the wire', () => {
  test('every one is written as Maelstrom has it', async () => {
    const invocations: Omit<Case, 'reply'>[] = [
      { workload: 'lin-kv', f: 'read', key: 'x' },
      { workload: 'lin-kv', f: 'write', key: 7, value: 1 },
      { workload: 'lin-kv', f: 'cas', key: 'x', value: [1, 2] },
      { workload: 'echo', f: 'echo', value: { a: 1 } },
      { workload: 'unique-ids', f: 'generate' },
      { workload: 'broadcast', f: 'broadcast', value: 5 },
      { workload: 'broadcast', f: 'read' },
      { workload: 'g-set', f: 'add', value: 5 },
      { workload: 'g-set', f: 'read' },
      { workload: 'g-counter', f: 'add', value: 2 },
      { workload: 'pn-counter', f: 'add', value: -2 },
      { workload: 'pn-counter', f: 'read' },
      { workload: 'kafka', f: 'send', key: 3, value: 'm' },
      { workload: 'kafka', f: 'poll', value: { k: 2 } },
      { workload: 'kafka', f: 'commit_offsets', value: { k: 2 } },
      { workload: 'kafka', f: 'list_committed_offsets', value: ['k', 3] },
      { workload: 'lww-map', f: 'put', key: 'x', value: 1 },
      { workload: 'lww-map', f: 'remove', key: 'x' },
      { workload: 'lww-map', f: 'get', key: 'x' },
    ];
    expect(await Promise.all(invocations.map(asked))).toEqual([
      { dest: 'n1', type: 'read', key: 'x' },
      { dest: 'n1', type: 'write', key: 7, value: 1 },
      { dest: 'n1', type: 'cas', key: 'x', from: 1, to: 2 },
      { dest: 'n1', type: 'echo', echo: { a: 1 } },
      { dest: 'n1', type: 'generate' },
      { dest: 'n1', type: 'broadcast', message: 5 },
      { dest: 'n1', type: 'read' },
      { dest: 'n1', type: 'add', element: 5 },
      { dest: 'n1', type: 'read' },
      { dest: 'n1', type: 'add', delta: 2 },
      { dest: 'n1', type: 'add', delta: -2 },
      { dest: 'n1', type: 'read' },
      { dest: 'n1', type: 'send', key: '3', msg: 'm' },
      { dest: 'n1', type: 'poll', offsets: { k: 2 } },
      { dest: 'n1', type: 'commit_offsets', offsets: { k: 2 } },
      { dest: 'n1', type: 'list_committed_offsets', keys: ['k', '3'] },
      { dest: 'n1', type: 'put', key: 'x', value: 1 },
      { dest: 'n1', type: 'remove', key: 'x' },
      { dest: 'n1', type: 'get', key: 'x' },
    ]);
  });

  test('every good reply gives its value', async () => {
    const cases: Case[] = [
      { workload: 'lin-kv', f: 'read', key: 'x', reply: { type: 'read_ok', value: 3 } },
      { workload: 'lin-kv', f: 'read', key: 'x', reply: { type: 'read_ok', value: null } },
      { workload: 'lin-kv', f: 'read', key: 'x', reply: { type: 'error', code: 20, text: 'no key' } },
      { workload: 'lin-kv', f: 'write', key: 'x', value: 1, reply: { type: 'write_ok' } },
      { workload: 'lin-kv', f: 'cas', key: 'x', value: [1, 2], reply: { type: 'cas_ok' } },
      { workload: 'echo', f: 'echo', value: 1, reply: { type: 'echo_ok', echo: 1 } },
      { workload: 'unique-ids', f: 'generate', reply: { type: 'generate_ok', id: 'n1-7' } },
      { workload: 'broadcast', f: 'broadcast', value: 5, reply: { type: 'broadcast_ok' } },
      { workload: 'broadcast', f: 'read', reply: { type: 'read_ok', messages: [5, 1] } },
      { workload: 'g-set', f: 'add', value: 5, reply: { type: 'add_ok' } },
      { workload: 'g-set', f: 'read', reply: { type: 'read_ok', value: [5] } },
      { workload: 'g-counter', f: 'read', reply: { type: 'read_ok', value: 12 } },
      { workload: 'pn-counter', f: 'read', reply: { type: 'read_ok', value: -3 } },
      { workload: 'kafka', f: 'send', key: 'k', value: 'm', reply: { type: 'send_ok', offset: 0 } },
      { workload: 'kafka', f: 'poll', value: {}, reply: { type: 'poll_ok', msgs: { k: [[0, 'm']], l: [] } } },
      { workload: 'kafka', f: 'commit_offsets', value: {}, reply: { type: 'commit_offsets_ok' } },
      {
        workload: 'kafka',
        f: 'list_committed_offsets',
        value: ['k'],
        reply: { type: 'list_committed_offsets_ok', offsets: { k: 3 } },
      },
      { workload: 'lww-map', f: 'put', key: 'x', value: 1, reply: { type: 'put_ok' } },
      { workload: 'lww-map', f: 'remove', key: 'x', reply: { type: 'remove_ok' } },
      { workload: 'lww-map', f: 'get', key: 'x', reply: { type: 'get_ok', value: 1 } },
      { workload: 'lww-map', f: 'get', key: 'x', reply: { type: 'error', code: 20 } },
    ];
    expect(await Promise.all(cases.map(outcome))).toEqual([
      'ok 3',
      'ok null',
      'ok null',
      'ok',
      'ok',
      'ok 1',
      'ok "n1-7"',
      'ok',
      'ok [5,1]',
      'ok',
      'ok [5]',
      'ok 12',
      'ok -3',
      'ok 0',
      'ok {"k":[[0,"m"]],"l":[]}',
      'ok',
      'ok {"k":3}',
      'ok',
      'ok',
      'ok 1',
      'ok null',
    ]);
  });
});

describe('errors', () => {
  const cas = { workload: 'lin-kv', f: 'cas', key: 'x' };

  test('a refused cas is an observation: the value was not what was expected', async () => {
    expect(await outcome({ ...cas, value: [1, 2], reply: { type: 'error', code: 22, text: 'it is 3' } })).toBe(
      'fail "refused": precondition-failed (22): it is 3',
    );
    expect(await outcome({ ...cas, value: [1, 2], reply: { type: 'error', code: 20 } })).toBe(
      'fail "refused": key-does-not-exist (20)',
    );
  });

  test('a key that does not exist says nothing against a cas which expected null', async () => {
    expect(await outcome({ ...cas, value: [null, 2], reply: { type: 'error', code: 20 } })).toBe(
      'fail: key-does-not-exist (20)',
    );
  });

  test('definite codes are failures, indefinite and unknown ones leave it open', async () => {
    const codes = [0, 1, 10, 11, 12, 13, 14, 20, 21, 22, 30, 1001];
    const write = { workload: 'lin-kv', f: 'write', key: 'x', value: 1 };
    const outcomes = await Promise.all(
      codes.map(code => outcome({ ...write, reply: { type: 'error', code, text: 'why' } })),
    );
    expect(outcomes).toEqual([
      'info: timeout (0): why',
      'fail: node-not-found (1): why',
      'fail: not-supported (10): why',
      'fail: temporarily-unavailable (11): why',
      'fail: malformed-request (12): why',
      'info: crash (13): why',
      'fail: abort (14): why',
      'fail: key-does-not-exist (20): why',
      'fail: key-already-exists (21): why',
      'fail: precondition-failed (22): why',
      'fail: txn-conflict (30): why',
      'info: unknown-error (1001): why',
    ]);
  });

  test('an indefinite error to a read or a cas is no observation either', async () => {
    expect(await outcome({ workload: 'lin-kv', f: 'read', key: 'x', reply: { type: 'error', code: 13 } })).toBe(
      'info: crash (13)',
    );
    expect(await outcome({ ...cas, value: [1, 2], reply: { type: 'error', code: 0 } })).toBe('info: timeout (0)');
  });

  test('an error without a code that can be read leaves it open', async () => {
    const write = { workload: 'lin-kv', f: 'write', key: 'x', value: 1 };
    const codes = [undefined, null, '11', 11.5, [11]];
    expect(await Promise.all(codes.map(code => outcome({ ...write, reply: { type: 'error', code } })))).toEqual([
      'info: malformed error: its code is nothing',
      'info: malformed error: its code is null',
      'info: malformed error: its code is "11"',
      'info: malformed error: its code is 11.5',
      'info: malformed error: its code is [11]',
    ]);
  });

  test('a request that was never delivered failed for certain; any other trouble leaves it open', async () => {
    const write = { workload: 'lin-kv', f: 'write', key: 'x', value: 1 };
    expect(await outcome({ ...write, reply: new NotDeliveredError('n1 is down') })).toBe('fail: n1 is down');
    expect(await outcome({ ...write, reply: new Error('n1 died before it answered') })).toBe(
      'thrown: Error: n1 died before it answered',
    );
  });
});

describe('replies that cannot be read leave it open, and say why:', () => {
  test('another type than the one that belongs to the request', async () => {
    const write = { workload: 'lin-kv', f: 'write', key: 'x', value: 1 };
    const replies: Body[] = [{ type: 'read_ok', value: 1 }, {}, { type: 7 }, { type: 'write' }];
    expect(await Promise.all(replies.map(reply => outcome({ ...write, reply })))).toEqual([
      'info: n1 answered with "read_ok" instead of "write_ok"',
      'info: n1 answered with nothing instead of "write_ok"',
      'info: n1 answered with 7 instead of "write_ok"',
      'info: n1 answered with "write" instead of "write_ok"',
    ]);
  });

  test('a field that is missing or of the wrong type', async () => {
    const cases: Case[] = [
      { workload: 'lin-kv', f: 'read', key: 'x', reply: { type: 'read_ok' } },
      { workload: 'echo', f: 'echo', reply: { type: 'echo_ok' } },
      { workload: 'unique-ids', f: 'generate', reply: { type: 'generate_ok', id: null } },
      { workload: 'broadcast', f: 'read', reply: { type: 'read_ok', value: [1] } },
      { workload: 'g-set', f: 'read', reply: { type: 'read_ok', value: { 1: true } } },
      { workload: 'g-counter', f: 'read', reply: { type: 'read_ok', value: '12' } },
      { workload: 'kafka', f: 'send', key: 'k', value: 1, reply: { type: 'send_ok', offset: 1.5 } },
      { workload: 'kafka', f: 'poll', value: {}, reply: { type: 'poll_ok', msgs: [] } },
      { workload: 'kafka', f: 'poll', value: {}, reply: { type: 'poll_ok', msgs: { k: 'm' } } },
      { workload: 'kafka', f: 'poll', value: {}, reply: { type: 'poll_ok', msgs: { k: [[0]] } } },
      { workload: 'kafka', f: 'poll', value: {}, reply: { type: 'poll_ok', msgs: { k: [['0', 'm']] } } },
      {
        workload: 'kafka',
        f: 'list_committed_offsets',
        value: ['k'],
        reply: { type: 'list_committed_offsets_ok', offsets: { k: null } },
      },
      { workload: 'lww-map', f: 'get', key: 'x', reply: { type: 'get_ok' } },
    ];
    expect(await Promise.all(cases.map(outcome))).toEqual([
      'info: malformed read_ok of n1: it has no "value"',
      'info: malformed echo_ok of n1: it has no "echo"',
      'info: malformed generate_ok of n1: it has no "id"',
      'info: malformed read_ok of n1: its "messages" is not an array',
      'info: malformed read_ok of n1: its "value" is not an array',
      'info: malformed read_ok of n1: "value" is not a number',
      'info: malformed send_ok of n1: "offset" is not a whole number',
      'info: malformed poll_ok of n1: its "msgs" is not an object',
      'info: malformed poll_ok of n1: its messages of "k" are not an array',
      'info: malformed poll_ok of n1: among its messages of "k" is one that is not [offset, message]',
      'info: malformed poll_ok of n1: an offset among the messages of "k" is not a whole number',
      'info: malformed list_committed_offsets_ok of n1: the offset of "k" is not a whole number',
      'info: malformed get_ok of n1: it has no "value"',
    ]);
  });
});

describe('a client', () => {
  test('closes its endpoint', async () => {
    const node = answering({ type: 'read_ok' });
    await maelstromClient({ endpoint: node.endpoint, node: 'n1', workload: 'g-set' })[Symbol.asyncDispose]();
    expect(node.closed).toBe(true);
  });

  test('that is asked for what its workload does not have is a bug of ours', async () => {
    const { endpoint } = answering({ type: 'ok' });
    const client = maelstromClient({ endpoint, node: 'n1', workload: 'echo' });
    const context = { signal: new AbortController().signal };
    await expect(client.invoke({ f: 'cas', key: null, value: null }, context)).rejects.toBeInstanceOf(AssertionError);
    expect(() => maelstromClient({ endpoint, node: 'n1', workload: 'bank' })).toThrow(AssertionError);
  });

  test('speaks every workload that there is', () => {
    expect(maelstromWorkloads).toEqual([
      'lin-kv',
      'broadcast',
      'g-set',
      'g-counter',
      'pn-counter',
      'kafka',
      'lww-map',
      'echo',
      'unique-ids',
    ]);
  });
});
