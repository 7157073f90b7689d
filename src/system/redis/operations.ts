/**
 * The operations of the workloads as commands, and what their replies mean.
 *
 * A value is kept as its JSON text: what comes back is what went in, and a compare-and-set compares texts.
 */
import type { Completion, Invocation } from '../../history/event.ts';
import { type Reply, ReplyShapeError } from './resp.ts';

/** One kind of operation. */
export interface Exchange {
  /** It may change something: then a lost reply leaves open whether it has. */
  readonly writes: boolean;
  command(invocation: Invocation): readonly string[];
  /** Throws `ReplyShapeError` for a reply that the command cannot have. */
  completion(reply: Reply): Completion;
}

/** By workload and operation. */
export const exchanges: Readonly<Record<string, Readonly<Record<string, Exchange>>>> = {
  'g-set': {
    add: {
      writes: true,
      command: ({ value }) => ['SADD', setKey, JSON.stringify(value)],
      // 0 when the element was there already.
      completion: reply => expected(reply === 0 || reply === 1, reply, { type: 'ok' }),
    },
    read: {
      writes: false,
      command: () => ['SMEMBERS', setKey],
      completion: reply => ({ type: 'ok', value: elements(reply) }),
    },
  },
  'lin-kv': {
    read: {
      writes: false,
      command: ({ key }) => ['GET', registerKey(key)],
      completion: reply => ({ type: 'ok', value: reply === null ? null : decoded(reply) }),
    },
    write: {
      writes: true,
      command: ({ key, value }) => ['SET', registerKey(key), JSON.stringify(value)],
      completion: reply => expected(reply === 'OK', reply, { type: 'ok' }),
    },
    cas: {
      writes: true,
      command: ({ key, value }) => {
        const [from, to] = value as readonly [unknown, unknown];
        return ['EVAL', compareAndSet, '1', registerKey(key), JSON.stringify(from), JSON.stringify(to)];
      },
      completion: reply =>
        reply === 0
          ? { type: 'fail', value: 'refused', error: 'the value was not the expected one' }
          : expected(reply === 1, reply, { type: 'ok' }),
    },
  },
};

export const workloads: readonly string[] = Object.keys(exchanges);

export const setKey = 'ordeal:set';
const registerPrefix = 'ordeal:register:';
/** All registers, as a pattern. */
export const registerPattern = `${registerPrefix}*`;

function registerKey(key: Invocation['key']): string {
  return `${registerPrefix}${key}`;
}

/** The key that the workload knows it by. */
export function keyOfRegister(name: string): string {
  return name.slice(registerPrefix.length);
}

/** The write is its last step, so a script that ends with an error has written nothing. */
const compareAndSet = `
local held = redis.call('get', KEYS[1]) or 'null'
if held ~= ARGV[1] then return 0 end
redis.call('set', KEYS[1], ARGV[2])
return 1`;

/** The elements of the set, in no order. */
export function elements(reply: Reply): readonly unknown[] {
  return texts(reply).map(decoded);
}

/** A list of bulk texts. */
export function texts(reply: Reply): readonly string[] {
  if (!Array.isArray(reply) || !reply.every(item => typeof item === 'string')) throw new ReplyShapeError(reply);
  return reply;
}

/** The value whose text this is. */
export function decoded(reply: Reply): unknown {
  if (typeof reply !== 'string') throw new ReplyShapeError(reply);
  try {
    return JSON.parse(reply);
  } catch {
    throw new ReplyShapeError(reply);
  }
}

function expected(asExpected: boolean, reply: Reply, completion: Completion): Completion {
  if (!asExpected) throw new ReplyShapeError(reply);
  return completion;
}
