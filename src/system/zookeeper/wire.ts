/**
 * ZooKeeper's wire format (jute): frames with their length before them, numbers in big-endian order, texts and buffers
 * with their length before them.
 *
 * Only what the client needs: the session's beginning and end, `create`, `getData`, `setData`, `getChildren`, `sync` and
 * `ping`. A frame that ends too early, or whose length is absurd, is a `WireError`: it is never guessed at.
 *
 * Source: `zookeeper.jute` of ZooKeeper 3.8.
 */

/** What came over the connection cannot be ZooKeeper's answer. */
export class WireError extends Error {
  override readonly name = 'WireError';
}

/** Types of requests. */
export const requests = {
  create: 1,
  getData: 4,
  setData: 5,
  getChildren: 8,
  sync: 9,
  ping: 11,
  closeSession: -11,
} as const;

/** Numbers in the place of a request's own, for what nobody asked for. */
export const xids = { watchEvent: -1, ping: -2 } as const;

/** `setData` whatever the version is. */
export const anyVersion = -1;

export function int(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function long(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

export function flag(value: boolean): Buffer {
  return Buffer.of(value ? 1 : 0);
}

export function buffer(value: Buffer): Buffer {
  return Buffer.concat([int(value.length), value]);
}

export function text(value: string): Buffer {
  return buffer(Buffer.from(value, 'utf8'));
}

/** One access rule: everybody may do everything. */
export function openToAll(): Buffer {
  const all = 31;
  return Buffer.concat([int(1), int(all), text('world'), text('anyone')]);
}

/** The parts as one message, with their length before them. */
export function frame(...parts: readonly Buffer[]): Buffer {
  return buffer(Buffer.concat(parts));
}

/** The first message of a connection: a new session, please. */
export function connectRequest(sessionTimeoutMs: number): Buffer {
  const noPassword = Buffer.alloc(16);
  return frame(int(0), long(0n), int(sessionTimeoutMs), long(0n), buffer(noPassword), flag(false));
}

/** Takes the values out of a frame, one after the other. */
export class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  int(): number {
    return this.take(4).readInt32BE();
  }

  long(): bigint {
    return this.take(8).readBigInt64BE();
  }

  /** Null is written as the length -1. */
  buffer(): Buffer | null {
    const length = this.int();
    return length === -1 ? null : this.take(length);
  }

  text(): string {
    return (this.buffer() ?? Buffer.alloc(0)).toString('utf8');
  }

  texts(): readonly string[] {
    const count = this.int();
    // Each takes four bytes at least, so a count that lies cannot make us wait.
    if (count > this.bytes.length / 4) throw new WireError(`a list of ${count} texts in ${this.bytes.length} bytes`);
    return Array.from({ length: Math.max(0, count) }, () => this.text());
  }

  /** The version in the description of a node, which follows its data. */
  versionOfStat(): number {
    this.take(4 * 8);
    return this.int();
  }

  private take(length: number): Buffer {
    if (length < 0 || this.at + length > this.bytes.length) {
      throw new WireError(`${length} bytes wanted, and ${this.bytes.length - this.at} left`);
    }
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
}

/** No answer that we ask for is longer. */
const longestFrame = 64 * 1024 * 1024;

/** Cuts what arrives into frames, however it was cut on its way. */
export class Frames {
  private pieces: Buffer[] = [];
  private length = 0;

  /** The frames that are complete now. Throws `WireError`. */
  push(piece: Buffer): readonly Reader[] {
    this.pieces.push(piece);
    this.length += piece.length;
    const frames: Reader[] = [];
    for (;;) {
      if (this.length < 4) return frames;
      const size = this.joined().readInt32BE();
      if (size < 0 || size > longestFrame) throw new WireError(`a frame of ${size} bytes`);
      if (this.length < 4 + size) return frames;
      const bytes = this.joined();
      frames.push(new Reader(bytes.subarray(4, 4 + size)));
      this.pieces = [bytes.subarray(4 + size)];
      this.length -= 4 + size;
    }
  }

  private joined(): Buffer {
    const [first] = this.pieces;
    if (this.pieces.length === 1 && first) return first;
    const all = Buffer.concat(this.pieces);
    this.pieces = [all];
    return all;
  }
}
