/**
 * A client of Redis: turns what came of a command into an outcome.
 *
 * - the reply that the command can have: `ok`, or `fail` with the value `refused` for a cas that was refused;
 * - no connection, or an error reply that is definite: `DefiniteError`, hence `fail`;
 * - the connection was lost after the command was sent, or a reply that nobody understands: `info` for what writes, and
 *   `fail` for what only reads, because a read has no effect;
 * - fewer replicas than asked for have confirmed a write: `info`. It has happened, and may yet be lost.
 *
 * How it can mislead: a set or a register that is read says what *this* server holds. Who that is, the routes decide.
 */
import { assert, present } from '../../base/assert.ts';
import { type Client, DefiniteError } from '../../client/client.ts';
import type { Completion } from '../../history/event.ts';
import { NotSentError, type RedisConnection } from './connection.ts';
import { redisError } from './errors.ts';
import { type Exchange, exchanges } from './operations.ts';
import { isErrorReply, type Reply } from './resp.ts';
import type { Route } from './route.ts';

export interface RedisClientOptions {
  readonly workload: string;
  readonly writes: Route;
  /** May be the same as `writes`. */
  readonly reads: Route;
  /** Left after every error reply, so that the next operation asks again where to go. @default never */
  readonly leaveOnError?: Route;
  /** How many replicas must confirm a write. @default 0 */
  readonly wait?: number;
}

/** How long a write waits for its replicas. */
export const waitMs = 500;

export function redisClient(options: RedisClientOptions): Client {
  const { workload, writes, reads, leaveOnError, wait = 0 } = options;
  const functions = present(exchanges[workload], `no workload "${workload}" is spoken here`);
  return {
    // The signal is not looked at. Who lets it run out closes the client, and that ends whatever it waits for.
    async invoke(invocation) {
      const exchange = functions[invocation.f];
      assert(exchange, `the workload ${workload} has no operation "${invocation.f}"`);
      const route = exchange.writes ? writes : reads;
      const connection = await connected(route);
      const reply = await ask({ connection, exchange, command: exchange.command(invocation) });
      if (isErrorReply(reply)) {
        if (route === leaveOnError) route.leave();
        return refusal(reply.error, exchange);
      }
      const completion = exchange.completion(reply);
      if (wait === 0 || !exchange.writes || completion.type !== 'ok') return completion;
      return await confirmed({ connection, wait, completion });
    },
    async [Symbol.asyncDispose]() {
      writes[Symbol.dispose]();
      reads[Symbol.dispose]();
    },
  };
}

async function connected(route: Route): Promise<RedisConnection> {
  try {
    return await route.connection();
  } catch (error) {
    throw new DefiniteError(`could not connect: ${(error as Error).message}`, { cause: error });
  }
}

interface Question {
  readonly connection: RedisConnection;
  readonly exchange: Exchange;
  readonly command: readonly string[];
}

async function ask({ connection, exchange, command }: Question): Promise<Reply> {
  try {
    return await connection.ask(command);
  } catch (error) {
    if (error instanceof NotSentError || !exchange.writes) {
      throw new DefiniteError((error as Error).message, { cause: error });
    }
    throw error;
  }
}

function refusal(reply: string, exchange: Exchange): Completion {
  if (redisError(reply).definite || !exchange.writes) throw new DefiniteError(reply);
  return { type: 'info', error: reply };
}

/** The write has happened. Whatever goes wrong from here on, nobody knows whether it stays. */
async function confirmed(written: {
  readonly connection: RedisConnection;
  readonly wait: number;
  readonly completion: Completion;
}): Promise<Completion> {
  const { connection, wait, completion } = written;
  let reply: Reply;
  try {
    reply = await connection.ask(['WAIT', String(wait), String(waitMs)]);
  } catch (error) {
    return { type: 'info', error: `written, and not confirmed: ${(error as Error).message}` };
  }
  if (typeof reply === 'number' && reply >= wait) return completion;
  const said = isErrorReply(reply) ? reply.error : `${JSON.stringify(reply)} of ${wait} replicas within ${waitMs} ms`;
  return { type: 'info', error: `written, and not confirmed: ${said}` };
}
