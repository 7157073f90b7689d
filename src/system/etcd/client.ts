/**
 * The client of `lin-kv` and `g-set`: each operation is one request, which etcd carries out whole or not at all.
 *
 * - `read`: a range, linearizable or serializable by the setting. A serializable one is answered by the member from its
 *   own copy, for ever, even when it has lost all others.
 * - `write`: a put. `cas`: a transaction that compares the value; refused, it is an observation (`fail`, `refused`).
 * - `add`: a put of a key of its own.
 */
import { assert } from '../../base/assert.ts';
import type { Client } from '../../client/client.ts';
import type { Completion, Invocation } from '../../history/event.ts';
import { completion, jsonObject, noAnswer, refusal } from './errors.ts';
import type { Gateway, Reply } from './gateway.ts';
import { base64, everything, keyValues, parsed, prefixes } from './keys.ts';

export interface EtcdClientOptions {
  /** Closed together with the client. */
  readonly gateway: Gateway;
  readonly workload: 'lin-kv' | 'g-set';
  readonly reads: 'linearizable' | 'serializable';
}

/** What is sent for an operation, and what the answer to it means. */
interface Exchange {
  readonly kind: 'read' | 'mutation';
  readonly path: string;
  readonly body: unknown;
  /** Null when it is no answer to this request. */
  readonly understood: (reply: Reply) => Completion | null;
}

export function etcdClient(options: EtcdClientOptions): Client {
  const { gateway, workload } = options;
  const exchangeOf = workload === 'lin-kv' ? linKv : gSet;
  return {
    // The signal is not looked at. Who lets it run out closes the client, and that ends whatever it waits for.
    async invoke(invocation) {
      const exchange = exchangeOf(invocation, options.reads === 'serializable');
      assert(exchange, `etcd knows no operation "${invocation.f}" of ${workload}`);
      const { kind, path, body, understood } = exchange;
      let reply: Reply;
      try {
        reply = await gateway.post(path, body);
      } catch (error) {
        return completion(noAnswer(error), kind);
      }
      if (reply.status !== 200) return completion(refusal(reply), kind);
      return understood(reply) ?? completion({ outcome: 'info', error: unreadable(reply) }, kind);
    },
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

function linKv({ f, key, value }: Invocation, serializable: boolean): Exchange | null {
  const at = base64(`${prefixes['lin-kv']}${key}`);
  const bytes = (held: unknown): string => base64(JSON.stringify(held));
  switch (f) {
    case 'read':
      return {
        kind: 'read',
        path: 'kv/range',
        body: { key: at, serializable },
        understood(reply) {
          const pairs = keyValues(reply);
          return pairs && { type: 'ok', value: pairs[0] === undefined ? null : parsed(pairs[0].value) };
        },
      };
    case 'write':
      return put(at, bytes(value));
    case 'cas': {
      const [from, to] = value as readonly [unknown, unknown];
      // A key that is not there has no value to compare; it was made in revision 0.
      const compare =
        from === null
          ? { key: at, target: 'CREATE', result: 'EQUAL', create_revision: '0' }
          : { key: at, target: 'VALUE', result: 'EQUAL', value: bytes(from) };
      return {
        kind: 'mutation',
        path: 'kv/txn',
        body: { compare: [compare], success: [{ request_put: { key: at, value: bytes(to) } }] },
        understood(reply) {
          const succeeded = txnSucceeded(reply);
          if (succeeded === null) return null;
          return succeeded ? { type: 'ok' } : { type: 'fail', value: 'refused', error: 'the value is another' };
        },
      };
    }
    default:
      return null;
  }
}

function gSet({ f, value }: Invocation, serializable: boolean): Exchange | null {
  const prefix = prefixes['g-set'];
  if (f === 'add') return put(base64(`${prefix}${JSON.stringify(value)}`), '');
  if (f !== 'read') return null;
  return {
    kind: 'read',
    path: 'kv/range',
    body: { ...everything(prefix), serializable, keys_only: true },
    understood(reply) {
      const pairs = keyValues(reply);
      return pairs && { type: 'ok', value: pairs.map(({ key }) => parsed(key.slice(prefix.length))) };
    },
  };
}

function put(key: string, value: string): Exchange {
  return {
    kind: 'mutation',
    path: 'kv/put',
    body: { key, value },
    understood: reply => (jsonObject(reply.text)?.['header'] ? { type: 'ok' } : null),
  };
}

/** Whether the comparison held; null when this is no answer to a transaction. The gateway leaves out what is false. */
export function txnSucceeded(reply: Reply): boolean | null {
  const body = jsonObject(reply.text);
  return body?.['header'] ? body['succeeded'] === true : null;
}

export function unreadable({ text }: Reply): string {
  return `an answer that cannot be read: ${text.trim().slice(0, 200)}`;
}
