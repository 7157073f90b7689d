/**
 * The table of definite errors of etcd: which failures say that an operation certainly did not happen, and never will.
 *
 * A wrong `fail` invents bugs (a write that "failed" is read later), a wrong `info` hides them. So only what stands here
 * as `fail` is definite, and what does not stand here at all proves nothing. A read has no effect: whatever happened to
 * it, it failed.
 *
 * Answers are told apart by the code of gRPC and the whole text (without its `etcdserver: ` in front), never by the
 * status of HTTP alone: the gateway gives 503 to what was refused and to what may yet be done.
 */
import type { Completion } from '../../history/event.ts';
import { LostError, NotSentError, type Reply } from './gateway.ts';

export interface KnownError {
  /** `connect`: no connection was made. `sent`: the request left, no answer came. `answer`: etcd said so. */
  readonly when: 'connect' | 'sent' | 'answer';
  /** Of an answer the whole text, without `etcdserver: `; otherwise what it is called. */
  readonly text: string;
  /** Of an answer: the code of gRPC. */
  readonly code?: number;
  readonly outcome: 'fail' | 'info';
  /** Why that follows. */
  readonly why: string;
  /** Where it is known from: seen in a trial, or read in the sources. */
  readonly source: string;
}

const trial = 'seen with etcd 3.4.23';
const sources = 'etcd, server/etcdserver/v3_server.go and api/v3rpc: checked before the proposal';
const early = 'the request is refused before it is proposed to the others';
const unpromised = 'the proposal may be in the log, and be committed later; nothing promises otherwise';

export const etcdErrors: readonly KnownError[] = [
  { when: 'connect', text: 'ECONNREFUSED', outcome: 'fail', why: 'nobody listens: no byte left', source: trial },
  { when: 'connect', text: 'EHOSTUNREACH', outcome: 'fail', why: 'no way there: no byte left', source: trial },
  {
    when: 'connect',
    text: 'timeout',
    outcome: 'fail',
    why: 'no handshake: no byte of the request left',
    source: trial,
  },
  {
    when: 'sent',
    text: 'timeout',
    outcome: 'info',
    why: 'a member that was paused does it when it wakes',
    source: trial,
  },
  { when: 'sent', text: 'ECONNRESET', outcome: 'info', why: 'it may have been done before the end', source: trial },
  { when: 'sent', text: 'socket hang up', outcome: 'info', why: 'it may have been done before the end', source: trial },
  { when: 'answer', code: 3, text: 'key is not provided', outcome: 'fail', why: early, source: trial },
  { when: 'answer', code: 3, text: 'duplicate key given in txn request', outcome: 'fail', why: early, source: trial },
  { when: 'answer', code: 3, text: 'too many operations in txn request', outcome: 'fail', why: early, source: sources },
  { when: 'answer', code: 3, text: 'request is too large', outcome: 'fail', why: early, source: trial },
  {
    when: 'answer',
    code: 5,
    text: 'requested lease not found',
    outcome: 'fail',
    why: 'all members refuse to apply it, in the same place of the log',
    source: trial,
  },
  {
    when: 'answer',
    code: 8,
    text: 'mvcc: database space exceeded',
    outcome: 'fail',
    why: 'refused before it is proposed, or by all members when they would apply it; reads go on',
    source: trial,
  },
  { when: 'answer', code: 8, text: 'too many requests', outcome: 'fail', why: early, source: sources },
  {
    when: 'answer',
    code: 11,
    text: 'mvcc: required revision is a future revision',
    outcome: 'fail',
    why: 'the whole transaction is checked before any of it is applied',
    source: trial,
  },
  {
    when: 'answer',
    code: 14,
    text: 'request timed out',
    outcome: 'info',
    why: `after 7 s, from a member that is cut off or has no quorum: ${unpromised}`,
    source: trial,
  },
  { when: 'answer', code: 14, text: 'leader changed', outcome: 'info', why: unpromised, source: trial },
  { when: 'answer', code: 2, text: 'context deadline exceeded', outcome: 'info', why: unpromised, source: trial },
];

/** What a request failed with, and what follows for an operation that would change something. */
export interface Failure {
  readonly outcome: 'fail' | 'info';
  readonly error: string;
}

/** Of an answer that is no success. What is not in the table proves nothing. */
export function refusal(reply: Reply): Failure {
  const { code, text } = explained(reply);
  const known = etcdErrors.find(error => error.when === 'answer' && error.code === code && error.text === text);
  const error = `${text} (HTTP ${reply.status}${code === null ? '' : `, gRPC ${code}`})`;
  return { outcome: known?.outcome ?? 'info', error };
}

/** Of a request without an answer. Anything that is not from the gateway is a bug of ours, and thrown again. */
export function noAnswer(error: unknown): Failure {
  if (error instanceof NotSentError) return { outcome: 'fail', error: `could not connect: ${error.message}` };
  if (error instanceof LostError) return { outcome: 'info', error: error.message };
  throw error;
}

/** How an operation ends that failed so. A read has no effect, so it certainly had none. */
export function completion(failure: Failure, kind: 'read' | 'mutation'): Completion {
  return { type: kind === 'read' ? 'fail' : failure.outcome, error: failure.error };
}

/** `{"error":"etcdserver: request timed out","code":14}`; newer gateways say `message`, streams wrap it in `error`. */
function explained({ text }: Reply): { readonly code: number | null; readonly text: string } {
  const body = jsonObject(text);
  const inner = isRecord(body?.['error']) ? body['error'] : body;
  const said = inner?.['message'] ?? inner?.['error'];
  const code = inner?.['code'] ?? inner?.['grpc_code'];
  return {
    code: typeof code === 'number' ? code : null,
    text: typeof said === 'string' ? said.replace(/^etcdserver: /, '') : text.trim().slice(0, 200) || 'an empty answer',
  };
}

/** The JSON object that this text is, or null. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
