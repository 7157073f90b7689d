/**
 * One offset, one message; one message, one offset; and the offsets of one process's sends increase.
 *
 * A message that was sent several times may be at as many offsets. A send of unknown outcome counts as one.
 */
import type { Operation } from '../../history/operation.ts';
import type { Finding, Findings } from '../findings.ts';
import { atNode, countOf, enumerate, showKey, showValue } from '../words.ts';
import type { AcknowledgedSend, Log, LogObservations } from './observations.ts';

export type OffsetKind = 'inconsistent-offset' | 'duplicate-message' | 'nonmonotonic-send';

export function judgeOffsets(seen: LogObservations, findings: Findings<OffsetKind>): void {
  for (const log of seen.logs.values()) {
    for (const offset of log.offsets) {
      const holders = [...(log.known.get(offset) ?? [])];
      if (holders.length > 1) findings.add('inconsistent-offset', () => inconsistent({ log, offset, holders, seen }));
    }
    for (const [message, places] of placesOf(log)) {
      const sends = log.sends.get(message) ?? [];
      if (places.length <= sends.length) continue;
      findings.add('duplicate-message', () => duplicate({ log, places, sends, value: seen.messages[message] }));
    }
    for (const [before, after] of backwardSends(log)) {
      findings.add('nonmonotonic-send', () => backward(log, { before, after }));
    }
  }
}

interface Holders {
  readonly log: Log;
  readonly offset: number;
  /** Messages, each with the operation that shows it there. */
  readonly holders: readonly (readonly [number, Operation])[];
  readonly seen: LogObservations;
}

function inconsistent({ log, offset, holders, seen }: Holders): Finding {
  const words = holders.map(([message, operation]) => `${showValue(seen.messages[message])} by ${atNode(operation)}`);
  const shown = holders.slice(0, 2);
  return {
    key: log.key,
    explanation: `In the log ${showKey(log.key)}, offset ${offset} holds different messages: ${enumerate(words)}.`,
    operations: [...new Set(shown.flatMap(([message, operation]) => withSend({ log, message, operation })))],
  };
}

/** The operation that shows a message, and a send without which it would be a phantom. */
export function withSend(shown: {
  readonly log: Log;
  readonly message: number;
  readonly operation: Operation;
}): readonly number[] {
  const send = shown.log.sends.get(shown.message)?.[0];
  return send === undefined || send.id === shown.operation.id ? [shown.operation.id] : [send.id, shown.operation.id];
}

interface Place {
  readonly offset: number;
  readonly operation: Operation;
}

/** For each message the offsets at which it is known. */
function placesOf(log: Log): Map<number, Place[]> {
  const places = new Map<number, Place[]>();
  for (const offset of log.offsets) {
    for (const [message, operation] of log.known.get(offset) ?? []) {
      const known = places.get(message);
      if (known) known.push({ offset, operation });
      else places.set(message, [{ offset, operation }]);
    }
  }
  return places;
}

interface Copies {
  readonly log: Log;
  readonly places: readonly Place[];
  readonly sends: readonly Operation[];
  readonly value: unknown;
}

function duplicate({ log, places, sends, value }: Copies): Finding {
  const words = places.map(({ offset, operation }) => `${offset} by ${atNode(operation)}`);
  const shown = places.slice(0, sends.length + 1);
  return {
    key: log.key,
    explanation:
      `In the log ${showKey(log.key)}, ${showValue(value)} is at ${countOf(places.length, 'offset')}: ${enumerate(words)}. ` +
      `It was sent ${sends.length === 1 ? 'once' : `${sends.length} times`}.`,
    operations: [...new Set([...sends, ...shown.map(place => place.operation)].map(({ id }) => id))],
  };
}

/** Sends of one process, one after the other, of which the second was given no higher offset. */
function* backwardSends(log: Log): Generator<readonly [AcknowledgedSend, AcknowledgedSend]> {
  const last = new Map<number, AcknowledgedSend>();
  for (const send of log.acknowledged) {
    const before = last.get(send.operation.process);
    if (before !== undefined && send.offset <= before.offset) yield [before, send];
    last.set(send.operation.process, send);
  }
}

function backward(log: Log, pair: { readonly before: AcknowledgedSend; readonly after: AcknowledgedSend }): Finding {
  const { before, after } = pair;
  return {
    key: log.key,
    explanation:
      `Process ${after.operation.process} sent to the log ${showKey(log.key)} twice, one after the other, and the offsets do not increase: ` +
      `${before.offset} (#${before.operation.id}), then ${after.offset} (#${after.operation.id}).`,
    operations: [before.operation.id, after.operation.id],
  };
}
