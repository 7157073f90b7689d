/** A recorder that keeps its events, and holds whoever records to the rules of processes. */
import { assert } from '../../src/base/assert.ts';
import type { NodeName, ProcessId } from '../../src/base/names.ts';
import { type Clock, nanosPerMs } from '../../src/base/time.ts';
import type { Completion, CompletionEvent, Invocation, InvokeEvent } from '../../src/history/event.ts';
import { ProcessLedger } from '../../src/history/process-ledger.ts';
import type { OperationRecorder } from '../../src/run/interpreter.ts';

export class FakeRecorder implements OperationRecorder {
  readonly events: (InvokeEvent | CompletionEvent)[] = [];
  private readonly ledger = new ProcessLedger();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  invoke(draft: Invocation & { readonly process: ProcessId; readonly node: NodeName | null }): InvokeEvent {
    const id = this.ledger.invoke(draft.process);
    assert(typeof id === 'number', String(id));
    const event: InvokeEvent = { index: this.events.length, time: this.clock.now(), type: 'invoke', ...draft };
    this.events.push(event);
    return event;
  }

  complete(process: ProcessId, completion: Completion): CompletionEvent {
    const id = this.ledger.opened(process);
    assert(typeof id === 'number', String(id));
    this.ledger.complete(process, completion.type);
    const event: CompletionEvent = { index: this.events.length, time: this.clock.now(), process, ...completion };
    this.events.push(event);
    return event;
  }

  /** One line an event: `12 ms  p3 n1 read x` and `15 ms  p3 ok 7`. */
  get lines(): string[] {
    return this.events.map(event => {
      const when = `${event.time / nanosPerMs} ms  p${event.process}`;
      const parts =
        event.type === 'invoke'
          ? [when, event.node, event.f, event.key, text(event.value)]
          : [when, event.type, event.value === undefined ? null : text(event.value), event.error ?? null];
      return parts.filter(part => part !== null).join(' ');
    });
  }
}

function text(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value);
}
