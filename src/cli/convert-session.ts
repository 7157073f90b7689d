/**
 * What `ordeal convert` does: read the whole history, then write it line by line.
 */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ExitCode, exitCode, OrdealError } from '../base/errors.ts';
import { ednLines } from '../history/edn/write.ts';
import { readHistory } from '../history/reader.ts';
import { jsonLines } from '../history/write-lines.ts';
import type { ConvertFlags } from './convert.ts';
import { readingOf } from './reading.ts';

export async function convertSession(file: string, flags: ConvertFlags): Promise<ExitCode> {
  const history = readHistory(file, { ...readingOf(flags), header: 'optional' });
  if (history.truncated !== null) process.stderr.write(`truncated: ${history.truncated}\n`);
  const lines = flags.to === 'edn' ? ednLines(history, { keys: flags.keys }) : jsonLines(history);
  await write(lines, flags.out ?? null);
  return exitCode.pass;
}

/** Errors: `CANNOT_WRITE_HISTORY`. */
async function write(lines: Iterable<string>, out: string | null): Promise<void> {
  const source = Readable.from(gathered(lines), { objectMode: false });
  if (out === null) return pipeline(source, process.stdout, { end: false });
  try {
    await pipeline(source, createWriteStream(out));
  } catch (error) {
    throw new OrdealError(`the history cannot be written: ${(error as Error).message}`, {
      code: 'CANNOT_WRITE_HISTORY',
      place: { file: out },
      cause: error,
    });
  }
}

/** Lines are short: many of them make one write. */
function* gathered(lines: Iterable<string>): Generator<string> {
  let held: string[] = [];
  for (const line of lines) {
    held.push(line);
    if (held.length < 1_000) continue;
    yield held.join('');
    held = [];
  }
  if (held.length > 0) yield held.join('');
}
