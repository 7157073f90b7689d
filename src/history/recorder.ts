/**
 * The recorder: the only place that gives events their order.
 *
 * It runs on one event loop. What is recorded within some milliseconds is written with one synchronous call, so a fast store
 * is not slowed down by a call for each event. A SIGKILL of ours takes no more than that, and what is on the disk is always
 * a beginning of what happened: who saw the effect of an operation is recorded after it. Memory is bounded by the open
 * operations.
 *
 * How it can mislead: an event that was written is in the operating system's hands, not yet on the disk; a loss of power
 * takes more.
 */
import { createHash } from 'node:crypto';
import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { assert } from '../base/assert.ts';
import { exitCode, OrdealError } from '../base/errors.ts';
import type { Nanos, NodeName, ProcessId } from '../base/names.ts';
import type { Clock } from '../base/time.ts';
import { completionEvent, encodeEvent, encodeHeader, encodeTrailer } from './codec.ts';
import type {
  Completion,
  CompletionEvent,
  FaultEvent,
  FaultRecord,
  HistoryEvent,
  HistoryHeader,
  Invocation,
  InvokeEvent,
  PhaseEvent,
  PhaseName,
  ReplicaEvent,
} from './event.ts';
import { jsonHindrance } from './json-value.ts';
import { maximumProcess } from './line.ts';
import { ProcessLedger } from './process-ledger.ts';

export interface RecorderOptions {
  /** A file that does not exist yet, in a directory that does. */
  readonly path: string;
  readonly header: HistoryHeader;
  readonly clock: Clock;
  /** Told of every event after it was recorded, in order. */
  readonly onEvent?: (event: HistoryEvent) => void;
  /** Told of whole lines after they were written, from the header on, without the trailer. */
  readonly onLines?: (lines: string) => void;
}

/** Nothing waits longer than this to be written, */
const longestWaitMs = 5;
/** and no more than about this much. */
const mostWaiting = 64 * 1024;

/**
 * Writes one history.
 *
 * Errors: `CANNOT_WRITE_HISTORY` (a full disk, for one; every call throws it from some milliseconds after on),
 * `UNRECORDABLE_VALUE` (the event was not recorded, and the operation is as open as before). Breaking the protocol is an
 * assertion.
 */
export class Recorder implements AsyncDisposable {
  private readonly options: RecorderOptions;
  private readonly file: number;
  private readonly ledger = new ProcessLedger();
  private readonly faults = new Map<number, 'begin' | 'end'>();
  private readonly digest = createHash('sha256');
  /** Whole lines, to be written soon. */
  private waiting = '';
  private cancelFlush: (() => void) | null = null;
  /** Bytes of whole lines in the file, and how many of them there are. */
  private length = 0;
  private lines = 0;
  private events = 0;
  private lastTime = 0;
  private failure: OrdealError | null = null;
  private closed = false;

  private constructor(options: RecorderOptions, file: number) {
    this.options = options;
    this.file = file;
  }

  /** Creates the file and writes the header. */
  static create(options: RecorderOptions): Recorder {
    let file: number;
    try {
      file = openSync(options.path, 'wx');
    } catch (error) {
      throw unwritable(options.path, error);
    }
    const recorder = new Recorder(options, file);
    try {
      recorder.append(encodeHeader(options.header));
      recorder.flush();
    } catch (error) {
      closeSync(file);
      throw error;
    }
    return recorder;
  }

  /** To be called before the call leaves. */
  invoke(draft: Invocation & { readonly process: ProcessId; readonly node: NodeName | null }): InvokeEvent {
    const { process, node, f, key } = draft;
    const value = draft.value ?? null;
    assert(Number.isInteger(process) && process >= 0 && process <= maximumProcess, `${process} is no process number`);
    assert(typeof f === 'string' && f !== '', 'an invocation names its function');
    assert(node === null || typeof node === 'string', 'a node is a name or null');
    this.refuse(keyHindrance(key) ?? jsonHindrance(value, 'value'), `the invocation of "${f}"`);
    this.assertUsable();
    const id = this.ledger.invoke(process);
    assert(typeof id === 'number', String(id));
    return this.record({ index: this.events, time: this.time(), process, type: 'invoke', f, key, value, node });
  }

  /** To be called after the answer has been seen. */
  complete(process: ProcessId, completion: Completion): CompletionEvent {
    const { type, value, error } = completion;
    assert(type === 'ok' || type === 'fail' || type === 'info', `an operation does not end "${type}"`);
    const hindrance = value === undefined ? null : jsonHindrance(value, 'value');
    this.refuse(hindrance ?? errorHindrance(error), `the completion of process ${process}`);
    this.assertUsable();
    const id = this.ledger.opened(process);
    assert(typeof id === 'number', String(id));
    this.ledger.complete(process, type);
    return this.record(completionEvent({ index: this.events, time: this.time(), process, type, value, error }));
  }

