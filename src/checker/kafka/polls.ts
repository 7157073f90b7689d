/**
 * What the answer to a poll may hold: offsets that increase from where it was asked, and messages that were sent.
 */
import type { Operation } from '../../history/operation.ts';
import type { Finding, Findings } from '../findings.ts';
import { atNode, showKey, showRequest, showValue } from '../words.ts';
import type { Log, LogObservations } from './observations.ts';

export type PollKind = 'phantom-message' | 'nonmonotonic-poll' | 'below-start';

export function judgePolls(seen: LogObservations, findings: Findings<PollKind>): void {
  for (const log of seen.logs.values()) {
    judgeOrder(log, findings);
    judgePhantoms(log, seen, findings);
  }
}

/** One finding for an answer that is out of order, one for an answer that reaches back. */
function judgeOrder(log: Log, findings: Findings<PollKind>): void {
  for (const { operation, start, entries } of log.polls) {
    const offsets = entries.map(({ offset }) => offset);
    const at = offsets.findIndex((offset, index) => index > 0 && offset <= (offsets[index - 1] ?? 0));
    if (at > 0) {
      findings.add('nonmonotonic-poll', () => ({
        key: log.key,
        explanation: `${atNode(operation)} answered a poll of the log ${showKey(log.key)} with offset ${offsets[at - 1]} and then ${offsets[at]}.`,
        operations: [operation.id],
      }));
    }
    const below = offsets.find(offset => offset < start);
    if (below === undefined) continue;
    findings.add('below-start', () => ({
      key: log.key,
      explanation: `${atNode(operation)} was asked for the log ${showKey(log.key)} from offset ${start} on and answered with offset ${below}.`,
      operations: [operation.id],
    }));
  }
}

/** Each message once, with the first poll that returned it. */
function judgePhantoms(log: Log, seen: LogObservations, findings: Findings<PollKind>): void {
  const reported = new Set<number>();
  for (const poll of log.polls) {
    for (const { message } of poll.entries) {
      const send = log.sends.get(message)?.[0] ?? null;
      if (reported.has(message) || (send !== null && send.call < poll.operation.return)) continue;
      reported.add(message);
      const failed = log.failed.get(message) ?? null;
      findings.add('phantom-message', () =>
        phantom({ log, poll: poll.operation, value: seen.messages[message], send, failed }),
      );
    }
  }
}

interface Phantom {
  readonly log: Log;
  readonly poll: Operation;
  readonly value: unknown;
  readonly send: Operation | null;
  readonly failed: Operation | null;
}

function phantom({ log, poll, value, send, failed }: Phantom): Finding {
  const start = `${atNode(poll)} answered a poll of the log ${showKey(log.key)} with ${showValue(value)}`;
  if (failed !== null && failed.call < poll.return) {
    const explanation = `${start}, but ${showRequest(failed)} (#${failed.id}) failed: it certainly did not happen.`;
    return { key: log.key, explanation, operations: [poll.id, failed.id], variant: 'failed' };
  }
  if (send !== null) {
    const explanation = `${start}, but it was not sent before ${showRequest(send)} (#${send.id}), which was asked later.`;
    return { key: log.key, explanation, operations: [poll.id, send.id], variant: 'early' };
  }
  return { key: log.key, explanation: `${start}, which nobody ever sent there.`, operations: [poll.id] };
}
