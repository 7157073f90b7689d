/**
 * Messages that were acknowledged and that nobody shows any more: beyond the end of what every node answers in the end.
 *
 *     known in the log     0 1 2 3 4
 *     final poll of n1     0 1 2             3 and 4 are not seen any more
 *     final poll of n2     0 1 2
 *
 * How it can mislead: a store may limit how many messages a poll returns, and then a final poll does not show the end. A
 * limit is guessed from all answers (`fullBatch`), and a final poll of that size proves nothing.
 */
import { type History, phaseStart } from '../../history/history.ts';
import { countBelow } from '../bisect.ts';
import type { Finding, Findings } from '../findings.ts';
import { acknowledged, atNode, enumerate, showKey, showValue } from '../words.ts';
import type { AcknowledgedSend, Log, LogObservations, LogPoll } from './observations.ts';

export type UnseenKind = 'unseen-message';

export function judgeUnseen(history: History, seen: LogObservations, findings: Findings<UnseenKind>): void {
  const finalsBegin = phaseStart(history, 'final-reads')?.index ?? Number.POSITIVE_INFINITY;
  const full = fullBatch(seen);
  for (const log of seen.logs.values()) {
    const finals = lastPolls(log.polls.filter(({ operation }) => operation.call > finalsBegin));
    for (const send of unseen(log, finals, full)) {
      findings.add('unseen-message', () => unseenMessage({ log, send, finals, seen }));
    }
  }
}

/**
 * How many messages a poll returns at most; `Infinity` when nothing shows a limit. A limit shows in answers of the same
 * largest size, at least two of different stretches, behind each of which a message was known before it was asked.
 */
function fullBatch(seen: LogObservations): number {
  let largest = 0;
  const stretches = new Set<string>();
  for (const log of seen.logs.values()) {
    const behind = knownBehind(log);
    for (const poll of log.polls) {
      const size = poll.entries.length;
      if (size > largest) stretches.clear();
      largest = Math.max(largest, size);
      const isCut =
        (behind[countBelow(log.offsets, endOf(poll) + 1)] ?? Number.POSITIVE_INFINITY) < poll.operation.call;
      if (size < largest || size === 0 || !isCut) continue;
      stretches.add(JSON.stringify([log.key, poll.entries[0]?.offset, endOf(poll)]));
    }
  }
  return stretches.size > 1 ? largest : Number.POSITIVE_INFINITY;
}

/** At `i` the index at which the first message at the `i`-th offset or behind it was known. */
function knownBehind(log: Log): readonly number[] {
  const result = log.offsets.map(offset => {
    const shown = [...(log.known.get(offset)?.values() ?? [])];
    return Math.min(...shown.map(operation => operation.return));
  });
  for (let at = result.length - 2; at >= 0; at--) result[at] = Math.min(result[at] ?? 0, result[at + 1] ?? 0);
  return result;
}

/** Of each node the last. */
function lastPolls(polls: readonly LogPoll[]): readonly LogPoll[] {
  return [...new Map(polls.map(poll => [poll.operation.node, poll])).values()];
}

function unseen(log: Log, finals: readonly LogPoll[], full: number): readonly AcknowledgedSend[] {
  if (finals.length === 0 || finals.some(({ entries }) => entries.length >= full)) return [];
  const returned = new Set(finals.flatMap(({ entries }) => entries.map(({ message }) => message)));
  const ends = finals.map(endOf);
  return log.acknowledged.filter(
    ({ operation, message, offset }) =>
      !returned.has(message) &&
      finals.every(
        (poll, index) => poll.start <= offset && operation.return < poll.operation.call && (ends[index] ?? 0) < offset,
      ),
  );
}

/** The highest offset that it returned. */
function endOf({ entries }: LogPoll): number {
  return entries.reduce((end, { offset }) => Math.max(end, offset), Number.NEGATIVE_INFINITY);
}

interface Unseen {
  readonly log: Log;
  readonly send: AcknowledgedSend;
  readonly finals: readonly LogPoll[];
  readonly seen: LogObservations;
}

function unseenMessage({ log, send, finals, seen }: Unseen): Finding {
  const earlier = log.polls.find(({ entries }) => entries.some(({ message }) => message === send.message));
  const ends = finals.map(({ operation, entries }) => {
    const end = entries.at(-1);
    return `${atNode(operation)} ${end === undefined ? 'shows nothing' : `ends at ${end.offset}`}`;
  });
  const before =
    earlier === undefined
      ? ''
      : ` ${atNode(earlier.operation)} had returned ${showValue(seen.messages[send.message])}.`;
  return {
    key: log.key,
    explanation:
      `${acknowledged(send.operation)} with offset ${send.offset}, but no final poll of the log ${showKey(log.key)} returns it: ` +
      `${enumerate(ends)}.${before}`,
    operations: [send.operation.id, ...finals.map(({ operation }) => operation.id)],
  };
}
