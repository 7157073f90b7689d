/**
 * Cuts a stream of bytes into lines, however the pipe has chopped it.
 *
 * Lines are slices of what was read and include their newline, so that one is passed on to another process without
 * being copied or decoded. Cutting is done on bytes: a character that is split between two chunks stays whole.
 */

const newline = 10;

export class LineSplitter {
  private readonly maxBytes: number;
  private readonly onLine: (line: Buffer) => void;
  private readonly onOverlong: (start: Buffer) => void;
  private parts: Buffer[] = [];
  private partBytes = 0;
  private skipping = false;

  constructor(options: {
    /** A line longer than this is not kept. */
    readonly maxBytes: number;
    /** Called with each line, newline included. */
    readonly onLine: (line: Buffer) => void;
    /** Called once with the begin of a line that is too long; the rest of it is dropped. */
    readonly onOverlong: (start: Buffer) => void;
  }) {
    this.maxBytes = options.maxBytes;
    this.onLine = options.onLine;
    this.onOverlong = options.onOverlong;
  }

  push(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      const piece = chunk.subarray(start, end + 1);
      start = end + 1;
      if (this.skipping) this.skipping = false;
      else this.onLine(this.parts.length === 0 ? piece : Buffer.concat([...this.parts, piece]));
      this.clear();
    }
    if (start < chunk.length && !this.skipping) this.keep(chunk.subarray(start));
  }

  /** The stream has ended: what came after the last newline, or null. */
  end(): Buffer | null {
    const rest = this.partBytes === 0 ? null : Buffer.concat(this.parts);
    this.clear();
    return rest;
  }

  private keep(piece: Buffer): void {
    this.parts.push(piece);
    this.partBytes += piece.length;
    if (this.partBytes <= this.maxBytes) return;
    this.onOverlong(Buffer.concat(this.parts).subarray(0, 1024));
    this.skipping = true;
    this.clear();
  }

  private clear(): void {
    if (this.partBytes === 0) return;
    this.parts = [];
    this.partBytes = 0;
  }
}
