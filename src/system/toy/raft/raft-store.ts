/**
 * The key-value store on top of a Raft node: takes requests from clients and sees each through.
 *
 * The node that a client talks to gives the request a name, hands it to the leader, and hands it on again when no
 * result comes: the name keeps it from being applied twice. Everything goes through the log, reads too, so an answer
 * is the answer at one point of one order.
 *
 *     client      n2 (follower)      n1 (leader)       n3
 *       | write ---> |                   |              |
 *       |            | forward n2/1/7 -> | append_entries >
 *       |            |                   | <-- append_reply
 *       | <-- ok --- | <- forward_reply -| (committed and applied)
 *
 * What an error promises: it is given only while the request has been handed to nobody. Once it has been, even a
 * refusal proves nothing, because the network may deliver a copy later to a node that leads by then. Such a request
 * ends with its result, or with silence.
 */
import type { Key } from '../../../base/names.ts';
import type { Random } from '../../../base/random.ts';
import type { BugName } from '../bugs.ts';
import type { Journal } from '../journal.ts';
import type { NodeProgram, Surroundings } from '../program.ts';
import { type Body, errorBody, errorCode, type Message } from '../wire.ts';
import { type Command, execute, holds, KeyValue, type Operation, type Result } from './key-value.ts';
import type { RaftMessage } from './messages.ts';
import { type Entry, PersistentState, type RaftRecord } from './persistent-state.ts';
import { RaftNode } from './raft-node.ts';
import { parseRequest } from './request.ts';

export interface RaftStoreOptions extends Surroundings {
  readonly journal: Journal<RaftRecord<Command>>;
  readonly random: Random;
  readonly bugs: ReadonlySet<BugName>;
  /** Told of every entry that this node applies. For tests. */
  readonly observe?: (entry: Entry<Command>, index: number) => void;
}

/** A client's request for a leader: an error, after so long. Shorter than the second that clients wait. */
const queueMs = 800;
/** Handed to a leader and no result: hand it on again. */
const retryMs = 200;
/** The client has stopped waiting long ago. */
const abandonMs = 2000;
/** How often the forgetful node remembers. */
const lateFlushMs = 1000;

/** A request of a client of this node. */
interface Pending {
  readonly client: string;
  readonly question: number;
  readonly operation: Operation;
  readonly receivedMs: number;
  /** To whom it was handed last; null when to nobody yet. */
  handedTo: string | null;
  handedMs: number;
}

export class RaftStore implements NodeProgram {
  readonly state: PersistentState<Command>;
  readonly raft: RaftNode<Command>;
  readonly keyValue = new KeyValue();
  private readonly options: RaftStoreOptions;
  private readonly pending = new Map<string, Pending>();
  /** Requests that this node has proposed: in which term, and whom the result goes to. */
  private readonly proposed = new Map<string, { readonly term: number; readonly origin: string }>();
  private readonly outbox: { readonly to: string; readonly body: Body }[] = [];
  private requests = 0;
  private flushedMs: number;

  constructor(options: RaftStoreOptions) {
    this.options = options;
    this.state = new PersistentState(options.journal);
    const { id, peers, nowMs, random, bugs, log } = options;
    this.flushedMs = nowMs();
    this.raft = new RaftNode<Command>({
      id,
      peers,
      state: this.state,
      nowMs,
      random: random.fork('life', this.state.life),
      bugs,
      send: this.post,
      apply: (entry, index) => this.apply(entry, index),
      reset: () => this.keyValue.reset(),
      log,
    });
  }

  receive({ src, body }: Message): void {
    switch (body.type) {
      case 'read':
      case 'write':
      case 'cas':
        return this.take(src, body);
      case 'forward':
        return this.accept({ origin: src, command: body['command'] as Command });
      case 'forward_reply':
        return this.finish(body['request'] as string, body['result'] as Result);
      case 'request_vote':
      case 'vote':
      case 'append_entries':
      case 'append_reply':
        return this.raft.receive(src, body as unknown as RaftMessage<Command>);
      case 'role':
        return this.answer(src, body, { type: 'role_ok', role: this.raft.role, term: this.raft.term });
      case 'replica':
        return this.answer(src, body, { type: 'replica_ok', state: Object.fromEntries(this.keyValue.values) });
      default:
        return this.answer(src, body, errorBody(errorCode.notSupported, `${body.type} is not supported`));
    }
  }

  tick(): void {
    this.raft.tick();
    const now = this.options.nowMs();
    for (const [request, pending] of this.pending) this.urge(request, pending, now);
  }

  settle(): void {
    this.raft.replicate();
    // BUG forgetful: answers leave before what they depend on is written.
    if (!this.options.bugs.has('forgetful') || this.options.nowMs() - this.flushedMs >= lateFlushMs) {
      this.state.flush();
      this.flushedMs = this.options.nowMs();
    }
    for (const { to, body } of this.outbox) this.options.send(to, body);
    this.outbox.length = 0;
  }

  // Where the client is

