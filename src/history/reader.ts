/**
 * Reads a history from a file: ours, or one that another tool wrote. This is the door to every format; JSON Lines are read
 * here.
 *
 * Memory is bounded by the columns, not by the text. What is missing at the end (a run that was killed) is said in
 * `truncated`, and everything before is read; what is wrong anywhere else is refused with file, line and column, never
 * guessed at.
 */
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { OrdealError } from '../base/errors.ts';
import { HistoryAssembly, type Misfit } from './assemble.ts';
import { type Block, readBlocks } from './byte-source.ts';
import { completionEvent, decodeLine } from './codec.ts';
import { readEdn } from './edn/read.ts';
import type { HistoryHeader, HistoryTrailer } from './event.ts';
import { ForeignLines } from './foreign.ts';
import { cannotGuess, type FormatName, guessFormat, readerOf } from './format.ts';
import type { History } from './history.ts';
import type { Independence } from './independent.ts';
import { readJepsenLog } from './jepsen-log.ts';
import { memberOffset } from './json-text.ts';
import { LineError, parseLine, type RawLine } from './line.ts';
import { PlainLine } from './plain-line.ts';
import { RecordedLines } from './recorded-lines.ts';

export interface ReadOptions {
  /**
   * `required`: only histories of ours. `optional`: also those of other tools, which have neither header nor trailer; see
   * `foreign.ts`.
   * @default 'required'
   */
  readonly header?: 'required' | 'optional';
  /** Which format it is; see `format.ts`. @default guessed from the first characters when the header is optional, else `jsonl` */
  readonly format?: FormatName;
  /** Of another tool's: whether values are pairs of key and value. Not guessed of JSON Lines. @default 'guess' */
  readonly independent?: Independence;
}

/**
 * The history in this file. Gzip is recognised; `-` is standard input.
 *
 * Errors: `CANNOT_READ_HISTORY`, `MALFORMED_HISTORY` with the place, `UNKNOWN_FORMAT` when it cannot be guessed.
 */
export function readHistory(path: string, options: ReadOptions = {}): History {
  const file = path === '-' ? 'standard input' : path;
  const blocks = readBlocks(path);
  try {
    const first = blocks.next().value as Block;
    const all = withFirst(first, blocks);
    const header = options.header ?? 'required';
    const name = options.format ?? (header === 'required' ? 'jsonl' : guessFormat(first.bytes));
    if (name === null) throw cannotGuess(file);
    const reader = readerOf(name);
    if (reader === 'jsonl') return readJsonLines(new Reader(file, header, options.independent === 'yes'), all);
    const source = { file, blocks: all, independence: options.independent ?? 'guess' };
    return reader === 'edn' ? readEdn(source) : readJepsenLog(source);
  } finally {
    blocks.return(undefined);
  }
}

function* withFirst(first: Block, rest: Iterable<Block>): Generator<Block> {
  yield first;
  yield* rest;
}

function readJsonLines(reader: Reader, blocks: Iterable<Block>): History {
  for (const block of blocks) {
    if (block.final) return reader.final(block);
    reader.lines(block.bytes);
  }
  throw new Error('there is always a final block');
}

class Reader {
  private readonly file: string;
  private readonly headerRule: 'required' | 'optional';
  private readonly isIndependent: boolean;
  private readonly digest = createHash('sha256');
  private readonly plainLine = new PlainLine();
  private line = 0;
  private assembly = new HistoryAssembly({ fresh: true, echoes: false });
  /** Of a history of ours. */
  private header: HistoryHeader | null = null;
  private recorded: RecordedLines | null = null;
  /** Of a history without a header. */
  private foreign: ForeignLines | null = null;
  private trailer: HistoryTrailer | null = null;
  private events = 0;

  constructor(file: string, headerRule: 'required' | 'optional', isIndependent: boolean) {
    this.file = file;
    this.isIndependent = isIndependent;
    this.headerRule = headerRule;
  }

