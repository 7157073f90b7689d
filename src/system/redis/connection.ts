/**
 * One connection to a Redis server or a sentinel: one command, one reply, then the next.
 *
 * The one thing that it must know exactly is whether a command's bytes may have left. Before: `NotSentError`. After, when
 * the reply does not come: `LostError`. It never connects anew; who wants another connection opens one.
 *
 * How it can mislead: where a proxy stands between, a connection that was accepted proves nothing. So there it asks PING
 * before it counts as open, and an operation's first byte is sent to somebody who has answered.
 */
import { connect as dial, type Socket } from 'node:net';
import { assert } from '../../base/assert.ts';
import { type Clock, withDeadline } from '../../base/time.ts';
import type { Endpoint } from '../../runtime/docker/spec.ts';
import { encodeCommand, isErrorReply, ProtocolError, type Reply, ReplyParser } from './resp.ts';

/** Not a byte of the command has left. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** The command was sent, and its reply will not come. */
export class LostError extends Error {
  override readonly name = 'LostError';
}

export interface ConnectionOptions {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Until it is open. @default 1000 */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

const connectDeadlineMs = 1_000;

/** Rejects with `NotSentError`: refused, unreachable, too late, aborted. */
export async function openConnection(options: ConnectionOptions): Promise<RedisConnection> {
  const { endpoint, clock, deadlineMs = connectDeadlineMs, signal } = options;
  const what = `connecting to ${endpoint.host}:${endpoint.port}`;
  try {
    return await withDeadline({ clock, deadlineMs, what, ...(signal ? { signal } : {}) }, stop => open(endpoint, stop));
  } catch (error) {
    throw new NotSentError((error as Error).message, { cause: error });
  }
}

async function open(endpoint: Endpoint, stop: AbortSignal): Promise<RedisConnection> {
  stop.throwIfAborted();
  const socket = dial({ host: endpoint.host, port: endpoint.port, noDelay: true });
  const connection = new RedisConnection(socket);
  const close = (): void => connection[Symbol.dispose]();
  stop.addEventListener('abort', close, { once: true });
  try {
    await connected(socket, endpoint);
    if (endpoint.proxied) await connection.ask(['PING']);
    return connection;
  } catch (error) {
    close();
    throw error;
  } finally {
    stop.removeEventListener('abort', close);
  }
}

function connected(socket: Socket, { host, port }: Endpoint): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', (error: NodeJS.ErrnoException) => {
      reject(new NotSentError(`${host}:${port}: ${error.code ?? error.message}`));
    });
    socket.once('close', () => reject(new NotSentError(`${host}:${port}: closed before it was open`)));
  });
}

interface Pending {
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export class RedisConnection implements Disposable {
  private readonly socket: Socket;
  private readonly parser = new ReplyParser();
  private pending: Pending | null = null;
  /** Why it has ended; null while it is open. */
  private reason: string | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', piece => this.take(piece));
    socket.on('end', () => this.end('closed by the server (EOF)'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.end(`connection lost (${error.code ?? error.message})`));
    socket.on('close', () => this.end('closed'));
  }

  /** No command can be sent any more. */
  get ended(): boolean {
    return this.reason !== null;
  }

  /** One at a time. Rejects with `NotSentError` or `LostError`; waits for as long as the connection is open. */
  ask(words: readonly string[]): Promise<Reply> {
    assert(this.pending === null, 'a connection carries one command at a time');
    if (this.reason !== null) return Promise.reject(new NotSentError(this.reason));
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.socket.write(encodeCommand(words));
    });
  }

  [Symbol.dispose](): void {
    this.end('closed by the client');
  }

  private take(piece: Buffer): void {
    if (this.reason !== null) return;
    try {
      for (const reply of this.parser.push(piece)) this.answer(reply);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.end(error.message);
    }
  }

  private answer(reply: Reply): void {
    const { pending } = this;
    this.pending = null;
    if (pending !== null) pending.resolve(reply);
    // A server that lets nobody in says so unasked, and hangs up.
    else this.end(isErrorReply(reply) ? reply.error : `an answer to no question: ${JSON.stringify(reply)}`);
  }

  private end(reason: string): void {
    if (this.reason !== null) return;
    this.reason = reason;
    this.socket.destroy();
    this.pending?.reject(new LostError(reason));
    this.pending = null;
  }
}
