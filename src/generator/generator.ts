/**
 * A generator decides what is asked of the system next. It is a value: `next` and `after` return the generator that
 * follows, and never change the one that was asked.
 *
 * Pulled by the interpreter: whenever a thread is free it is asked `next`, and it is told of every invocation and
 * completion by `after`. A *thread* is a slot of concurrency, numbered from 0; the *process* on it changes after an
 * `info`.
 */
import type { Nanos, NodeName, ProcessId } from '../base/names.ts';
import type { CompletionEvent, InvokeEvent } from '../history/event.ts';

/** Who asks, and when. */
export interface GeneratorContext {
  readonly time: Nanos;
  readonly thread: number;
  readonly process: ProcessId;
  readonly node: NodeName | null;
  /** Threads with an operation in flight; the one that asks is not among them. */
  readonly busy: number;
  /** How many threads there are. */
  readonly threads: number;
}

export type Step<T> =
  /** Do this now, on the thread that asked. */
  | { readonly kind: 'invoke'; readonly value: T; readonly next: Generator<T> }
  /** Nothing for this thread now. Ask again after the next event, or at `until` when that is earlier. */
  | { readonly kind: 'pending'; readonly until: Nanos | null; readonly next: Generator<T> }
  /** Nothing for this thread, ever. The run of a generator ends when every thread has been told so. */
  | { readonly kind: 'done' };

export interface Generator<T> {
  next(context: GeneratorContext): Step<T>;
  /** Told of every invocation that this generator gave, and of its completion. */
  after(event: InvokeEvent | CompletionEvent, thread: number): Generator<T>;
}