  /** Whole lines, none of them the last. */
  lines(bytes: Buffer): void {
    if (this.foreign === null) this.digest.update(bytes);
    if (!isUtf8(bytes)) this.refuseEncoding(bytes);
    for (let begin = 0; begin < bytes.length; ) {
      if (this.recorded !== null) begin = this.takeRecorded(this.recorded, bytes, begin);
      const after = this.plain(bytes, begin);
      if (after > 0) begin = after;
      else {
        const end = bytes.indexOf(10, begin);
        this.next(bytes.toString('utf8', begin, end));
        begin = end + 1;
      }
    }
  }

  /** The fastest way, for the lines that our recorder wrote: where the first line begins that another way must judge. */
  private takeRecorded(recorded: RecordedLines, bytes: Buffer, begin: number): number {
    const after = recorded.read(bytes, begin, this.events);
    this.line += recorded.taken;
    this.events += recorded.taken;
    return after;
  }

  /** The fast way for a line that is plain: the offset after it, or -1 when the slow way must judge it. */
  private plain(bytes: Buffer, begin: number): number {
    if (this.line === 0 || this.trailer !== null) return -1;
    const { plainLine: line } = this;
    const after = line.read(bytes, begin);
    if (after < 0) return -1;
    const isForeign = this.foreign !== null;
    if (
      this.foreign === null ? !line.isIndexed || line.index !== this.events || !line.isTimed : !this.foreign.takes(line)
    ) {
      return -1;
    }
    const index = isForeign ? this.line : line.index;
    const time = line.isTimed ? line.time : this.line;
    const { process, type, f, key, value, node, error } = line;
    let misfit: Misfit | null;
    if (type === 'invoke') {
      if (f === undefined || (error !== undefined && !isForeign)) return -1;
      const invocation = { index, time, process, type, f, key: key ?? null, value: value ?? null, node: node ?? null };
      misfit = this.assembly.add(invocation);
    } else misfit = this.assembly.add(completionEvent({ index, time, process, type, value, error }), { f, key, node });
    this.line++;
    this.events++;
    if (misfit === null) return after;
    const text = bytes.toString('utf8', begin, after - 1);
    return this.refuse(misfitting(misfit, text), this.line);
  }

  /** The last line, which may be cut. */
  final(block: Block): History {
    const end = block.bytes.indexOf(10);
    const bytes = end < 0 ? block.bytes : block.bytes.subarray(0, end);
    if (block.bytes.toString().trim() === '') this.refuse(new LineError('the file is empty', { column: 1 }), 1);
    const isCut = end < 0 && !isJson(bytes);
    if (isCut && this.trailer !== null) this.refuse(afterTrailer(), this.line + 1);
    if (!isCut) {
      if (!isUtf8(bytes)) this.refuseEncoding(bytes);
      this.next(bytes.toString());
    }
    if (this.foreign !== null) return this.assembly.history(this.foreign.header(), this.missingOfForeign(isCut, block));
    if (this.header !== null) return this.assembly.history(this.header, this.missing(isCut));
    const hint = 'the run was killed before it began, or this is no history';
    return this.refuse(new LineError('the first line is cut in the middle', { column: 1, hint }), 1);
  }

  private next(text: string): void {
    this.line++;
    try {
      this.take(text);
    } catch (error) {
      if (error instanceof LineError) this.refuse(error, this.line);
      throw error;
    }
  }

  private take(given: string): void {
    const text = this.line === 1 ? withoutMark(given) : given;
    if (this.trailer !== null) throw afterTrailer();
    if (text.trim() === '') throw new LineError('a line is blank', { column: 1, hint: 'only at the end it may be' });
    const raw = parseLine(text);
    if (this.line === 1) this.begin(raw);
    if (this.foreign === null) this.decode(raw, text);
    else {
      const ours = this.foreign.ours(raw, text, this.line - 1);
      if (ours !== null) this.decode(ours, text);
    }
  }

