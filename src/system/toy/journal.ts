/**
 * What a node must not forget: an append-only file of JSON lines.
 *
 * Records are gathered by `append` and written by `flush`, in one call to the system. There is no fsync: the harness
 * kills processes, not machines, and what a killed process has written the kernel still has. On a machine that loses
 * its power this would forget.
 *
 * A process that is killed in the middle of a write leaves a torn last line. Nothing was answered that depends on it,
 * because answers leave after `flush` returns; so it is cut off when the file is opened again.
 */
import { closeSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

export interface Journal<R> {
  /** What was there when it was opened, oldest first. */
  readonly found: readonly R[];
  append(record: R): void;
  /** Returns when everything appended is where a kill cannot reach it. */
  flush(): void;
}

/** A line inside the file that is not JSON is not ours to mend: it throws. */
export function openJournal<R>(path: string): Journal<R> & { close(): void } {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  const bytes = readFileSync(file);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) ftruncateSync(file, whole);
  const lines = bytes.toString('utf8', 0, whole).split('\n').slice(0, -1);
  let waiting = '';
  return {
    found: lines.map(line => JSON.parse(line) as R),
    append(record) {
      waiting += `${JSON.stringify(record)}\n`;
    },
    flush() {
      if (waiting !== '') writeAll(file, Buffer.from(waiting));
      waiting = '';
    },
    close: () => closeSync(file),
  };
}

function writeAll(file: number, bytes: Buffer): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}
