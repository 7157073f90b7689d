/**
 * A client: one connection, held by one process, doing one operation at a time.
 *
 * It never retries and never reconnects behind our back: only then is the outcome known. The runner owns deadlines; when
 * one passes, the signal is aborted, the operation is `info`, and the client is closed and replaced.
 */
import type { Completion, Invocation } from '../history/event.ts';

export interface InvokeContext {
  /** Aborted at the operation's deadline. Made on first use: reading it costs, ignoring it is free. */
  readonly signal: AbortSignal;
}

export interface Client extends AsyncDisposable {
  /** True once it can do nothing more, and says so; the next operation gets a new one. @default false */
  readonly ended?: boolean;
  /** Throws `DefiniteError` when it certainly did not happen; anything else that it throws means `info`. */
  invoke(invocation: Invocation, context: InvokeContext): Promise<Completion>;
}

/** The operation certainly had no effect, and never will have. */
export class DefiniteError extends Error {
  override readonly name = 'DefiniteError';
}
