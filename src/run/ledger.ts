/**
 * The ledger: what is broken now, written down before it is broken.
 *
 * One JSON line before each deed and one after it was undone. When ordeal itself is killed, what has a begin and no end
 * is still in force, and whoever comes next can undo it.
 *
 * How it can mislead: an open line says that a fault may be in force, not that it is; the crash may have come between
 * the line and the deed.
 */
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import type { NodeName } from '../base/names.ts';

export interface LedgerLine {
  readonly id: number;
  readonly phase: 'begin' | 'end';
  readonly kind: string;
  readonly description: string;
  readonly targets: readonly NodeName[];
}

export class Ledger implements Disposable {
  private readonly file: number;
  private closed = false;

  private constructor(file: number) {
    this.file = file;
  }

  /** Opens the ledger of a run to add to it; made when it is not there. */
  static create(path: string): Ledger {
    return new Ledger(openSync(path, 'a'));
  }

  /** With the operating system when it returns: our own death does not lose it. */
  write({ id, phase, kind, description, targets }: LedgerLine): void {
    writeSync(this.file, `${JSON.stringify({ id, phase, kind, description, targets })}\n`);
  }

  [Symbol.dispose](): void {
    if (this.closed) return;
    this.closed = true;
    closeSync(this.file);
  }
}

/** The begin lines without an end, the oldest first. A missing ledger is an empty one; a line cut short by a crash is left out. */
export function openFaults(path: string): LedgerLine[] {
  const open = new Map<number, LedgerLine>();
  for (const line of readLines(path)) {
    if (line.phase === 'begin') open.set(line.id, line);
    else open.delete(line.id);
  }
  return [...open.values()];
}

function readLines(path: string): LedgerLine[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1);
  return whole
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as LedgerLine);
}
