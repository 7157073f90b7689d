/**
 * A poll that goes past a message returns it: what is known at an offset between the start of a poll and the highest
 * offset that it returned, and is not among the answer, was skipped.
 *
 *     known in the log     0 1 2   4 5       (offset 3 is not used: sparse)
 *     poll from 1          . 1 2     5       4 is skipped
 *
 * Time does not matter. A message that was put below an offset that somebody has read is skipped by that consumer for
 * good, so a log may only grow at its end.
 */
import { present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { countBelow } from '../bisect.ts';
import type { Finding, Findings } from '../findings.ts';
import { acknowledged, atNode, showKey, showValue } from '../words.ts';
import type { AcknowledgedSend, Log, LogObservations, LogPoll } from './observations.ts';
import { withSend } from './offsets.ts';

export type SkipKind = 'lost-write' | 'skipped-message';

/** Each offset once. `lost-write` when no poll ever returned it, although it was acknowledged. */
export function judgeSkips(seen: LogObservations, findings: Findings<SkipKind>): void {
  for (const log of seen.logs.values()) judgeLog(log, seen, findings);
}

function judgeLog(log: Log, seen: LogObservations, findings: Findings<SkipKind>): void {
  const returned = new Map<number, Operation>();
  for (const { operation, entries } of log.polls) {
    for (const { message } of entries) if (!returned.has(message)) returned.set(message, operation);
  }
  const acknowledgedAt = new Map(log.acknowledged.map(send => [send.offset, send]));
  for (const skip of firstSkips(log).values()) {
    const send = acknowledgedAt.get(skip.offset);
    if (send !== undefined && !returned.has(send.message)) {
      findings.add('lost-write', () => lostWrite({ log, skip, send }));
    } else findings.add('skipped-message', () => skipped({ log, skip, seen, returned }));
  }
}

/** A known offset between the start of a poll and the last one that it returned, and not among them. */
interface Skip {
  readonly offset: number;
  readonly poll: LogPoll;
  /** The highest offset that the poll returned, of a message that was sent. */
  readonly reached: number;
}

/** For each skipped offset the first poll that skipped it, if possible one asked after the message was known. */
function firstSkips(log: Log): ReadonlyMap<number, Skip> {
  const skips = new Map<number, Skip>();
  const settled = new Settled(log.offsets.length);
  for (const poll of log.polls) {
    const returned = new Set(poll.entries.map(({ offset }) => offset));
    const reached = poll.entries.reduce(
      (most, { offset, message }) => (log.sends.has(message) ? Math.max(most, offset) : most),
      Number.NEGATIVE_INFINITY,
    );
    const end = countBelow(log.offsets, reached + 1);
    for (let at = settled.next(countBelow(log.offsets, poll.start)); at < end; at = settled.next(at + 1)) {
      const offset = present(log.offsets[at]);
      if (returned.has(offset)) continue;
      const wasKnown = [...(log.known.get(offset)?.values() ?? [])].some(shown => shown.return < poll.operation.call);
      if (wasKnown || !skips.has(offset)) skips.set(offset, { offset, poll, reached });
      if (wasKnown) settled.add(at);
    }
  }
  return skips;
}

/** Numbers that need not be looked at again, passed over in almost no time: a broken log costs no more than a right one. */
class Settled {
  /** The next number that may not be settled yet. */
  private readonly following: Int32Array;

  constructor(length: number) {
    this.following = Int32Array.from({ length: length + 1 }, (_, number) => number);
  }

  add(number: number): void {
    this.following[number] = number + 1;
  }

  /** The first that is not settled, from this one on. */
  next(from: number): number {
    let found = from;
    while (this.following[found] !== found) found = this.following[found] as number;
    for (let at = from; at !== found; ) {
      const after = this.following[at] as number;
      this.following[at] = found;
      at = after;
    }
    return found;
  }
}

function lostWrite({ log, skip, send }: { log: Log; skip: Skip; send: AcknowledgedSend }): Finding {
  return {
    key: log.key,
    explanation:
      `${acknowledged(send.operation)} with offset ${send.offset}. ${wentPast(log, skip)}, without ${skip.offset}; ` +
      `no poll ever returned it.${late(skip, send.operation)}`,
    operations: [send.operation.id, skip.poll.operation.id, ...reachedBy(log, skip)],
  };
}

interface SkippedMessage {
  readonly log: Log;
  readonly skip: Skip;
  readonly seen: LogObservations;
  /** The first poll that returned each message. */
  readonly returned: ReadonlyMap<number, Operation>;
}

function skipped({ log, skip, seen, returned }: SkippedMessage): Finding {
  const holders = [...(log.known.get(skip.offset) ?? [])];
  const [message, operation] = present(holders.find(([held]) => returned.has(held)) ?? holders[0]);
  const poll = returned.get(message) ?? operation;
  const shown = poll.id === operation.id ? '' : `, and ${atNode(poll)} returned it`;
  const ids = [...withSend({ log, message, operation }), poll.id, skip.poll.operation.id, ...reachedBy(log, skip)];
  return {
    key: log.key,
    explanation:
      `The log ${showKey(log.key)} holds ${showValue(seen.messages[message])} at offset ${skip.offset}: so ${atNode(operation)}${shown}. ` +
      `${wentPast(log, skip)}, but skipped it.${late(skip, operation)}`,
    operations: [...new Set(ids)],
  };
}

function wentPast(log: Log, { poll, reached }: Skip): string {
  return `${atNode(poll.operation)} was asked for the log ${showKey(log.key)} from offset ${poll.start} on and answered up to ${reached}`;
}

function late({ poll }: Skip, shown: Operation): string {
  if (shown.return < poll.operation.call) return '';
  return ' Who has read past an offset never goes back, so a log may only grow at its end.';
}

/** The send of the message at the highest offset that the poll returned. */
function reachedBy(log: Log, { poll, reached }: Skip): readonly number[] {
  const entry = poll.entries.find(({ offset, message }) => offset === reached && log.sends.has(message));
  const send = entry && log.sends.get(entry.message)?.[0];
  return send === undefined ? [] : [send.id];
}
