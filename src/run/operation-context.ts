/**
 * What a client is given with an operation: a signal that is aborted at the deadline.
 *
 * Most clients never look at it, and a signal costs more than all else that the interpreter does for an operation. So it
 * is made when it is first read, also when that is after the deadline.
 */
import type { InvokeContext } from '../client/client.ts';

export class OperationContext implements InvokeContext {
  private controller: AbortController | null = null;
  private reason: Error | null = null;

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      if (this.reason !== null) this.controller.abort(this.reason);
    }
    return this.controller.signal;
  }

  abort(reason: Error): void {
    this.reason = reason;
    this.controller?.abort(reason);
  }
}