  /** The id is a whole number; a fault begins once, and ends once or never. */
  fault(phase: 'begin' | 'end', fault: FaultRecord): FaultEvent {
    this.assertUsable();
    const last = this.faults.get(fault.id) ?? null;
    assert(Number.isSafeInteger(fault.id) && fault.id >= 0, `${fault.id} is no number for a fault`);
    assert(last === (phase === 'begin' ? null : 'begin'), `fault ${fault.id}: ${phase} comes after ${last}`);
    this.faults.set(fault.id, phase);
    return this.record({ index: this.events, time: this.time(), type: 'fault', phase, fault });
  }

  replica(node: NodeName, state: Readonly<Record<string, unknown>>): ReplicaEvent {
    const isObject = typeof state === 'object' && state !== null && !Array.isArray(state);
    this.refuse(isObject ? jsonHindrance(state, 'state') : 'state is no object', `the state of ${node}`);
    this.assertUsable();
    return this.record({ index: this.events, time: this.time(), type: 'replica', node, state });
  }

  phase(name: PhaseName): PhaseEvent {
    this.assertUsable();
    return this.record({ index: this.events, time: this.time(), type: 'phase', name });
  }

  /** Writes the closing line. Idempotent. After a failure it only closes the file. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.cancelFlush?.();
    try {
      if (this.failure === null) {
        this.flush();
        this.write(encodeTrailer({ events: this.events, digest: this.digest.digest('hex') }));
      }
    } finally {
      closeSync(this.file);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve().then(() => this.close());
  }

  private time(): Nanos {
    return Math.max(this.lastTime, this.options.clock.now());
  }

  private record<E extends HistoryEvent>(event: E): E {
    this.append(encodeEvent(event));
    this.events++;
    this.lastTime = event.time;
    this.options.onEvent?.(event);
    return event;
  }

  /** Has a line that the digest covers written, soon. */
  private append(line: string): void {
    this.cancelFlush ??= this.options.clock.schedule(longestWaitMs, () => this.flushLater());
    this.waiting += line;
    if (this.waiting.length >= mostWaiting) this.flush();
  }

  /** Whoever records next hears of a failure. */
  private flushLater(): void {
    this.cancelFlush = null;
    if (this.closed || this.failure !== null) return;
    try {
      this.flush();
    } catch (error) {
      if (error !== this.failure) throw error;
    }
  }

  private flush(): void {
    this.cancelFlush?.();
    this.cancelFlush = null;
    const text = this.waiting;
    if (text === '') return;
    this.waiting = '';
    this.write(text);
    this.digest.update(text);
    this.options.onLines?.(text);
  }

  /** Whole lines. */
  private write(text: string): void {
    const bytes = Buffer.from(text);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.file, bytes, written);
    } catch (error) {
      this.keepWholeLines(bytes.subarray(0, written));
      // The first line is the header's.
      this.failure = unwritable(this.options.path, error, this.lines - 1);
      throw this.failure;
    }
    this.length += bytes.length;
    this.lines += countLines(bytes);
  }

  /** Takes away what was written of the line that did not fit. */
  private keepWholeLines(written: Buffer): void {
    const whole = written.subarray(0, written.lastIndexOf(lineEnd) + 1);
    this.length += whole.length;
    this.lines += countLines(whole);
    try {
      ftruncateSync(this.file, this.length);
    } catch {
      // A reader leaves a cut last line out.
    }
  }

  private assertUsable(): void {
    if (this.failure !== null) throw this.failure;
    assert(!this.closed, 'the recorder is closed');
  }

  private refuse(hindrance: string | null, what: string): void {
    if (hindrance === null) return;
    throw new OrdealError(`${what} cannot be recorded: ${hindrance}`, {
      code: 'UNRECORDABLE_VALUE',
      hint: 'a value must be JSON: null, booleans, numbers, strings, lists and plain objects of them',
    });
  }
}

const lineEnd = 10;

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(lineEnd); at >= 0; at = bytes.indexOf(lineEnd, at + 1)) count++;
  return count;
}

function keyHindrance(key: unknown): string | null {
  if (key !== null && typeof key !== 'string' && typeof key !== 'number') return 'key is no string and no number';
  return jsonHindrance(key, 'key');
}

/** Clients come from outside, where types are not checked. */
function errorHindrance(error: unknown): string | null {
  return error === undefined || typeof error === 'string' ? null : 'error is no string';
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota is used up',
  EEXIST: 'the file exists already',
  ENOENT: 'its directory does not exist',
  EACCES: 'it may not be written',
  EFBIG: 'the file is as large as it may be',
};

function unwritable(path: string, cause: unknown, events = 0): OrdealError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new OrdealError(`the history cannot be written: ${reasons[code ?? ''] ?? message}`, {
    code: 'CANNOT_WRITE_HISTORY',
    place: { file: path },
    exit: exitCode.unavailable,
    ...(events <= 0 ? {} : { hint: `the first ${events} events are there and can be read` }),
    cause,
  });
}
