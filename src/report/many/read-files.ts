/**
 * The files of a run, whatever state they are in. Never throws: what is wrong is said.
 */
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { basename } from 'node:path';
import type { z } from 'zod';
import type { RunDirectory } from '../../run/run-directory.ts';
import { headerSchema } from '../stored.ts';

export type Read<T> =
  | { readonly value: T; readonly problem: null }
  | { readonly value: null; readonly problem: string };

/** What is in a JSON file, or why not: half a sentence. */
export function readAs<T>(path: string, schema: z.ZodType<T>): Read<T> {
  const name = basename(path);
  try {
    const parsed = schema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    if (parsed.success) return { value: parsed.data, problem: null };
    const [issue] = parsed.error.issues;
    return { value: null, problem: `${name} is not what ordeal writes: ${issue?.path.join('.')}: ${issue?.message}` };
  } catch (error) {
    return { value: null, problem: wordsFor(error as NodeJS.ErrnoException, name) };
  }
}

function wordsFor({ code, message }: NodeJS.ErrnoException, name: string): string {
  if (code !== 'ENOENT') return `${name} cannot be read: ${code ?? message}`;
  return name === 'verdict.json' ? 'no verdict.json: it was killed, or still runs' : `no ${name}`;
}

const headerBytes = 16_384;

/** When a run of an older version began: in the first line of its history. */
export function headerTime({ history }: RunDirectory): string | null {
  try {
    const line = firstLine(history);
    const header = headerSchema.safeParse(JSON.parse(line));
    return header.success ? header.data.startedAt : null;
  } catch {
    return null;
  }
}

function firstLine(path: string): string {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(headerBytes);
    const text = bytes.toString('utf8', 0, readSync(file, bytes));
    return text.slice(0, text.indexOf('\n'));
  } finally {
    closeSync(file);
  }
}

/** `20261121-210358858-toy-lin-kv-s1` says when its run began. */
export function stampTime(path: string): string | null {
  const parts = /^(\d{4})(\d\d)(\d\d)-(\d\d)(\d\d)(\d\d)(\d{3})-/.exec(basename(path));
  if (!parts) return null;
  const [, year, month, day, hour, minute, second, ms] = parts;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`;
  return Number.isNaN(Date.parse(text)) ? null : text;
}
