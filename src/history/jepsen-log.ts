/**
 * The lines in which Jepsen logs operations: `jepsen.log`, `history.txt`, and the histories of etcd that were made of such
 * logs (`INFO  jepsen.util - 3	:invoke	:cas	[1 2]`).
 *
 * A line ends in process, type, function, value and, after a tab, an error; what stands before the process is the log's
 * own. Lines that are no operations are passed over: a log has many. The order of the lines is the order of the history.
 *
 * How it can mislead: a line that is damaged where its process or type stands looks like any other line of the log.
 */
import { isUtf8 } from 'node:buffer';
import { OrdealError } from '../base/errors.ts';
import type { ForeignFile } from './edn/read.ts';
import { EdnProblem, EdnScanner, EndOfBytes } from './edn/scanner.ts';
import { ForeignOperations, isProblem } from './foreign-operations.ts';
import type { History } from './history.ts';
import { operationLine } from './jepsen-log-line.ts';
import { RawOperation, type RawProblem, type RawType } from './raw-operation.ts';

/** Errors: `MALFORMED_HISTORY` with the place. */
export function readJepsenLog(source: ForeignFile): History {
  const reader = new LogReader(source);
  for (const block of source.blocks) {
    reader.lines(block.bytes, block.final);
    if (block.final) return reader.history(block.cut);
  }
  throw new Error('there is always a final block');
}

class LogReader {
  private readonly file: string;
  private readonly operations: ForeignOperations;
  private readonly raw = new RawOperation();
  private readonly scanner = new EdnScanner();
  private line = 0;
  private count = 0;
  private isCut = false;

  constructor({ file, independence }: ForeignFile) {
    this.file = file;
    this.operations = new ForeignOperations(independence);
  }

  /** Whole lines; the last of all may be cut. */
  lines(bytes: Buffer, isFinal: boolean): void {
    const lines = bytes.toString().split('\n');
    const isWhole = lines.at(-1) === '';
    if (isWhole) lines.pop();
    for (const [at, text] of lines.entries()) {
      this.line++;
      this.next(text.replace(/\r$/, ''), isFinal && !isWhole && at === lines.length - 1);
    }
  }

  history(cut: string | null): History {
    if (this.count === 0) this.refuse({ line: 1, column: 1 }, { message: 'no line is an operation', hint: null });
    const lost = this.isCut ? 'the last line has no end, may be cut, and was left out' : null;
    const truncated = [cut, lost].filter(reason => reason !== null).join('; ');
    const outcome = this.operations.history(truncated === '' ? null : truncated);
    return isProblem(outcome) ? this.refuseOperation(outcome) : outcome;
  }

  private next(text: string, isLast: boolean): void {
    const match = operationLine.exec(text);
    if (match === null) return;
    const [whole, process = '', type = '', f = ''] = match;
    const { raw } = this;
    raw.clear();
    raw.type = type as RawType;
    raw.process = process.startsWith(':') ? process.slice(1) : Number(process);
    raw.f = f;
    raw.line = this.line;
    raw.column = match.index + 1;
    const after = match.index + whole.length;
    const isRead = this.read(text, after, isLast);
    if (!isRead) return;
    this.count++;
    const problem = this.operations.take(raw);
    if (problem !== null) this.refuseOperation(problem);
  }

  /** The value and the error. False when the line is cut. */
  private read(text: string, after: number, isLast: boolean): boolean {
    const { raw, scanner } = this;
    const bytes = Buffer.from(text.slice(after));
    if (!isUtf8(bytes) || text.includes('\uFFFD')) {
      const column = text.indexOf('\uFFFD') + 1;
      this.refuse({ line: this.line, column }, { message: 'the text is not UTF-8', hint: null });
    }
    scanner.seek(bytes, 0);
    try {
      const first = scanner.skip();
      if (first < 0) {
        // A line always has its value, though it be nil.
        if (isLast) this.isCut = true;
        return !isLast;
      }
      raw.value = scanner.value(1);
      // A number, and whatever else has no closing mark, may go on in what is missing.
      if (isLast && scanner.at === bytes.length && !/["\])}]$/.test(text)) {
        this.isCut = true;
        return false;
      }
      raw.isKeyword = first === 58;
      raw.isPair = scanner.isPair;
      const error = bytes.toString('utf8', scanner.at).trim();
      raw.error = error === '' ? null : error.replace(/^:/, '');
      return true;
    } catch (error) {
      const isEnd = error instanceof EndOfBytes;
      if (isLast && (isEnd || scanner.endsInToken())) {
        this.isCut = true;
        return false;
      }
      if (!isEnd && !(error instanceof EdnProblem)) throw error;
      const offset = isEnd ? bytes.length : error.offset;
      const column = after + bytes.toString('utf8', 0, offset).length + 1;
      const message = isEnd ? 'the value of the operation does not end in its line' : error.message;
      return this.refuse({ line: this.line, column, key: 'value' }, { message, hint: null });
    }
  }

  private refuseOperation({ raw, member, message, hint }: RawProblem): never {
    return this.refuse({ line: raw.line, column: raw.column, key: member }, { message, hint });
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
