/** Files of histories for tests: a directory for each test, and what comes of reading one. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { formatPlace, OrdealError } from '../../src/base/errors.ts';
import { eventsOf } from '../../src/history/assemble.ts';
import { encodeEvent } from '../../src/history/codec.ts';
import type { History } from '../../src/history/history.ts';
import { type ReadOptions, readHistory } from '../../src/history/reader.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

/** A directory that is gone when the test is. */
export function scratchDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-history-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  return directory;
}

export const headerLine =
  '{"ordeal":1,"system":"toy","workload":"lin-kv","model":null,"seed":"7","nodes":["n1"],"startedAt":"2026-01-02T03:04:05.000Z"}';

/** Reads a file of this content. */
export function readText(content: string | Buffer, options?: ReadOptions): History {
  const path = join(scratchDirectory(), 'history.jsonl');
  writeFileSync(path, content);
  return readHistory(path, options);
}

/** `place: message (hint)` of the refusal of a file of this content. */
export function refusal(content: string | Buffer, options?: ReadOptions): string {
  try {
    readText(content, options);
  } catch (error) {
    if (!(error instanceof OrdealError) || error.code !== 'MALFORMED_HISTORY' || error.place === null) throw error;
    const place = formatPlace({ ...error.place, file: 'history' });
    return `${place}: ${error.message}${error.hint === null ? '' : ` (${error.hint})`}`;
  }
  throw new Error('the file was not refused');
}

/** The events of a history as lines. */
export function linesOf(history: History): string[] {
  return [...eventsOf(history)].map(event => encodeEvent(event).trimEnd());
}

/** How often a property is tried. */
export const runs = fuzzRuns(200);
