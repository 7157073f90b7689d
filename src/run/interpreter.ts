/**
 * The interpreter: asks the generator, hands its operations to clients, and records what comes of them.
 *
 * One loop on one event loop. A round ends the operations that are overdue, offers every free thread to the generator
 * (the one that was free longest first, so that no node is favoured), and waits for an answer, a deadline, or the time
 * that the generator named. An invocation is recorded before its call leaves, a completion as soon as the answer is seen.
 *
 * Nothing here waits for ever: the runner, not the client, owns the deadline of every operation, and an answer that
 * comes later is not heard. So each invocation gets exactly one completion, unless the recorder or the generator fails.
 */
import { assert } from '../base/assert.ts';
import { OrdealError } from '../base/errors.ts';
import type { Nanos, NodeName, ProcessId } from '../base/names.ts';
import { type Clock, DeadlineError, nanosPerMs, yieldToEventLoop } from '../base/time.ts';
import type { Client } from '../client/client.ts';
import type { Generator } from '../generator/generator.ts';
import { soonest } from '../generator/step.ts';
import type { Completion, CompletionEvent, Invocation, InvokeEvent } from '../history/event.ts';
import { Alarm } from './alarm.ts';
import { type Call, Connection, notConnected } from './connection.ts';
import { OperationContext } from './operation-context.ts';
import { isFailure, pauseMs } from './pause.ts';

/** What the interpreter needs of a `Recorder`. */
export interface OperationRecorder {
  invoke(draft: Invocation & { readonly process: ProcessId; readonly node: NodeName | null }): InvokeEvent;
  complete(process: ProcessId, completion: Completion): CompletionEvent;
}

export interface InterpreterOptions {
  readonly generator: Generator<Invocation>;
  /** How many operations may be in flight at a time. */
  readonly threads: number;
  /** Thread t talks to `nodes[t % nodes.length]`. */
  readonly nodes: readonly NodeName[];
  /** Called when a process has its first operation. May throw: then the operation is `fail`. */
  connect(node: NodeName, process: ProcessId): Promise<Client>;
  readonly recorder: OperationRecorder;
  /** The recorder's. */
  readonly clock: Clock;
  /** From the invocation to the answer, connecting included. */
  readonly operationTimeoutMs: number;
  /** How long closing a client may take. @default 1000 */
  readonly closeTimeoutMs?: number;
  /** Aborted: nothing more is asked. What is in flight ends as it ends, by its deadline at the latest. */
  readonly signal?: AbortSignal;
  /** Processes are numbered from here: the `nextProcess` of the call before, on the same history. @default 0 */
  readonly firstProcess?: ProcessId;
  /** Told of every event, after it was recorded. */
  readonly onEvent?: (event: InvokeEvent | CompletionEvent) => void;
}

export interface InterpreterResult {
  /** No process has this number, nor any higher one. */
  readonly nextProcess: ProcessId;
  /** How many operations were invoked. All have ended. */
  readonly operations: number;
  /** Whether it ended by the signal, and not because the generator was done. */
  readonly aborted: boolean;
}

/**
 * Resolves when the generator is done, or the signal was aborted, and no operation is in flight. Rejects with what the
 * recorder or the generator throws. In either case every client has been closed, or given up.
 */
export async function interpret(options: InterpreterOptions): Promise<InterpreterResult> {
  assert(options.threads > 0 && options.nodes.length > 0, 'there must be threads, and nodes to talk to');
  const interpretation = new Interpretation(options);
  try {
    return await interpretation.run();
  } finally {
    await interpretation.close();
  }
}

/** A slot of concurrency, its present process, and the connection of that. */
interface Thread {
  readonly index: number;
  readonly node: NodeName;
  readonly connection: Connection;
  process: ProcessId;
  operation: InFlight | null;
  failuresInARow: number;
  /** When it may be asked again, while it rests after a failure. */
  restsUntil: Nanos;
}

