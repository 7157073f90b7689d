/**
 * Reads a history in EDN, block by block: what is left of an operation waits for the next block.
 *
 * A file that ends within an operation, or within the list around all of them, is read as far as it goes, and said to be
 * truncated. What is wrong anywhere else is refused with file, line and column.
 */
import { OrdealError } from '../../base/errors.ts';
import type { Block } from '../byte-source.ts';
import { ForeignOperations, isProblem } from '../foreign-operations.ts';
import type { History } from '../history.ts';
import type { Independence } from '../independent.ts';
import type { RawProblem } from '../raw-operation.ts';
import { EdnOperations } from './operations.ts';
import { EdnProblem } from './scanner.ts';

export interface ForeignFile {
  /** Its name, for errors. */
  readonly file: string;
  readonly blocks: Iterable<Block>;
  readonly independence: Independence;
}

/** Errors: `MALFORMED_HISTORY` with the place. */
export function readEdn(source: ForeignFile): History {
  const reader = new EdnReader(source);
  let bytes: Buffer = Buffer.alloc(0);
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  for (const block of source.blocks) {
    waiting.push(block.bytes);
    waitingBytes += block.bytes.length;
    // As much again before another try: a form of many blocks must not be read once for each of them.
    if (!block.final && waitingBytes < bytes.length) continue;
    bytes = reader.read(Buffer.concat([bytes, ...waiting]));
    waiting = [];
    waitingBytes = 0;
    if (block.final) return reader.history(block.cut);
  }
  throw new Error('there is always a final block');
}

class EdnReader {
  private readonly file: string;
  private readonly lines = new EdnOperations();
  private readonly operations: ForeignOperations;
  private bytes: Buffer = Buffer.alloc(0);
  private count = 0;
  /** In the line in which the bytes begin, how many characters went before. */
  private columnsBefore = 0;
  /** How many lines went before the bytes. */
  private linesBefore = 0;

  constructor({ file, independence }: ForeignFile) {
    this.file = file;
    this.operations = new ForeignOperations(independence);
  }

  /** What is left of these bytes, for the next time. */
  read(bytes: Buffer): Buffer {
    const { lines } = this;
    this.bytes =
      this.count === 0 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
    lines.feed(this.bytes);
    try {
      while (lines.next()) this.take();
    } catch (error) {
      if (error instanceof EdnProblem) this.refuse(this.placeOf(error.offset), error);
      throw error;
    }
    const read = this.bytes.subarray(0, lines.at);
    const lastLine = read.lastIndexOf(10) + 1;
    const columns = read.subarray(lastLine).toString().length;
    this.columnsBefore = lastLine === 0 ? this.columnsBefore + columns : columns;
    this.linesBefore = lines.newlines;
    return this.bytes.subarray(lines.at);
  }

  history(cut: string | null): History {
    const { isCut, isOpen } = this.lines;
    if (this.count === 0 && !isCut)
      this.refuse({ line: 1, column: 1 }, new EdnProblem(0, 'the file holds no operation'));
    const lost = isCut
      ? 'the last operation was cut in the middle and left out'
      : isOpen
        ? 'the list of operations has no end'
        : null;
    const truncated = [cut, lost].filter(reason => reason !== null).join('; ');
    const outcome = this.operations.history(truncated === '' ? null : truncated);
    return isProblem(outcome) ? this.refuseOperation(outcome) : outcome;
  }

  private take(): void {
    this.count++;
    const problem = this.operations.take(this.lines.raw);
    if (problem !== null) this.refuseOperation(problem);
  }

  private refuseOperation({ raw, member, message, hint }: RawProblem): never {
    const { lines } = this;
    const place = raw === lines.raw ? this.placeOf(lines.offsetOf(member)) : { line: raw.line, column: 1 };
    return this.refuse({ ...place, key: member }, { message, hint });
  }

  private placeOf(offset: number): { readonly line: number; readonly column: number } {
    const before = this.bytes.subarray(0, offset);
    let line = this.linesBefore + 1;
    for (let at = before.indexOf(10); at >= 0; at = before.indexOf(10, at + 1)) line++;
    const lineStart = before.lastIndexOf(10) + 1;
    const columns = before.subarray(lineStart).toString().length;
    return { line, column: columns + 1 + (lineStart === 0 ? this.columnsBefore : 0) };
  }

  private refuse(
    place: { readonly line: number; readonly column: number; readonly key?: string },
    { message, hint }: { readonly message: string; readonly hint: string | null },
  ): never {
    throw new OrdealError(message, {
      code: 'MALFORMED_HISTORY',
      place: { file: this.file, ...place },
      ...(hint === null ? {} : { hint }),
    });
  }
}
