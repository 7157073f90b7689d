/**
 * Messages of the Maelstrom protocol, as the toy nodes see them.
 *
 * One JSON object a line: `{"src":"c1","dest":"n1","body":{"type":"read","msg_id":7,"key":"x"}}`. An answer carries the
 * number of its question in `in_reply_to`. Messages between nodes need no number: nodes do not wait for one answer.
 *
 * Source: the protocol document of jepsen-io/maelstrom.
 */

export interface Body {
  readonly type: string;
  readonly msg_id?: number;
  readonly in_reply_to?: number;
  readonly [field: string]: unknown;
}

export interface Message {
  readonly src: string;
  readonly dest: string;
  readonly body: Body;
}

/** The protocol's error numbers that the toy nodes use. All of these are definite: it did not happen, and never will. */
export const errorCode = {
  notSupported: 10,
  temporarilyUnavailable: 11,
  malformedRequest: 12,
  keyDoesNotExist: 20,
  preconditionFailed: 22,
} as const;

export function errorBody(code: number, text: string): Body {
  return { type: 'error', code, text };
}
