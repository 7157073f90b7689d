/**
 * The log of a node: what it prints on standard error, over all its restarts, with a line of ours at each start and end.
 *
 * The node writes to the file itself, so nothing is lost when the harness is busy or dies, and a node never has to wait
 * for it. Both append, so lines do not overwrite each other.
 */
import { closeSync, fstatSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { wallTime } from '../../base/time.ts';

const tailBytes = 8_192;

export class NodeLog implements Disposable {
  readonly path: string;
  /** For the node to write to. */
  readonly descriptor: number;
  /** Where the words of the present life begin and, once it is over, end. */
  private begin = 0;
  private end: number | null = null;
  private closed = false;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.path = path;
    this.descriptor = openSync(path, 'a+');
  }

  /** Writes a line of ours, before a life begins or after it has ended. */
  mark(text: string, kind: 'begin' | 'end'): void {
    if (this.closed) return;
    const size = this.size();
    this.end = kind === 'end' ? size : null;
    const partial = size > 0 && this.read(size - 1, 1) !== '\n';
    try {
      writeSync(this.descriptor, `${partial ? '\n' : ''}--- ordeal ${wallTime()} ${text} ---\n`);
    } catch {
      // A full disk: the run has worse to tell.
    }
    if (kind === 'begin') this.begin = this.size();
  }

  /** The last lines that the node wrote in its present life, or in the one that has just ended. */
  tail(lines: number): string {
    if (this.closed) return '';
    const end = this.end ?? this.size();
    const from = Math.max(this.begin, end - tailBytes);
    return this.read(from, end - from)
      .trimEnd()
      .split('\n')
      .slice(-lines)
      .join('\n');
  }

  [Symbol.dispose](): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.descriptor);
  }

  private size(): number {
    return fstatSync(this.descriptor).size;
  }

  private read(position: number, bytes: number): string {
    const buffer = Buffer.alloc(bytes);
    return buffer.toString('utf8', 0, readSync(this.descriptor, buffer, 0, bytes, position));
  }
}
