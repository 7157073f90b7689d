/**
 * One HTTP connection: a socket of our own that is kept alive, so that it is known in which phase something went wrong.
 *
 * A server may close the connection after an answer. Then the next request opens a new one first, and that is no retry:
 * nothing of that request has left. Whatever fails before the request is handed to a connected socket is a
 * `DefiniteError`; whatever fails later may have been done.
 *
 * How it can mislead: behind a proxy a socket connects although nothing listens. That changes nothing here, since to be
 * connected is never taken for an answer.
 */
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import type { Endpoint } from '../runtime/docker/spec.ts';
import { DefiniteError } from './client.ts';

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

/** More than a final read of a large set needs; what is longer is taken for a fault of the server. */
const mostBodyBytes = 64 * 1024 * 1024;

export class HttpConnection implements AsyncDisposable {
  private readonly endpoint: Endpoint;
  private readonly agent: Agent;
  private socket: Socket;

  private constructor(endpoint: Endpoint, socket: Socket) {
    this.endpoint = endpoint;
    this.socket = socket;
    // The agent only decides when a socket may be used again; it is given ours and never opens one.
    this.agent = Object.assign(new Agent({ keepAlive: true, maxSockets: 1 }), { createConnection: () => this.socket });
  }

  /** Rejects when there is no connection: nothing was sent. */
  static async open(endpoint: Endpoint, signal: AbortSignal): Promise<HttpConnection> {
    return new HttpConnection(endpoint, await connected(endpoint, signal));
  }

  /** Rejects with a `DefiniteError` when the request did not leave. No redirect is followed. */
  async exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    if (this.socket.destroyed || !this.socket.writable || this.socket.readableEnded) await this.reopen(signal);
    return await this.send(request, signal);
  }

  private async reopen(signal: AbortSignal): Promise<void> {
    this.socket.destroy();
    try {
      this.socket = await connected(this.endpoint, signal);
    } catch (error) {
      throw new DefiniteError(`could not connect: ${(error as Error).message}`);
    }
  }

  private send({ method, path, headers, body }: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { host, port } = this.endpoint;
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const request = httpRequest({ agent: this.agent, host, port, method, path, headers: { ...headers, ...length } });
      // An own listener, since the option `signal` hides the reason.
      const abort = () => request.destroy(signal.reason as Error);
      signal.addEventListener('abort', abort, { once: true });
      const settle = () => signal.removeEventListener('abort', abort);
      request.on('error', error => {
        settle();
        reject(error);
      });
      request.on('response', response => {
        readBody(response)
          .finally(settle)
          .then(text => resolve({ status: response.statusCode ?? 0, body: text }), reject);
      });
      if (signal.aborted) abort();
      else request.end(body ?? undefined);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.agent.destroy();
    this.socket.destroy();
  }
}

function connected({ host, port }: Endpoint, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const socket = connectSocket({ host, port, noDelay: true });
    const abort = () => socket.destroy(signal.reason as Error);
    // A name with several addresses fails with one error for each, and no words of its own.
    const fail = (error: Error) =>
      reject(error instanceof AggregateError ? ((error.errors as readonly Error[])[0] ?? error) : error);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => {
      signal.removeEventListener('abort', abort);
      socket.off('error', fail);
      // Between two requests nobody listens; that the socket is gone is seen by the next one.
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', fail);
    socket.once('close', () => signal.removeEventListener('abort', abort));
  });
}

/** Rejects when the connection ends in the middle of it. */
async function readBody(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > mostBodyBytes) throw new Error(`the answer is longer than ${mostBodyBytes} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
