import { describe, expect, test } from 'vitest';
import { Endpoints, NotDeliveredError } from '../../../src/runtime/stdio/endpoint.ts';
import type { Message } from '../../../src/runtime/stdio/message.ts';

function makeEndpoints(refusal: string | null = null) {
  const sent: Message[] = [];
  const endpoints = new Endpoints({ refusal: () => refusal, send: message => void sent.push(message) });
  const answer = (to: string, inReplyTo: unknown, fields = {}): void =>
    endpoints.receive({ src: 'n1', dest: to, body: { type: 'ok', in_reply_to: inReplyTo, ...fields } });
  return { sent, endpoints, answer };
}

describe('an endpoint of a client', () => {
  test('numbers its requests from 1 and gives each its own answer, in whatever order they come', async () => {
    const { sent, endpoints, answer } = makeEndpoints();
    const client = endpoints.create();
    const replies = [client.rpc('n1', { type: 'a' }), client.rpc('n2', { type: 'b' })];
    expect(sent).toEqual([
      { src: 'c1', dest: 'n1', body: { type: 'a', msg_id: 1 } },
      { src: 'c1', dest: 'n2', body: { type: 'b', msg_id: 2 } },
    ]);
    answer('c1', 2, { for: 'b' });
    answer('c1', 1, { for: 'a' });
    expect((await Promise.all(replies)).map(body => body['for'])).toEqual(['a', 'b']);
  });

  test('never has the name of another, also after that one was closed', () => {
    const { endpoints } = makeEndpoints();
    const first = endpoints.create();
    first[Symbol.dispose]();
    expect(first.name).toBe('c1');
    expect(endpoints.create().name).toBe('c2');
    expect(['c0', 'c1', 'c2', 'c3', 'c01', 'n1', 'c'].map(name => endpoints.knows(name))).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test("an answer after the deadline is nobody's: counted, and not taken for the next one", async () => {
    const { endpoints, answer } = makeEndpoints();
    const client = endpoints.create();
    const deadline = new AbortController();
    const given = client.rpc('n1', { type: 'a' }, deadline.signal);
    deadline.abort(new Error('too late'));
    await expect(given).rejects.toThrow('too late');
    const next = client.rpc('n1', { type: 'b' });
    answer('c1', 1);
    expect(endpoints.late).toBe(1);
    answer('c1', 2, { for: 'b' });
    expect((await next)['for']).toBe('b');
  });

  test('a second answer, an answer to nothing, and one for a client that is gone are counted and dropped', async () => {
    const { endpoints, answer } = makeEndpoints();
    const client = endpoints.create();
    const reply = client.rpc('n1', { type: 'a' });
    answer('c1', 1);
    answer('c1', 1);
    answer('c1', 99);
    answer('c1', undefined);
    answer('c1', '1');
    await reply;
    client[Symbol.dispose]();
    answer('c1', 1);
    expect(endpoints.late).toBe(5);
  });

  test('a request that is refused was not sent', async () => {
    const { sent, endpoints } = makeEndpoints('n1 is down');
    await expect(endpoints.create().rpc('n1', { type: 'a' })).rejects.toEqual(new NotDeliveredError('n1 is down'));
    expect(sent).toEqual([]);
  });

  test('a signal that was aborted before is heeded before anything is sent', async () => {
    const { sent, endpoints } = makeEndpoints();
    const signal = AbortSignal.abort(new Error('over'));
    await expect(endpoints.create().rpc('n1', { type: 'a' }, signal)).rejects.toThrow('over');
    expect(sent).toEqual([]);
  });

  test('when a node dies those who wait for it are told, and nobody else', async () => {
    const { endpoints, answer } = makeEndpoints();
    const client = endpoints.create();
    const fromDead = client.rpc('n1', { type: 'a' });
    const fromOther = client.rpc('n2', { type: 'b' });
    endpoints.abandon('n1', 'n1 died before it answered');
    await expect(fromDead).rejects.toThrow('n1 died before it answered');
    await expect(fromDead).rejects.not.toBeInstanceOf(NotDeliveredError);
    answer('c1', 2);
    expect(await fromOther).toMatchObject({ type: 'ok' });
  });

  test('closing it ends what it waits for, and nothing can be asked any more', async () => {
    const { endpoints } = makeEndpoints();
    const client = endpoints.create();
    const given = client.rpc('n1', { type: 'a' });
    client[Symbol.dispose]();
    await expect(given).rejects.toThrow('c1 was closed before an answer came');
    await expect(client.rpc('n1', { type: 'b' })).rejects.toThrow('c1 is closed');
  });
});
