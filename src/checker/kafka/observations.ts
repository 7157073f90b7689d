/**
 * What a history says about append-only logs: who sent each message, which offset it was given, what each poll returned.
 *
 * A message is *known* at an offset when a send was acknowledged with it, or when a poll returned it there. Keys are
 * compared as text, because they are member names in what is polled.
 */
import { OrdealError } from '../../base/errors.ts';
import type { History } from '../../history/history.ts';
import { Interner } from '../../history/intern.ts';
import type { Operation } from '../../history/operation.ts';
import { showRequest, showValue } from '../words.ts';

/** One log. Messages are ids of the table in `LogObservations`. */
export interface Log {
  readonly key: string;
  /** Sends that may have happened, by message. */
  readonly sends: Map<number, Operation[]>;
  /** Sends that failed, by message. */
  readonly failed: Map<number, Operation>;
  /** Acknowledged sends, in order of invocation. */
  readonly acknowledged: AcknowledgedSend[];
  /** One for each poll that asked for this log and was answered. */
  readonly polls: LogPoll[];
  /** What is known: for each offset the messages, each with the first operation that shows it there. */
  readonly known: Map<number, Map<number, Operation>>;
  /** The offsets of `known`, sorted. */
  offsets: readonly number[];
}

export interface AcknowledgedSend {
  readonly operation: Operation;
  readonly message: number;
  readonly offset: number;
}

/** What a poll answered about one log. */
export interface LogPoll {
  readonly operation: Operation;
  /** The offset from which on it asked. */
  readonly start: number;
  readonly entries: readonly LogEntry[];
}

export interface LogEntry {
  readonly offset: number;
  readonly message: number;
}

export interface LogObservations {
  readonly logs: ReadonlyMap<string, Log>;
  /** The messages by id. */
  readonly messages: readonly unknown[];
  readonly malformed: readonly { readonly operation: Operation; readonly problem: string }[];
  readonly polls: number;
}

export function observeLogs(history: History): LogObservations {
  const table = new Interner<unknown>();
  const logs = new Map<string, Log>();
  const malformed: { operation: Operation; problem: string }[] = [];
  let polls = 0;
  const logOf = (key: string): Log => {
    let log = logs.get(key);
    if (!log) logs.set(key, (log = emptyLog(key)));
    return log;
  };
  for (const operation of history.operations) {
    let problem: string | null = null;
    if (operation.f === 'send') {
      problem = noteSend(logOf(String(operation.key)), operation, table.id(operation.input, true));
    } else if (operation.f === 'poll' && operation.outcome === 'ok') {
      polls++;
      problem = notePoll(operation, { logOf, messageOf: value => table.id(value, true) });
    }
    if (problem !== null) malformed.push({ operation, problem });
  }
  for (const log of logs.values()) collectKnown(log);
  return { logs, messages: table.values, malformed, polls };
}

/** `{"a": 3}` of a poll or a commit, as pairs. Throws for what no workload asks. */
export function offsetsAsked(operation: Operation): readonly (readonly [string, number])[] {
  const { input } = operation;
  const entries = typeof input === 'object' && input !== null && !Array.isArray(input) ? Object.entries(input) : null;
  if (entries !== null && entries.every((entry): entry is [string, number] => typeof entry[1] === 'number')) {
    return entries;
  }
  throw new OrdealError(`${showRequest(operation)} (#${operation.id}) names no offsets, such as {"a": 3}`, {
    code: 'UNSUPPORTED_OPERATION',
    hint: 'the checker "kafka" judges send, poll, commit_offsets and list_committed_offsets',
  });
}

function emptyLog(key: string): Log {
  return { key, sends: new Map(), failed: new Map(), acknowledged: [], polls: [], known: new Map(), offsets: [] };
}

function noteSend(log: Log, operation: Operation, message: number): string | null {
  if (operation.outcome === 'fail') {
    if (!log.failed.has(message)) log.failed.set(message, operation);
    return null;
  }
  const sends = log.sends.get(message);
  if (sends) sends.push(operation);
  else log.sends.set(message, [operation]);
  if (operation.outcome !== 'ok') return null;
  const { output } = operation;
  if (!isOffset(output)) return `acknowledged a send with ${showValue(output)}, which is no offset`;
  log.acknowledged.push({ operation, message, offset: output });
  return null;
}

interface PollContext {
  readonly logOf: (key: string) => Log;
  readonly messageOf: (value: unknown) => number;
}

/** A log that is left out of an answer has nothing new. */
function notePoll(operation: Operation, { logOf, messageOf }: PollContext): string | null {
  const asked = offsetsAsked(operation);
  const answer = operation.output;
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    return `answered a poll with ${showValue(answer)}, which names no logs`;
  }
  const batches = new Map(Object.entries(answer));
  let problem: string | null = null;
  for (const [key, start] of asked) {
    const entries = entriesOf(batches.get(key) ?? [], messageOf);
    batches.delete(key);
    if (entries === null) problem ??= `answered a poll of ${key} with something else than pairs of offset and message`;
    else logOf(key).polls.push({ operation, start, entries });
  }
  const unasked = [...batches.keys()];
  if (unasked.length > 0) problem ??= `answered a poll with the log ${unasked[0]}, which was not asked for`;
  return problem;
}

function entriesOf(batch: unknown, messageOf: (value: unknown) => number): readonly LogEntry[] | null {
  if (!Array.isArray(batch)) return null;
  const entries: LogEntry[] = [];
  for (const pair of batch as readonly unknown[]) {
    if (!Array.isArray(pair) || pair.length !== 2 || !isOffset(pair[0])) return null;
    entries.push({ offset: pair[0], message: messageOf(pair[1]) });
  }
  return entries;
}

function isOffset(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** Messages that nobody sent are phantoms, and say nothing about what a log holds. */
function collectKnown(log: Log): void {
  for (const { operation, message, offset } of log.acknowledged) know(log, { offset, message }, operation);
  for (const { operation, entries } of log.polls) {
    for (const entry of entries) if (log.sends.has(entry.message)) know(log, entry, operation);
  }
  log.offsets = [...log.known.keys()].toSorted((left, right) => left - right);
}

function know(log: Log, { offset, message }: LogEntry, operation: Operation): void {
  const messages = log.known.get(offset);
  if (!messages) log.known.set(offset, new Map([[message, operation]]));
  else if (!messages.has(message)) messages.set(message, operation);
}
