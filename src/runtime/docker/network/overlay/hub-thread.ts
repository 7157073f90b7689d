/**
 * The harness's side of the overlay's thread: starts it, asks it, ends it.
 *
 * The hub has a thread of its own so that a busy harness does not make the network slow.
 *
 * How it can mislead: with the thread, every packet between the nodes stops. A thread that is lost looks to the system
 * like a cut of everything; `lost` tells.
 */
import { Worker } from 'node:worker_threads';
import { AssertionError } from '../../../../base/assert.ts';
import { entryPoint } from '../../../../base/entry.ts';
import { exitCode, OrdealError } from '../../../../base/errors.ts';
import { type Clock, withDeadline } from '../../../../base/time.ts';
import type { HubAnswer, HubArgument, HubMessage, HubQuestion, HubRequest, HubTask } from './messages.ts';

export interface HubThreadOptions {
  readonly task: HubTask;
  readonly clock: Clock;
  /** The compiled module that the thread starts with. @default ours */
  readonly entry?: string;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** More than any probe takes. */
const answerDeadlineMs = 10_000;

export class HubThread {
  /** The UDP port of the hub. */
  readonly port: number;
  /** Resolves with a sentence when the thread ended and nobody of ours ended it. Never rejects. */
  readonly lost: Promise<string>;
  private readonly worker: Worker;
  private readonly clock: Clock;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private end: string | null = null;
  private closing = false;

  /** Rejects with an `OrdealError` when the gateway's address is not of this machine. */
  static async start({ task, clock, entry }: HubThreadOptions): Promise<HubThread> {
    const path = entry ?? entryPoint(import.meta.url, './worker');
    const worker = new Worker(path, { workerData: task, execArgv: [] });
    try {
      return new HubThread(worker, await listening(worker, task.gateway), clock);
    } catch (error) {
      await worker.terminate();
      throw error;
    }
  }

  private constructor(worker: Worker, port: number, clock: Clock) {
    this.worker = worker;
    this.port = port;
    this.clock = clock;
    worker.on('message', (message: HubMessage) => this.hear(message));
    this.lost = new Promise(resolve => {
      worker.on('error', (error: Error) => {
        this.end = `the thread of the overlay network broke: ${error.message}`;
      });
      worker.on('exit', () => {
        this.end ??= this.closing ? 'the overlay network is closed' : 'the thread of the overlay network has ended';
        for (const { reject } of this.waiting.values()) reject(new Error(this.end));
        this.waiting.clear();
        if (!this.closing) resolve(this.end);
      });
    });
  }

  /** Rejects when the thread is lost or closed, or does not answer. */
  ask<Q extends HubQuestion>(question: Q, argument: HubArgument<Q>): Promise<HubAnswer<Q>> {
    if (this.end !== null) return Promise.reject(new Error(this.end));
    const id = ++this.lastId;
    const deadline = {
      clock: this.clock,
      deadlineMs: answerDeadlineMs,
      what: `the overlay network, asked for ${question}`,
    };
    return withDeadline(
      deadline,
      () =>
        new Promise<HubAnswer<Q>>((resolve, reject) => {
          this.waiting.set(id, { resolve, reject });
          const request: HubRequest = { id, question, argument };
          this.worker.postMessage(request, []);
        }),
    );
  }

  /** Resolves when the thread has ended, and its socket with it. */
  async close(): Promise<void> {
    this.closing = true;
    await this.worker.terminate();
  }

  private hear(message: HubMessage): void {
    if (message.kind !== 'answer' && message.kind !== 'error') return;
    const waiting = this.waiting.get(message.id);
    this.waiting.delete(message.id);
    if (message.kind === 'answer') waiting?.resolve(message.value as never);
    else waiting?.reject(new AssertionError(message.message));
  }
}

/** Its first word: the port. */
function listening(worker: Worker, gateway: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const ended = (): void => reject(new Error('the thread of the overlay network ended before it listened'));
    worker.once('error', reject);
    worker.once('exit', ended);
    worker.once('message', (message: HubMessage) => {
      worker.off('error', reject);
      worker.off('exit', ended);
      if (message.kind === 'listening') resolve(message.port);
      else reject(unavailable(gateway, message.kind === 'refused' ? message.message : message.kind));
    });
  });
}

function unavailable(gateway: string, reason: string): OrdealError {
  return new OrdealError(`the overlay network cannot listen on ${gateway}: ${reason}`, {
    code: 'OVERLAY_UNAVAILABLE',
    hint: 'it needs the Docker daemon on this very machine, and Linux; use the direct network instead',
    exit: exitCode.unavailable,
  });
}
