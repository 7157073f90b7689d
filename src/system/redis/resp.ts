/**
 * RESP2, the language of Redis: commands out, replies in.
 *
 * A reply may come in any number of pieces, and one piece may hold several replies. The parser keeps what is unfinished,
 * down to a single byte, so that where the network cuts cannot matter.
 *
 * How it can mislead: `+OK` and a bulk text `OK` are the same here. Nobody who asks has to tell them apart. Integers are
 * numbers, exact up to 2^53.
 *
 * Source: redis.io, "Redis serialization protocol specification", version 2.
 */

/** A status or a bulk text, an integer, nothing, a list of these, or an error. */
export type Reply = string | number | null | ErrorReply | readonly Reply[];

/** The server's own words, as in `READONLY You can't write against a read only replica.` */
export interface ErrorReply {
  readonly error: string;
}

export function isErrorReply(reply: Reply): reply is ErrorReply {
  return typeof reply === 'object' && reply !== null && 'error' in reply;
}

/** What came is not RESP2. Nothing after it can be understood. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** It is a reply, but none that the command can have. */
export class ReplyShapeError extends Error {
  override readonly name = 'ReplyShapeError';
  constructor(reply: Reply) {
    super(`an unexpected reply: ${JSON.stringify(reply).slice(0, 100)}`);
  }
}

/** A command and its arguments, as an array of bulk texts. */
export function encodeCommand(words: readonly string[]): Buffer {
  const parts = words.map(word => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}

/** A list whose items have not all come yet. */
interface OpenList {
  readonly items: Reply[];
  readonly length: number;
}

/** Of one connection. */
export class ReplyParser {
  /** What has come and is not understood yet: less than one line or one bulk text. */
  private rest: Buffer = Buffer.alloc(0);
  /** Length of the bulk text that is on its way; null when a line is next. */
  private bulkLength: number | null = null;
  /** The innermost is last. */
  private readonly open: OpenList[] = [];

  /** The replies that are complete with this piece, in order. Throws `ProtocolError`; then it must not be used again. */
  push(piece: Buffer): readonly Reply[] {
    this.rest = this.rest.length === 0 ? piece : Buffer.concat([this.rest, piece]);
    const complete: Reply[] = [];
    let position = 0;
    for (;;) {
      const end = this.endOfNext(position);
      if (end === null) break;
      const value = this.bulkLength === null ? this.line(position, end - 2) : this.bulk(position, end - 2);
      position = end;
      if (value !== undefined) this.deliver(value, complete);
    }
    this.rest = this.rest.subarray(position);
    return complete;
  }

  /** Behind the line or the bulk text that begins here; null when it is not complete. */
  private endOfNext(begin: number): number | null {
    if (this.bulkLength === null) {
      const lineEnd = this.rest.indexOf('\r\n', begin);
      return lineEnd < 0 ? null : lineEnd + 2;
    }
    const end = begin + this.bulkLength + 2;
    return end > this.rest.length ? null : end;
  }

  /** Undefined when the line only announces what follows. */
  private line(begin: number, end: number): Reply | undefined {
    const text = this.rest.toString('utf8', begin + 1, end);
    switch (this.rest[begin]) {
      case letter('+'):
        return text;
      case letter('-'):
        return { error: text };
      case letter(':'):
        return wholeNumber(text);
      case letter('$'):
        return this.announceBulk(length(text));
      case letter('*'):
        return this.announceList(length(text));
      default:
        throw new ProtocolError(`not RESP2: ${JSON.stringify(this.rest.toString('utf8', begin, end).slice(0, 40))}`);
    }
  }

  private announceBulk(bytes: number | null): null | undefined {
    if (bytes === null) return null;
    this.bulkLength = bytes;
    return undefined;
  }

  private announceList(items: number | null): Reply | undefined {
    if (items === null) return null;
    if (items === 0) return [];
    this.open.push({ items: [], length: items });
    return undefined;
  }

  private bulk(begin: number, end: number): string {
    if (this.rest[end] !== letter('\r') || this.rest[end + 1] !== letter('\n')) {
      throw new ProtocolError('not RESP2: a bulk text is longer than announced');
    }
    this.bulkLength = null;
    return this.rest.toString('utf8', begin, end);
  }

  /** To the list that it belongs to. A list that becomes complete is itself delivered. */
  private deliver(value: Reply, complete: Reply[]): void {
    let delivered = value;
    for (let list = this.open.at(-1); list !== undefined; list = this.open.at(-1)) {
      list.items.push(delivered);
      if (list.items.length < list.length) return;
      this.open.pop();
      delivered = list.items;
    }
    complete.push(delivered);
  }
}

function letter(character: string): number {
  return character.charCodeAt(0);
}

/** Null for -1, which stands for nothing. */
function length(text: string): number | null {
  const value = wholeNumber(text);
  if (value < -1) throw new ProtocolError(`not RESP2: a length of ${text}`);
  return value < 0 ? null : value;
}

function wholeNumber(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new ProtocolError(`not RESP2: the number ${JSON.stringify(text.slice(0, 40))}`);
  return Number(text);
}