interface InFlight extends Call {
  readonly thread: Thread;
  readonly context: OperationContext;
  readonly begun: Nanos;
  readonly deadline: Nanos;
  ended: boolean;
}

const defaultCloseTimeoutMs = 1000;

class Interpretation {
  private readonly options: InterpreterOptions;
  private readonly threads: readonly Thread[];
  private generator: Generator<Invocation>;
  /** Free, longest first. Threads that are done for good are in neither list. */
  private readonly idle: Thread[];
  private resting: Thread[] = [];
  private inFlight = 0;
  private operations = 0;
  /** No operation is due to end before. */
  private nextDeadline: Nanos | null = null;
  private readonly alarm: Alarm;
  private failure: { readonly error: unknown } | null = null;
  private readonly onAbort = (): void => this.alarm.wake();

  constructor(options: InterpreterOptions) {
    const { threads, nodes, clock, firstProcess = 0, closeTimeoutMs = defaultCloseTimeoutMs } = options;
    const connect = options.connect.bind(options);
    this.options = options;
    this.alarm = new Alarm(clock);
    this.generator = options.generator;
    this.threads = Array.from({ length: threads }, (_, index) => {
      const node = nodes[index % nodes.length] as NodeName;
      const connection = new Connection(node, { clock, closeTimeoutMs, connect });
      const process = firstProcess + index;
      return { index, node, connection, process, operation: null, failuresInARow: 0, restsUntil: 0 };
    });
    this.idle = [...this.threads];
    options.signal?.addEventListener('abort', this.onAbort);
  }

  async run(): Promise<InterpreterResult> {
    for (;;) {
      const now = this.options.clock.now();
      this.endOverdue(now);
      this.endRests(now);
      const askAgain = this.ask(now);
      const aborted = this.isAborted();
      const nobodyToAsk = aborted || (this.idle.length === 0 && this.resting.length === 0);
      if (this.inFlight === 0 && nobodyToAsk) return this.result(aborted);

      let wakeAt = soonest(askAgain, this.nextDeadline);
      for (const thread of this.resting) wakeAt = soonest(wakeAt, thread.restsUntil);
      assert(this.inFlight > 0 || wakeAt !== null, 'the generator waits for an event, and there is none to come');
      await this.alarm.sleepUntil(wakeAt);
      // Whatever else has come in is taken in the same round, and others on this event loop get their turn.
      await yieldToEventLoop();
      if (this.failure !== null) throw this.failure.error;
    }
  }

  /** Offers the free threads to the generator until it has nothing for any of them: then, when to ask again. */
  private ask(now: Nanos): Nanos | null {
    let askAgain: Nanos | null = null;
    let refused = 0;
    let changes = 0;
    for (let position = 0; refused < this.idle.length && changes <= 16 * this.idle.length; ) {
      if (this.isAborted()) return null;
      if (position >= this.idle.length) position = 0;
      const thread = this.idle[position] as Thread;
      const step = this.generator.next({
        time: now,
        thread: thread.index,
        process: thread.process,
        node: thread.node,
        busy: this.inFlight,
        threads: this.threads.length,
      });
      if (step.kind === 'pending') {
        // A generator that changed may have something for those who got nothing before. One that only changes is stopped.
        const changed = step.next !== this.generator;
        this.generator = step.next;
        refused = changed ? 1 : refused + 1;
        changes += changed ? 1 : 0;
        askAgain = soonest(askAgain, step.until);
        position++;
        continue;
      }
      this.idle.splice(position, 1);
      if (step.kind === 'done') continue;
      this.generator = step.next;
      refused = 0;
      changes = 0;
      askAgain = null;
      this.begin(thread, step.value);
    }
    return askAgain;
  }

