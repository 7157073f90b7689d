/**
 * Bytes of a history: a file, a compressed file, or standard input, as blocks of whole lines.
 *
 * The last line that is not blank comes alone, as the final block: only there a line may be cut, and only there is the
 * trailer. So everything before it can be decoded, and put into the digest, in one go.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { constants, gunzipSync } from 'node:zlib';
import { OrdealError } from '../base/errors.ts';

export interface Block {
  /** Whole lines with their newlines; the final block is the last line, its newline if it has one, and blank lines. */
  readonly bytes: Buffer;
  readonly final: boolean;
  /** Why there may be more that could not be read; null when there is not. Only in the final block. */
  readonly cut: string | null;
}

const chunkBytes = 256 * 1024;
const mostBytes = 64 * 1024 * 1024;
const newline = 10;

/** `-` is standard input. Exactly one final block comes, at the end. */
export function* readBlocks(path: string): Generator<Block> {
  const file = path === '-' ? 0 : open(path);
  try {
    yield* blocks(path, file);
  } finally {
    if (file !== 0) closeSync(file);
  }
}

function* blocks(path: string, file: number): Generator<Block> {
  let held: Buffer = Buffer.alloc(0);
  let cut: string | null = null;
  let isBegin = true;
  for (let bytes = withMore(path, file, held); bytes !== null; bytes = withMore(path, file, held)) {
    held = bytes;
    if (isBegin && held.length < 2) continue;
    if (isBegin && held[0] === 0x1f && held[1] === 0x8b) {
      ({ bytes: held, cut } = unpack(path, Buffer.concat([held, ...chunks(path, file)])));
    }
    isBegin = false;
    const start = lastLine(held);
    if (start > 0) yield { bytes: held.subarray(0, start), final: false, cut: null };
    held = held.subarray(start);
  }
  yield { bytes: held, final: true, cut };
}

/**
 * What is held, with what comes next behind it, or null at the end. That is read to where it stays: only what is held is
 * copied, and when it is much, much is read: a long line must not be copied once per chunk.
 */
function withMore(path: string, file: number, held: Buffer): Buffer | null {
  const size = Math.max(chunkBytes, Math.min(held.length, mostBytes));
  const buffer = Buffer.allocUnsafe(held.length + size);
  held.copy(buffer);
  const length = read(path, file, buffer.subarray(held.length));
  return length === 0 ? null : buffer.subarray(0, held.length + length);
}

/** All the rest. */
function* chunks(path: string, file: number): Generator<Buffer> {
  for (;;) {
    const buffer = Buffer.allocUnsafe(chunkBytes);
    const length = read(path, file, buffer);
    if (length === 0) return;
    yield buffer.subarray(0, length);
  }
}

/** Offset at which the last line that is not blank begins. */
function lastLine(bytes: Buffer): number {
  let end = bytes.length - 1;
  while (end >= 0 && isBlank(bytes[end] as number)) end--;
  return end < 0 ? 0 : bytes.lastIndexOf(newline, end) + 1;
}

function isBlank(byte: number): boolean {
  return byte === newline || byte === 13 || byte === 32 || byte === 9;
}

/** In memory as a whole. A file whose end is missing gives what there is. */
function unpack(path: string, packed: Buffer): { bytes: Buffer; cut: string | null } {
  try {
    return { bytes: gunzipSync(packed), cut: null };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'Z_BUF_ERROR') throw damaged(path, error);
  }
  try {
    return {
      bytes: gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH }),
      cut: 'the compressed file has no end',
    };
  } catch (error) {
    throw damaged(path, error);
  }
}

function damaged(path: string, cause: unknown): OrdealError {
  return new OrdealError(`the compressed file is damaged: ${(cause as Error).message}`, {
    code: 'MALFORMED_HISTORY',
    place: { file: path },
    cause,
  });
}

function open(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw unreadable(path, error);
  }
}

function read(path: string, file: number, buffer: Buffer): number {
  for (;;) {
    try {
      return readSync(file, buffer);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EOF') return 0;
      if (code !== 'EAGAIN') throw unreadable(path, error);
      // Standard input that does not block: nothing has come yet.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

function unreadable(path: string, cause: unknown): OrdealError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a directory',
    EACCES: 'it may not be read',
  };
  return new OrdealError(`the history cannot be read: ${reasons[code ?? ''] ?? message}`, {
    code: 'CANNOT_READ_HISTORY',
    place: { file: path },
    cause,
  });
}
