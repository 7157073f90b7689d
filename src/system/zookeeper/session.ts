/**
 * One session of ZooKeeper on one connection: opened, used for one request after another, closed. It is never resumed on
 * another connection.
 *
 * What an outcome depends on is whether the request's bytes may have left, and only this file knows it. The session is
 * there when the server has answered the first message, so until then nothing of any operation was sent: neither when the
 * connection was refused, nor when a server without a quorum accepted it and hung up, nor when a proxy stood between. After
 * that a connection that breaks leaves a request undecided, with or without a proxy.
 */
import { connect as dial, type Socket } from 'node:net';
import { assert } from '../../base/assert.ts';
import { type Clock, withDeadline } from '../../base/time.ts';
import type { Endpoint } from '../../runtime/docker/spec.ts';
import { connectRequest, Frames, frame, int, type Reader, requests, WireError, xids } from './wire.ts';

/** The session is over: the answer to the request will not come. */
export class SessionLostError extends Error {
  override readonly name = 'SessionLostError';
  /** Whether the request's bytes may have left. */
  readonly sent: boolean;

  constructor(message: string, sent: boolean) {
    super(message);
    this.sent = sent;
  }
}

export interface Reply {
  /** 0, or one of `errors.ts`. */
  readonly error: number;
  readonly body: Reader;
}

export interface SessionOptions {
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Until the server has answered the first message. @default 1500 */
  readonly deadlineMs?: number;
  readonly signal?: AbortSignal;
}

/** As long as servers allow with a tick of 500 ms: nothing of ours hangs on the session's end. */
const sessionTimeoutMs = 10_000;
const openDeadlineMs = 1_500;
/** How long a server may take to say goodbye. */
const closeDeadlineMs = 300;

/** Rejects when there is no session: then nothing was asked that could have an effect. */
export async function openSession(options: SessionOptions): Promise<Session> {
  const { endpoint, clock, deadlineMs = openDeadlineMs, signal } = options;
  const what = `a session with ${endpoint.host}:${endpoint.port}`;
  return await withDeadline({ clock, deadlineMs, what, ...(signal ? { signal } : {}) }, async stop => {
    stop.throwIfAborted();
    const session = new Session(dial({ host: endpoint.host, port: endpoint.port, noDelay: true }), clock);
    const abort = (): void => session.end('given up');
    stop.addEventListener('abort', abort, { once: true });
    try {
      await session.begin();
      return session;
    } finally {
      stop.removeEventListener('abort', abort);
    }
  });
}

interface Waiting {
  readonly xid: number;
  resolve(reply: Reply): void;
  reject(error: Error): void;
}

export class Session implements AsyncDisposable {
  private readonly socket: Socket;
  private readonly clock: Clock;
  private readonly frames = new Frames();
  /** Who waits for the answer to the first message. */
  private opening: { resolve(): void; reject(error: Error): void } | null = null;
  private waiting: Waiting | null = null;
  private xid = 0;
  /** Why it is over; null while it is not. */
  private over: string | null = null;
  private closing = false;
  private cancelPing = (): void => undefined;
  private readonly closed: Promise<void>;

  constructor(socket: Socket, clock: Clock) {
    this.socket = socket;
    this.clock = clock;
    socket.on('data', piece => this.take(piece));
    socket.on('end', () => this.end('closed by the server (EOF)'));
    socket.on('error', (error: NodeJS.ErrnoException) => this.end(`connection lost (${error.code ?? error.message})`));
    this.closed = new Promise(resolve => socket.once('close', () => resolve()));
    void this.closed.then(() => this.end('connection closed'));
  }

  /** Nothing can be asked any more. */
  get ended(): boolean {
    return this.over !== null || this.closing;
  }

  /** Sends the first message and waits for the answer. */
  begin(): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.over !== null) {
        reject(new SessionLostError(this.over, false));
        return;
      }
      this.opening = { resolve, reject };
      this.socket.once('connect', () => this.socket.write(connectRequest(sessionTimeoutMs)));
    });
  }

  /** One at a time. Rejects with `SessionLostError`; waits for as long as the connection is there. */
  request(type: number, ...body: readonly Buffer[]): Promise<Reply> {
    if (this.ended) {
      const reason = `not sent, for the session is over: ${this.over ?? 'closed by us'}`;
      return Promise.reject(new SessionLostError(reason, false));
    }
    assert(this.waiting === null, 'a session carries one request at a time');
    this.xid = this.xid === 0x7fff_ffff ? 1 : this.xid + 1;
    const { xid } = this;
    return new Promise((resolve, reject) => {
      this.waiting = { xid, resolve, reject };
      this.socket.write(frame(int(xid), int(type), ...body));
    });
  }

  /** Says goodbye, so that the server forgets the session now and not when it has timed out. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.ended) return;
    this.closing = true;
    this.cancelPing();
    const cancel = this.clock.schedule(closeDeadlineMs, () => this.end('closed by us'));
    this.socket.write(frame(int(0), int(requests.closeSession)));
    await this.closed;
    cancel();
  }

  /** Nothing more is sent or heard. Whoever waits is told. */
  end(reason: string): void {
    if (this.over !== null) return;
    this.over = reason;
    this.cancelPing();
    this.socket.destroy();
    this.opening?.reject(new SessionLostError(`no session: ${reason}`, false));
    this.waiting?.reject(new SessionLostError(reason, true));
    this.opening = null;
    this.waiting = null;
  }

  private take(piece: Buffer): void {
    if (this.over !== null) return;
    try {
      for (const reader of this.frames.push(piece)) {
        if (this.opening === null) this.answer(reader);
        else this.opened(reader);
      }
    } catch (error) {
      if (!(error instanceof WireError)) throw error;
      this.end(`not ZooKeeper's words: ${error.message}`);
    }
  }

  private opened(reader: Reader): void {
    reader.int();
    const timeoutMs = reader.int();
    if (timeoutMs <= 0) {
      this.end('the server gave none');
      return;
    }
    this.opening?.resolve();
    this.opening = null;
    this.pingEvery(timeoutMs / 3);
  }

  /** Also while a request waits: the server counts the time since it heard anything. */
  private pingEvery(intervalMs: number): void {
    this.cancelPing = this.clock.schedule(intervalMs, () => {
      this.socket.write(frame(int(xids.ping), int(requests.ping)));
      this.pingEvery(intervalMs);
    });
  }

  private answer(reader: Reader): void {
    const xid = reader.int();
    if (xid === xids.ping || xid === xids.watchEvent) return;
    reader.long();
    const error = reader.int();
    const { waiting } = this;
    if (waiting?.xid === xid) {
      this.waiting = null;
      waiting.resolve({ error, body: reader });
    } else if (this.closing && xid === 0) {
      this.end('closed by us');
    } else {
      this.end(`the server answered request ${xid}, which does not wait`);
    }
  }
}
