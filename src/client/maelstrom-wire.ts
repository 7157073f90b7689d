/**
 * How each operation of each workload is written on the wire, and read back.
 *
 * Source: Maelstrom, `doc/workloads.md`; `lww-map` is ours.
 */
import type { Completion, Invocation } from '../history/event.ts';
import { type Body, isRecord } from '../runtime/stdio/message.ts';

export interface Exchange {
  request(invocation: Invocation): Body;
  /** The type of the reply that says that it happened. */
  readonly reply: string;
  /** The value of the completion; absent where it has none. Throws `Malformed`. */
  result?(reply: Body): unknown;
  /** What an error says beyond "it did not happen". */
  observed?(code: number, invocation: Invocation): Completion | null;
}

/** A reply lacks what it must have. The message names it. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

const keyDoesNotExist = 20;
const preconditionFailed = 22;

const absentIsNull = (code: number): Completion | null =>
  code === keyDoesNotExist ? { type: 'ok', value: null } : null;

const anyValue = (field: string) => (reply: Body) => {
  if (reply[field] === undefined) throw new Malformed(`it has no "${field}"`);
  return reply[field];
};

const linKv: Readonly<Record<string, Exchange>> = {
  read: {
    request: ({ key }) => ({ type: 'read', key }),
    reply: 'read_ok',
    result: anyValue('value'),
    observed: absentIsNull,
  },
  write: { request: ({ key, value }) => ({ type: 'write', key, value }), reply: 'write_ok' },
  cas: {
    request({ key, value }) {
      const [from, to] = value as readonly [unknown, unknown];
      return { type: 'cas', key, from, to };
    },
    reply: 'cas_ok',
    observed: refusedCas,
  },
};

const set: Readonly<Record<string, Exchange>> = {
  add: { request: ({ value }) => ({ type: 'add', element: value }), reply: 'add_ok' },
  read: { request: () => ({ type: 'read' }), reply: 'read_ok', result: reply => list(reply, 'value') },
};

const broadcast: Readonly<Record<string, Exchange>> = {
  broadcast: { request: ({ value }) => ({ type: 'broadcast', message: value }), reply: 'broadcast_ok' },
  read: { request: () => ({ type: 'read' }), reply: 'read_ok', result: reply => list(reply, 'messages') },
};

const counter: Readonly<Record<string, Exchange>> = {
  add: { request: ({ value }) => ({ type: 'add', delta: value }), reply: 'add_ok' },
  read: { request: () => ({ type: 'read' }), reply: 'read_ok', result: reply => number(reply['value'], '"value"') },
};

const kafka: Readonly<Record<string, Exchange>> = {
  send: {
    // Names of logs are strings: in a poll they are the names of fields.
    request: ({ key, value }) => ({ type: 'send', key: String(key), msg: value }),
    reply: 'send_ok',
    result: reply => offset(reply['offset'], '"offset"'),
  },
  poll: { request: ({ value }) => ({ type: 'poll', offsets: value }), reply: 'poll_ok', result: logs },
  commit_offsets: { request: ({ value }) => ({ type: 'commit_offsets', offsets: value }), reply: 'commit_offsets_ok' },
  list_committed_offsets: {
    request: ({ value }) => ({ type: 'list_committed_offsets', keys: (value as readonly unknown[]).map(String) }),
    reply: 'list_committed_offsets_ok',
    result(reply) {
      const offsets = record(reply, 'offsets');
      for (const [key, value] of Object.entries(offsets)) offset(value, `the offset of ${JSON.stringify(key)}`);
      return offsets;
    },
  },
};

const lwwMap: Readonly<Record<string, Exchange>> = {
  put: { request: ({ key, value }) => ({ type: 'put', key, value }), reply: 'put_ok' },
  remove: { request: ({ key }) => ({ type: 'remove', key }), reply: 'remove_ok' },
  get: {
    request: ({ key }) => ({ type: 'get', key }),
    reply: 'get_ok',
    result: anyValue('value'),
    observed: absentIsNull,
  },
};

const echo: Exchange = {
  request: ({ value }) => ({ type: 'echo', echo: value }),
  reply: 'echo_ok',
  result: anyValue('echo'),
};

const generate: Exchange = {
  request: () => ({ type: 'generate' }),
  reply: 'generate_ok',
  result(reply) {
    if (reply['id'] === undefined || reply['id'] === null) throw new Malformed('it has no "id"');
    return reply['id'];
  },
};

/** By workload, then by operation. */
export const exchanges: Readonly<Record<string, Readonly<Record<string, Exchange>>>> = {
  'lin-kv': linKv,
  broadcast,
  'g-set': set,
  'g-counter': counter,
  'pn-counter': counter,
  kafka,
  'lww-map': lwwMap,
  echo: { echo },
  'unique-ids': { generate },
};

/** Names of the workloads that can be spoken. */
export const maelstromWorkloads: readonly string[] = Object.keys(exchanges);

/**
 * A cas that the node refused saw another value than the expected one. Only where that is certain: a key that does not
 * exist reads as null, so it says nothing against a cas that expected null.
 */
function refusedCas(code: number, { value }: Invocation): Completion | null {
  const [from] = value as readonly [unknown, unknown];
  const refused = code === preconditionFailed || (code === keyDoesNotExist && from !== null);
  return refused ? { type: 'fail', value: 'refused' } : null;
}

function list(reply: Body, field: string): readonly unknown[] {
  const value = reply[field];
  if (!Array.isArray(value)) throw new Malformed(`its "${field}" is not an array`);
  return value;
}

function record(reply: Body, field: string): Readonly<Record<string, unknown>> {
  const value = reply[field];
  if (!isRecord(value)) throw new Malformed(`its "${field}" is not an object`);
  return value;
}

function number(value: unknown, what: string): number {
  if (typeof value !== 'number') throw new Malformed(`${what} is not a number`);
  return value;
}

function offset(value: unknown, what: string): number {
  if (!Number.isInteger(value)) throw new Malformed(`${what} is not a whole number`);
  return value as number;
}

/** `{"k1": [[0, "a"], [1, "b"]]}`. */
function logs(reply: Body): Readonly<Record<string, unknown>> {
  const messages = record(reply, 'msgs');
  for (const [key, pairs] of Object.entries(messages)) {
    if (!Array.isArray(pairs)) throw new Malformed(`its messages of ${JSON.stringify(key)} are not an array`);
    for (const pair of pairs as readonly unknown[]) {
      if (!Array.isArray(pair) || pair.length !== 2) {
        throw new Malformed(`among its messages of ${JSON.stringify(key)} is one that is not [offset, message]`);
      }
      offset(pair[0], `an offset among the messages of ${JSON.stringify(key)}`);
    }
  }
  return messages;
}