  /** Finds out from the first line which kind of file this is. */
  private begin(raw: RawLine): void {
    if ('ordeal' in raw) return;
    if (this.headerRule === 'required') {
      throw new LineError('the first line is not the header of a history', { column: 1 });
    }
    this.foreign = new ForeignLines(this.isIndependent);
    this.assembly = new HistoryAssembly({ fresh: true, echoes: true });
  }

  private decode(raw: RawLine, text: string): void {
    const line = decodeLine(raw, text);
    if (line.kind === 'header') {
      if (this.line > 1) throw new LineError('a header may only be the first line', { column: 1 });
      this.header = line.header;
      this.recorded = new RecordedLines(this.assembly);
      return;
    }
    if (line.kind === 'trailer') {
      this.trailer = line.trailer;
      this.recorded = null;
      return;
    }
    const { event, repeated } = line;
    if (this.foreign === null && event.index !== this.events) {
      const message = `"index" must be ${this.events}, one more than before, not ${event.index}`;
      throw misfitting({ member: 'index', message, hint: 'lines are missing, or in another order' }, text);
    }
    const misfit = this.assembly.add(event, repeated);
    if (misfit !== null) throw misfitting(misfit, text);
    this.events++;
  }

  private missing(isCut: boolean): string | null {
    const read = `${this.events} ${this.events === 1 ? 'event' : 'events'} read`;
    if (this.trailer === null) {
      const cut = isCut ? ', the last line was cut in the middle and left out' : '';
      return `no closing line: the run was killed or is still going; ${read}${cut}`;
    }
    if (this.trailer.events !== this.events) {
      return `the closing line counts ${this.trailer.events} events: the file was changed after it was recorded; ${read}`;
    }
    if (this.trailer.digest !== this.digest.digest('hex')) {
      return `the digest of the closing line does not agree: the file was changed after it was recorded; ${read}`;
    }
    return null;
  }

  /** Without a closing line, only a cut in the middle of something can be seen. */
  private missingOfForeign(isCut: boolean, { cut }: Block): string | null {
    const lost = isCut ? 'the last line was cut in the middle and left out' : null;
    return cut !== null && lost !== null ? `${cut}; ${lost}` : (cut ?? lost);
  }

  private refuseEncoding(bytes: Buffer): never {
    let begin = 0;
    let { line } = this;
    for (;;) {
      line++;
      const end = bytes.indexOf(10, begin);
      const one = bytes.subarray(begin, end < 0 ? bytes.length : end);
      if (!isUtf8(one)) {
        const column = one.toString().indexOf('\uFFFD') + 1;
        return this.refuse(new LineError('the text is not UTF-8', { column }), line);
      }
      begin = end + 1;
    }
  }

  private refuse(error: LineError, line: number): never {
    throw new OrdealError(error.message, {
      code: 'MALFORMED_HISTORY',
      place: { file: this.file, line, column: error.column, ...(error.key === null ? {} : { key: error.key }) },
      ...(error.hint === null ? {} : { hint: error.hint }),
    });
  }
}

function afterTrailer(): LineError {
  return new LineError('nothing may follow the closing line', { column: 1, hint: 'is it two histories in one file?' });
}

/** A line that is an object is whole as soon as it is JSON: without its last brace it is not. */
function isJson(bytes: Buffer): boolean {
  if (!isUtf8(bytes)) return false;
  try {
    JSON.parse(withoutMark(bytes.toString()));
    return true;
  } catch {
    return false;
  }
}

/** Some editors begin a file with a byte order mark. */
function withoutMark(text: string): string {
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}

function misfitting({ member, message, hint }: Misfit, text: string): LineError {
  const column = (memberOffset(text, member) ?? 0) + 1;
  return new LineError(message, hint === undefined ? { key: member, column } : { key: member, column, hint });
}