  private begin(thread: Thread, invocation: Invocation): void {
    const { recorder, clock, operationTimeoutMs, onEvent } = this.options;
    const { f, key, value } = invocation;
    const event = recorder.invoke({ process: thread.process, node: thread.node, f, key, value });
    const begun = clock.now();
    const deadline = begun + operationTimeoutMs * nanosPerMs;
    const context = new OperationContext();
    const { process } = thread;
    const operation: InFlight = { thread, process, invocation, context, begun, deadline, sent: false, ended: false };
    thread.operation = operation;
    this.inFlight++;
    this.operations++;
    this.nextDeadline = soonest(this.nextDeadline, deadline);
    this.generator = this.generator.after(event, thread.index);
    onEvent?.(event);
    thread.connection
      .carryOut(operation)
      .then(completion => this.end(operation, completion))
      .catch((error: unknown) => this.fail(error));
  }

  /** Records how it ended, once. An answer after the deadline finds it ended. */
  private end(operation: InFlight, completion: Completion): void {
    if (operation.ended) return;
    const { thread, process } = operation;
    const event = this.complete(process, completion);
    operation.ended = true;
    thread.operation = null;
    this.inFlight--;
    if (event.type === 'info') {
      thread.connection.replace();
      thread.process += this.threads.length;
    }
    this.generator = this.generator.after(event, thread.index);
    this.options.onEvent?.(event);
    this.free(operation, event);
    this.alarm.wake();
  }

  /** An answer that is no JSON tells nothing that could be judged: the operation may have happened, no more is known. */
  private complete(process: ProcessId, completion: Completion): CompletionEvent {
    const { recorder } = this.options;
    try {
      return recorder.complete(process, completion);
    } catch (error) {
      if (!(error instanceof OrdealError && error.code === 'UNRECORDABLE_VALUE')) throw error;
      return recorder.complete(process, { type: 'info', error: error.message });
    }
  }

  /** The thread may be asked again: now, or after a rest when it fails again and again. */
  private free({ thread, begun }: InFlight, completion: Completion): void {
    if (completion.type === 'ok' || !isFailure(completion)) {
      thread.failuresInARow = 0;
      this.idle.push(thread);
      return;
    }
    thread.failuresInARow++;
    thread.restsUntil = begun + pauseMs(completion.type, thread.failuresInARow) * nanosPerMs;
    this.resting.push(thread);
  }

  private endRests(now: Nanos): void {
    if (this.resting.length === 0) return;
    this.idle.push(...this.resting.filter(thread => thread.restsUntil <= now));
    this.resting = this.resting.filter(thread => thread.restsUntil > now);
  }

  private endOverdue(now: Nanos): void {
    if (this.nextDeadline === null || now < this.nextDeadline) return;
    const timeoutMs = this.options.operationTimeoutMs;
    this.nextDeadline = null;
    for (const { operation } of this.threads) {
      if (operation === null) continue;
      if (now < operation.deadline) {
        this.nextDeadline = soonest(this.nextDeadline, operation.deadline);
      } else if (operation.sent) {
        this.end(operation, { type: 'info', error: `timeout: no answer within ${timeoutMs} ms` });
        operation.context.abort(new DeadlineError(operation.invocation.f, timeoutMs));
      } else {
        this.end(operation, notConnected(`no answer within ${timeoutMs} ms`));
      }
    }
  }

  private isAborted(): boolean {
    return this.options.signal?.aborted === true;
  }

  private fail(error: unknown): void {
    this.failure ??= { error };
    this.alarm.wake();
  }

  private result(aborted: boolean): InterpreterResult {
    const { firstProcess = 0, threads } = this.options;
    const rounds = this.threads.map(thread => Math.floor((thread.process - firstProcess) / threads));
    const nextProcess = firstProcess + (Math.max(...rounds) + 1) * threads;
    return { nextProcess, operations: this.operations, aborted };
  }

  async close(): Promise<void> {
    this.options.signal?.removeEventListener('abort', this.onAbort);
    this.alarm.cancel();
    for (const { operation } of this.threads) {
      if (operation === null) continue;
      // Only after a failure of ours: nobody listens to the answers any more.
      operation.ended = true;
      operation.context.abort(new Error('the run has ended'));
    }
    await Promise.all(this.threads.map(thread => thread.connection.close()));
  }
}
