/**
 * One connection to one member, over the JSON gateway (`/v3/...`): a request at a time, no retry, no pool.
 *
 * The one idea: whoever sends a request must know afterwards whether a byte of it can have left. So each failure is one
 * of two: `NotSentError`, the connection was never made, or `LostError`, it was, and nobody knows what became of the
 * request.
 *
 * How it can mislead: HTTP asks for no session, so when a connection has ended between two requests the next request
 * opens another. That is no retry: no request is ever sent twice.
 */
import { Agent, request as httpRequest } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Clock, yieldToEventLoop } from '../../base/time.ts';
import type { Endpoint } from '../../runtime/docker/spec.ts';

/** No byte of the request has left. */
export class NotSentError extends Error {
  override readonly name = 'NotSentError';
}

/** The request may have arrived, and may yet have its effect. */
export class LostError extends Error {
  override readonly name = 'LostError';
}

export interface Reply {
  /** Of HTTP. */
  readonly status: number;
  readonly text: string;
}

export interface GatewayOptions {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** @default 1000 */
  readonly connectDeadlineMs?: number;
}

export interface RequestOptions {
  /** Aborted: the connection is given up together with the request. */
  readonly signal?: AbortSignal;
  /** How long to wait for the answer. Left out: until the signal is aborted or the gateway is closed. */
  readonly deadlineMs?: number;
}

const defaultConnectDeadlineMs = 1000;

export class Gateway implements AsyncDisposable {
  private readonly options: GatewayOptions;
  private readonly agent: Agent;
  /** Sockets whose connection was really made. That one is not connecting (any more) does not say so: it may have failed. */
  private readonly made = new WeakSet<Socket>();
  /** Opened ahead, for the first request. */
  private opened: Socket | null = null;

  constructor(options: GatewayOptions) {
    this.options = options;
    this.agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.agent.createConnection = () => this.takeSocket();
  }

  /** Makes the connection now, so that a member that refuses it is known before anything is asked. */
  async open(signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) throw new NotSentError('given up');
    const socket = this.connect();
    const abort = (): void => void socket.destroy(new NotSentError('given up'));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      await connected(socket);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
    this.opened = socket;
  }

  /** `path` as in `kv/range`. */
  async post(path: string, body: unknown, options: RequestOptions = {}): Promise<Reply> {
    return await this.send({ ...options, method: 'POST', path: `/v3/${path}`, body: JSON.stringify(body) });
  }

  async get(path: string, options: RequestOptions = {}): Promise<Reply> {
    return await this.send({ ...options, method: 'GET', path });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.opened?.destroy();
    this.agent.destroy();
    return Promise.resolve();
  }

  private async send(
    options: RequestOptions & { readonly method: string; readonly path: string; readonly body?: string },
  ): Promise<Reply> {
    const { clock, endpoint } = this.options;
    return await new Promise<Reply>((resolve, reject) => {
      let used: Socket | null = null;
      const fail = (error: Error): void => {
        // Behind a proxy a refused connection may be one that was taken and dropped.
        const mayHaveLeft = endpoint.proxied || (used !== null && this.made.has(used));
        const Kind = mayHaveLeft ? LostError : NotSentError;
        reject(new Kind(describe(error), { cause: error }));
      };
      const message = httpRequest({
        agent: this.agent,
        host: endpoint.host,
        port: endpoint.port,
        method: options.method,
        path: options.path,
        // In one piece: a member that is paused has all of the request or nothing.
        ...(options.body === undefined
          ? {}
          : { headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(options.body) } }),
      });
      const stopWaiting = giveUpWhenAsked(options, { clock, giveUp: error => message.destroy(error) });
      message.on('socket', socket => (used = socket));
      message.on('error', fail);
      message.on('close', () => {
        stopWaiting();
        fail(new Error('closed before the answer'));
      });
      message.on('response', response => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () => {
          stopWaiting();
          if (response.complete) resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
          else fail(new Error('the answer broke off'));
        });
      });
      message.end(options.body);
    });
  }

  private takeSocket(): Socket {
    const socket = this.opened;
    this.opened = null;
    return socket === null || socket.destroyed ? this.connect() : socket;
  }

  private connect(): Socket {
    const { clock, endpoint, connectDeadlineMs = defaultConnectDeadlineMs } = this.options;
    const socket = connect({ host: endpoint.host, port: endpoint.port, noDelay: true });
    const cancel = clock.schedule(connectDeadlineMs, () =>
      socket.destroy(new Error(`no connection within ${connectDeadlineMs} ms`)),
    );
    socket.once('connect', () => {
      this.made.add(socket);
      cancel();
    });
    socket.once('close', cancel);
    // Whoever waits for it hears of its end; when nobody does, nothing depends on it.
    socket.on('error', () => undefined);
    return socket;
  }
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => reject(new NotSentError(describe(error), { cause: error }));
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('closed before it was made')));
    socket.once('connect', () => {
      socket.off('error', fail);
      resolve();
    });
  });
}

/** The result takes it back. */
function giveUpWhenAsked(
  { signal, deadlineMs }: RequestOptions,
  { clock, giveUp }: { readonly clock: Clock; readonly giveUp: (error: Error) => void },
): () => void {
  const abort = (): void => giveUp(new Error('given up'));
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  let waits = true;
  const cancel =
    deadlineMs === undefined
      ? () => undefined
      : clock.schedule(deadlineMs, () => {
          // Whoever was stopped for a while finds the timer due before the answer, which may be there as well.
          void yieldToEventLoop().then(() => waits && giveUp(new Error(`no answer within ${deadlineMs} ms`)));
        });
  return () => {
    waits = false;
    cancel();
    signal?.removeEventListener('abort', abort);
  };
}

/** What the operating system calls it, and where it was. */
function describe(error: Error): string {
  // Several addresses were tried, each with an error of its own.
  const all = error instanceof AggregateError ? (error.errors as readonly Error[]) : [];
  return error.message || all.map(({ message }) => message).join('; ') || error.name;
}