  private take(client: string, body: Body): void {
    const operation = parseRequest(body);
    if (operation === null) {
      this.answer(client, body, errorBody(errorCode.malformedRequest, `this ${body.type} lacks a key or a value`));
      return;
    }
    // BUG stale-read: what this node has applied may be long behind what the others have committed.
    if (operation.f === 'read' && this.options.bugs.has('stale-read')) {
      this.answer(client, body, clientAnswer(operation, execute(this.keyValue.values, operation)));
      return;
    }
    this.requests++;
    const request = `${this.options.id}/${this.state.life}/${this.requests}`;
    const now = this.options.nowMs();
    const question = body.msg_id ?? 0;
    const pending = { client, question, operation, receivedMs: now, handedTo: null, handedMs: now };
    this.pending.set(request, pending);
    this.urge(request, pending, now);
  }

  /** Hands a request to the leader, if it is time; gives up, if it is time for that. */
  private urge(request: string, pending: Pending, now: number): void {
    const { leader } = this.raft;
    const waitedMs = now - pending.receivedMs;
    if (pending.handedTo === null && waitedMs >= queueMs) {
      this.pending.delete(request);
      const error = errorBody(errorCode.temporarilyUnavailable, 'no leader is known; the request was not passed on');
      this.post(pending.client, { ...error, in_reply_to: pending.question });
    } else if (waitedMs >= abandonMs) {
      this.pending.delete(request);
    } else if (leader !== null && (leader !== pending.handedTo || now - pending.handedMs >= retryMs)) {
      pending.handedTo = leader;
      pending.handedMs = now;
      const command = { request, operation: pending.operation };
      if (leader === this.options.id) this.accept({ origin: leader, command });
      else this.post(leader, { type: 'forward', command });
    }
  }

  private finish(request: string, result: Result): void {
    const pending = this.pending.get(request);
    if (pending === undefined) return;
    this.pending.delete(request);
    this.post(pending.client, { ...clientAnswer(pending.operation, result), in_reply_to: pending.question });
  }

  // Where the leader is

  private accept({ origin, command }: { readonly origin: string; readonly command: Command }): void {
    if (this.raft.role !== 'leader') return; // The origin hands it on again, to whoever leads then.
    const { request, operation } = command;
    const { bugs } = this.options;
    // BUG double-apply: a request is proposed as often as it comes (and `apply` does not notice either).
    if (!bugs.has('double-apply')) {
      const result = this.keyValue.resultOf(request);
      if (result !== undefined) {
        this.tell(origin, request, result);
        return;
      }
      if (this.proposed.get(request)?.term === this.raft.term) return;
    }
    // BUG dirty-read: the end of the log is not committed, and may never be.
    if (operation.f === 'read' && bugs.has('dirty-read')) {
      this.tell(origin, request, this.speculate(operation));
      return;
    }
    // BUG cas-race: between this comparison and the write's turn in the log the value may change.
    if (operation.f === 'cas' && bugs.has('cas-race')) {
      if (holds(this.keyValue.values, operation)) {
        const { key, to } = operation;
        this.propose(origin, { request, operation: { f: 'write', key, value: to } });
      } else this.tell(origin, request, { ok: false, code: errorCode.preconditionFailed, text: 'another value' });
      return;
    }
    this.propose(origin, command);
    // BUG lost-write: so far only this node has it.
    if (operation.f === 'write' && bugs.has('lost-write')) this.tell(origin, request, { ok: true, value: null });
  }

  private propose(origin: string, command: Command): void {
    this.raft.propose(command);
    this.proposed.set(command.request, { term: this.raft.term, origin });
  }

  private apply(entry: Entry<Command>, index: number): void {
    this.options.observe?.(entry, index);
    if (entry.command === null) return;
    const { request } = entry.command;
    const result = this.keyValue.apply(entry.command, { deduplicate: !this.options.bugs.has('double-apply') });
    // Also when this node leads no longer: what is committed is committed.
    const proposal = this.proposed.get(request);
    this.proposed.delete(request);
    if (proposal !== undefined) this.tell(proposal.origin, request, result);
  }

  /** The read's result if the whole log were committed. */
  private speculate(read: Operation): Result {
    const values = new Map<Key, unknown>(this.keyValue.values);
    for (let index = this.raft.commitIndex + 1; index <= this.state.lastIndex; index++) {
      const { command } = this.state.entryAt(index);
      if (command !== null) execute(values, command.operation);
    }
    return execute(values, read);
  }

  private tell(origin: string, request: string, result: Result): void {
    if (origin === this.options.id) this.finish(request, result);
    else this.post(origin, { type: 'forward_reply', request, result });
  }

  // Messages, which leave when everything is on disk

  private readonly post = (to: string, body: object): void => {
    this.outbox.push({ to, body: body as Body });
  };

  private answer(to: string, question: Body, body: Body): void {
    if (question.msg_id !== undefined) this.post(to, { ...body, in_reply_to: question.msg_id });
  }
}

function clientAnswer({ f }: Operation, result: Result): Body {
  if (!result.ok) return errorBody(result.code, result.text);
  return f === 'read' ? { type: 'read_ok', value: result.value } : { type: `${f}_ok` };
}
