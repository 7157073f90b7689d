/**
 * The connection of one thread: opened when it is first needed, replaced when nobody knows any more what goes on in it.
 *
 * Nothing here waits for a client without a deadline, and nothing that a client throws gets out, but for a broken
 * invariant of ours.
 */
import { AssertionError } from '../base/assert.ts';
import type { NodeName, ProcessId } from '../base/names.ts';
import { type Clock, withDeadline } from '../base/time.ts';
import { type Client, DefiniteError, type InvokeContext } from '../client/client.ts';
import type { Completion, Invocation } from '../history/event.ts';

export interface ConnectionOptions {
  readonly clock: Clock;
  /** How long closing a client may take before it is left behind. */
  readonly closeTimeoutMs: number;
  connect(node: NodeName, process: ProcessId): Promise<Client>;
}

/** What is to be done, and what has become of the wish meanwhile. */
export interface Call {
  readonly process: ProcessId;
  readonly invocation: Invocation;
  readonly context: InvokeContext;
  /** Set before the client is asked: from then on the operation may happen. */
  sent: boolean;
  /** Set by the owner when nobody waits for the answer any more. */
  readonly ended: boolean;
}

export class Connection {
  private readonly options: ConnectionOptions;
  private readonly node: NodeName;
  private client: Client | null = null;
  private readonly closing = new Set<Promise<void>>();

  constructor(node: NodeName, options: ConnectionOptions) {
    this.node = node;
    this.options = options;
  }

  /** Connects if need be and asks. Never rejects for what a client does; may never resolve. */
  async carryOut(call: Call): Promise<Completion> {
    let client: Client;
    if (this.client?.ended) this.replace();
    try {
      client = this.client ?? (await this.open(call));
    } catch (error) {
      return notConnected(messageOf(error));
    }
    // Its deadline may have passed just now. Then it was recorded as not sent, and must not be sent.
    if (call.ended) return notConnected('too late');
    call.sent = true;
    try {
      return understood(await client.invoke(call.invocation, call.context));
    } catch (error) {
      return { type: error instanceof DefiniteError ? 'fail' : 'info', error: messageOf(error) };
    }
  }

  private async open(call: Call): Promise<Client> {
    const client = await this.options.connect(this.node, call.process);
    // The next operation of this process may have opened one of its own meanwhile.
    if (call.ended) this.leave(client);
    else this.client = client;
    return client;
  }

  /** The next call gets a new client. The old one is closed meanwhile. */
  replace(): void {
    if (this.client !== null) this.leave(this.client);
    this.client = null;
  }

  /** Resolves when every client is closed, or was given up. */
  async close(): Promise<void> {
    this.replace();
    while (this.closing.size > 0) await Promise.all(this.closing);
  }

  private leave(client: Client): void {
    const { clock, closeTimeoutMs } = this.options;
    const closed = withDeadline(
      { clock, deadlineMs: closeTimeoutMs, what: `closing a client of ${this.node}` },
      async () => client[Symbol.asyncDispose](),
    )
      // It has no operation any more: whatever closing does, nothing of the history depends on it.
      .catch(() => undefined)
      .then(() => void this.closing.delete(closed));
    this.closing.add(closed);
  }
}

/** Certainly not done: nothing was sent. */
export function notConnected(reason: string): Completion {
  return { type: 'fail', error: `could not connect: ${reason}` };
}

const outcomes: ReadonlySet<unknown> = new Set(['ok', 'fail', 'info']);

/** Clients are also written by users, without types. What is no completion tells nothing. */
function understood(completion: Completion | null | undefined): Completion {
  if (outcomes.has(completion?.type)) return completion as Completion;
  return { type: 'info', error: 'the client gave no outcome' };
}

function messageOf(error: unknown): string {
  if (error instanceof AssertionError) throw error;
  if (error instanceof Error) return error.message || error.name;
  return String(error);
}
