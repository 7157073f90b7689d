/**
 * What the members said to each other: a file with a line for each message, written when it is known what became of it.
 *
 *     {"sent":1203000,"from":"n1","to":"n2","arrived":2511000,"body":{"type":"vote","term":3}}
 *     {"sent":1203000,"from":"n1","to":"n3","lost":1203000,"why":"cut","body":{"type":"vote","term":3}}
 *     {"sent":1207000,"from":"n2","to":"n1","cut":"{\"type\":\"append_entries\",\"entries\":[{\"te"}
 *     {"leftOut":1204}
 *
 * Times are those of the run, in nanoseconds. `why`: `cut` or `loss` by a rule of the link, `dead` when nobody was there to
 * take it, `full` when too much was waiting for a node that does not read. Neither arrived nor lost: it was still under way
 * at the end. A duplicate has a line of its own. Instead of a long `body` there is `cut`, the beginning of its text. Lines
 * are not in the order of `sent`. Messages of clients (`c1`, `c2`, ...) are among them; `c0` is the harness, which starts
 * the nodes.
 *
 * It must neither slow down the run nor grow without bound. In a rush only the first thousand messages of each tenth of a
 * second are kept; of a long run, only its beginning and its end, which waits in memory until the network is closed. Where
 * messages are missing there is `leftOut` with their number.
 *
 * How it can mislead: a message has arrived when it was handed to the node's standard input; a node that is paused or busy
 * reads it later. And it is a record for people: when the disk is full it ends, and the run goes on.
 */
import { closeSync, openSync, writeSync } from 'node:fs';
import type { Nanos, NodeName } from '../../base/names.ts';
import type { Parcel } from './message.ts';

/** A message with what its sender does not say. */
export interface Letter {
  /** Who really sent it. */
  readonly from: NodeName;
  readonly to: NodeName;
  readonly sent: Nanos;
  readonly parcel: Parcel;
}

export interface Loss {
  readonly at: Nanos;
  readonly why: 'cut' | 'loss' | 'dead' | 'full';
}

export interface MessageLogOptions {
  /** It is made with the first message, in a directory that exists. */
  readonly path: string;
  /** Of the file. @default 32 MiB */
  readonly mostBytes?: number;
}

/** Some lines. */
interface Block {
  readonly bytes: Buffer;
  readonly messages: number;
}

/** A window begins with the first message that is sent in it. */
const windowNanos = 1e8;
const mostInWindow = 1_000;
const longestBody = 500;
/** Of a longer line only so much is looked at. */
const longLine = 4_096;

export class MessageLog implements Disposable {
  private readonly path: string;
  private readonly half: number;
  private readonly blockSize: number;
  private file: number | null = null;
  private waiting = '';
  private waitingMessages = 0;
  private window = 0;
  private inWindow = 0;
  private beginBytes = 0;
  /** What may become the end of the file; empty as long as everything fits into its beginning. */
  private readonly end: Block[] = [];
  private endBytes = 0;
  private leftOut = 0;
  private closed = false;

  constructor({ path, mostBytes = 32 * 1024 * 1024 }: MessageLogOptions) {
    this.path = path;
    this.half = mostBytes / 2;
    this.blockSize = Math.min(64 * 1024, mostBytes / 16);
  }

  arrived(letter: Letter, at: Nanos): void {
    this.add(letter, `"arrived":${at},`);
  }

  lost(letter: Letter, { at, why }: Loss): void {
    this.add(letter, `"lost":${at},"why":"${why}",`);
  }

  /** To be called when nothing is delivered any more. */
  underWay(letter: Letter): void {
    this.add(letter, '');
  }

  [Symbol.dispose](): void {
    if (this.closed) return;
    this.countRush();
    this.turnOver();
    if (this.leftOut > 0) this.write(Buffer.from(`{"leftOut":${this.leftOut}}\n`));
    for (const { bytes } of this.end) this.write(bytes);
    this.close();
  }

  private add({ from, to, sent, parcel }: Letter, fate: string): void {
    if (this.closed) return;
    const window = Math.floor(sent / windowNanos);
    if (window > this.window) this.countRush();
    this.window = Math.max(this.window, window);
    if (++this.inWindow > mostInWindow) return;
    this.waiting += `{"sent":${sent},"from":${JSON.stringify(from)},"to":${JSON.stringify(to)},${fate}${bodyMember(parcel)}}\n`;
    this.waitingMessages++;
    if (this.waiting.length >= this.blockSize) this.turnOver();
  }

  /** Ends a window. */
  private countRush(): void {
    const leftOut = this.inWindow - mostInWindow;
    this.inWindow = 0;
    if (leftOut <= 0) return;
    this.waiting += `{"leftOut":${leftOut}}\n`;
    this.waitingMessages += leftOut;
  }

  private turnOver(): void {
    if (this.waitingMessages === 0) return;
    const block: Block = { bytes: Buffer.from(this.waiting), messages: this.waitingMessages };
    const { length } = block.bytes;
    this.waiting = '';
    this.waitingMessages = 0;
    if (this.end.length === 0 && this.beginBytes + length <= this.half) {
      this.beginBytes += length;
      this.write(block.bytes);
      return;
    }
    this.end.push(block);
    this.endBytes += length;
    while (this.endBytes > this.half) {
      const oldest = this.end.shift() as Block;
      this.endBytes -= oldest.bytes.length;
      this.leftOut += oldest.messages;
    }
  }

  private write(bytes: Buffer): void {
    if (this.closed) return;
    try {
      this.file ??= openSync(this.path, 'w');
      for (let written = 0; written < bytes.length; ) written += writeSync(this.file, bytes, written);
    } catch {
      // A full disk, or a directory that is gone: the run has worse to tell.
      this.close();
    }
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.end.length = 0;
    if (this.file !== null) closeSync(this.file);
  }
}

function bodyMember(parcel: Parcel): string {
  const text = bodyText(parcel);
  return text.length <= longestBody ? `"body":${text}` : `"cut":${JSON.stringify(text.slice(0, longestBody))}`;
}

/** All of it, or at least as much as is kept: who sends a megabyte should not pay for it twice. */
function bodyText({ message, line }: Parcel): string {
  if (line !== null && line.length > longLine) {
    const start = line.toString('utf8', 0, longLine);
    const before = /^\s*\{\s*(?:"(?:id|src|dest)"\s*:\s*(?:\d+|"[^"\\]*")\s*,\s*)*"body"\s*:\s*/.exec(start);
    if (before) return start.slice(before[0].length);
  }
  try {
    return JSON.stringify(message.body);
  } catch {
    // Lists in lists in lists, ten thousand deep.
    return JSON.stringify('a body that is too deep to be written down');
  }
}
