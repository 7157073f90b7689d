/**
 * Messages of the Maelstrom protocol: one JSON object a line, `{"src":"n1","dest":"n2","body":{...}}`.
 *
 * A node's standard output is for messages only. What is not one is never skipped in silence: a log line among the
 * messages is the most common mistake of a new node, and its author wants to be told.
 *
 * How it can mislead: `src` is what the node claims. Which process really printed the line is known to the runtime, and
 * only that counts for the network.
 */
import type { NodeName } from '../../base/names.ts';

/** The payload. `type`, `msg_id` and `in_reply_to` have a meaning; the rest is between sender and receiver. */
export interface Body {
  readonly type?: unknown;
  readonly msg_id?: unknown;
  readonly in_reply_to?: unknown;
  readonly [field: string]: unknown;
}

export interface Message {
  readonly src: NodeName;
  readonly dest: NodeName;
  readonly body: Body;
}

/** A message under way. */
export interface Parcel {
  readonly message: Message;
  /** The text as the sender printed it, newline included; null when it was made by us. */
  readonly line: Buffer | null;
}

/** The message, or a few words that say why the line is none: `is not JSON`. */
export function parseMessage(line: string): Message | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'is not JSON';
  }
  if (!isRecord(value)) return 'is not an object';
  const { src, dest, body } = value;
  if (typeof src !== 'string') return 'has no "src"';
  if (typeof dest !== 'string') return 'has no "dest"';
  if (!isRecord(body)) return 'has no "body" that is an object';
  return { src, dest, body };
}

/** Whether it is a JSON object: not null, not an array. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
