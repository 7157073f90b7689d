/**
 * Where clients are in the network: `c1`, `c2`, ... Each sends requests and waits for the replies to them.
 *
 * There are no timers here: who asks owns the deadline and gives a signal. A reply that comes after that is nobody's; it
 * is counted and dropped.
 *
 * The network is ours, so we know what a client of a real store cannot know: a request to a dead node was never
 * delivered. That is said at once (`NotDeliveredError`). A node that dies *after* it was given the request may have done
 * anything; that is an ordinary error, and as soon as it is known nobody is kept waiting.
 */
import type { NodeName } from '../../base/names.ts';
import type { Link } from '../cluster.ts';
import type { Body, Message } from './message.ts';

/** The request certainly never reached the node, and never will. */
export class NotDeliveredError extends Error {
  override readonly name = 'NotDeliveredError';
}

export interface Endpoint extends Disposable {
  /** `c7`. */
  readonly name: string;
  /**
   * Sends the body, with a `msg_id` of ours, and resolves with the body that answers it, be it an error. Rejects with
   * `NotDeliveredError`, with the signal's reason, or with an error when the node died or the endpoint was closed.
   */
  rpc(dest: NodeName, body: Body, signal?: AbortSignal): Promise<Body>;
}

/** Name of the endpoint that starts the nodes. */
export const controlName = 'c0';

export interface EndpointsOptions {
  /** Why a request cannot be delivered, or null. */
  readonly refusal: (request: Link) => string | null;
  /** Takes a message without delay. */
  readonly send: (message: Message) => void;
}

export class Endpoints {
  /** Replies that nobody waited for any more. */
  late = 0;
  private readonly options: EndpointsOptions;
  private readonly open = new Map<string, ClientEndpoint>();
  private issued = 0;

  constructor(options: EndpointsOptions) {
    this.options = options;
  }

  /** A new one, with a name that was never used before. */
  create(): Endpoint {
    return this.named(`c${++this.issued}`);
  }

  /** The harness's own, which starts the nodes: `c0`. */
  control(): Endpoint {
    return this.named(controlName);
  }

  /** Whether somebody has, or had, this name. */
  knows(name: string): boolean {
    return /^c(0|[1-9]\d*)$/.test(name) && Number(name.slice(1)) <= this.issued;
  }

  receive({ dest, body }: Message): void {
    if (!this.open.get(dest)?.receive(body)) this.late++;
  }

  /** Nothing that was asked of this node will be answered any more. */
  abandon(node: NodeName, reason: string): void {
    for (const endpoint of this.open.values()) endpoint.abandon(node, reason);
  }

  close(): void {
    for (const endpoint of this.open.values()) endpoint[Symbol.dispose]();
  }

  private named(name: string): ClientEndpoint {
    const endpoint = new ClientEndpoint(name, this.options, () => this.open.delete(name));
    this.open.set(name, endpoint);
    return endpoint;
  }
}

interface Pending {
  readonly dest: NodeName;
  readonly resolve: (body: Body) => void;
  readonly reject: (reason: unknown) => void;
  readonly signal: AbortSignal | undefined;
  readonly abort: () => void;
}

class ClientEndpoint implements Endpoint {
  readonly name: string;
  private readonly options: EndpointsOptions;
  private readonly onClose: () => void;
  private readonly pending = new Map<number, Pending>();
  private lastId = 0;
  private closed = false;

  constructor(name: string, options: EndpointsOptions, onClose: () => void) {
    this.name = name;
    this.options = options;
    this.onClose = onClose;
  }

  rpc(dest: NodeName, body: Body, signal?: AbortSignal): Promise<Body> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const refusal = this.closed ? `${this.name} is closed` : this.options.refusal({ from: this.name, to: dest });
      if (refusal !== null) return reject(new NotDeliveredError(refusal));
      const id = ++this.lastId;
      const abort = (): void => this.take(id)?.reject(signal?.reason);
      this.pending.set(id, { dest, resolve, reject, signal, abort });
      signal?.addEventListener('abort', abort, { once: true });
      this.options.send({ src: this.name, dest, body: { ...body, msg_id: id } });
    });
  }

  /** Whether it answered something that was still waited for. */
  receive(body: Body): boolean {
    const pending = typeof body.in_reply_to === 'number' ? this.take(body.in_reply_to) : undefined;
    pending?.resolve(body);
    return pending !== undefined;
  }

  abandon(node: NodeName, reason: string): void {
    for (const [id, pending] of this.pending) if (pending.dest === node) this.take(id)?.reject(new Error(reason));
  }

  [Symbol.dispose](): void {
    this.closed = true;
    for (const id of this.pending.keys())
      this.take(id)?.reject(new Error(`${this.name} was closed before an answer came`));
    this.onClose();
  }

  private take(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    if (!pending) return undefined;
    this.pending.delete(id);
    pending.signal?.removeEventListener('abort', pending.abort);
    return pending;
  }
}
