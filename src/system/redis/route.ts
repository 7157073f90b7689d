/**
 * Where a client's commands go: one connection, to whoever was right when it was opened.
 *
 * A client that was told `READONLY`, or whose server hung up between two commands, still knows the outcome of everything
 * that it asked. So it need not be replaced: the next operation opens a new connection before it sends anything. That
 * is the only moment when one is opened, so no command is ever sent twice.
 */
import { NotSentError, type RedisConnection } from './connection.ts';

export class Route implements Disposable {
  private readonly open: () => Promise<RedisConnection>;
  private current: RedisConnection | null;
  private closed = false;

  /** `first`: one that is open already. */
  constructor(open: () => Promise<RedisConnection>, first: RedisConnection | null = null) {
    this.open = open;
    this.current = first;
  }

  /** The connection; a new one when the last has ended or was left. Rejects when none can be opened: nothing was sent. */
  async connection(): Promise<RedisConnection> {
    if (this.current !== null && !this.current.ended) return this.current;
    const connection = await this.open();
    if (this.closed) {
      connection[Symbol.dispose]();
      throw new NotSentError('closed by the client');
    }
    this.current = connection;
    return connection;
  }

  /** The next operation finds out anew where to go. */
  leave(): void {
    this.current?.[Symbol.dispose]();
    this.current = null;
  }

  [Symbol.dispose](): void {
    this.closed = true;
    this.leave();
  }
}
