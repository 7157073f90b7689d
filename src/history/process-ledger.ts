/**
 * The rules of processes: one operation at a time, and no number again after an `info`.
 *
 * A process is a single thread of the history. After an `info` its operation may still take effect, so the process never
 * gets anywhere again; who goes on under the same number would hide that. The recorder asserts these rules, the reader
 * refuses a file that breaks them: so problems come back as sentences.
 */
import type { ProcessId } from '../base/names.ts';
import type { Outcome } from './event.ts';

/** A page holds one bit for each of this many process numbers. */
const pageBits = 4096;

export class ProcessLedger {
  /** Operation ids of the open invocations. */
  private readonly open = new OpenOperations();
  /** Retired processes, as bits: a run may retire millions, and they are never forgotten. */
  private readonly retired = new Map<number, Uint32Array>();
  private operations = 0;

  /** Opens an operation: its id, or a sentence why it may not begin. */
  invoke(process: ProcessId): number | string {
    const before = this.open.get(process);
    if (before !== undefined) return `process ${process} invokes while its operation #${before} is still open`;
    if (this.isRetired(process)) return `process ${process} is used again after an operation of it ended "info"`;
    const id = this.operations++;
    this.open.set(process, id);
    return id;
  }

  /** The open operation of this process, or a sentence why there is none. */
  opened(process: ProcessId): number | string {
    const id = this.open.get(process);
    if (id !== undefined) return id;
    if (this.isRetired(process)) return `process ${process} completes again after an operation of it ended "info"`;
    return `process ${process} completes, but has no open invocation`;
  }

  /** Ends what `opened` has found. */
  complete(process: ProcessId, outcome: Outcome): void {
    this.open.delete(process);
    if (outcome === 'info') this.retire(process);
  }

  private isRetired(process: ProcessId): boolean {
    if (this.retired.size === 0) return false;
    const page = this.retired.get(Math.floor(process / pageBits));
    if (page === undefined) return false;
    const bit = process % pageBits;
    return ((page[bit >>> 5] as number) & (1 << (bit & 31))) !== 0;
  }

  private retire(process: ProcessId): void {
    const number = Math.floor(process / pageBits);
    let page = this.retired.get(number);
    if (page === undefined) {
      page = new Uint32Array(pageBits / 32);
      this.retired.set(number, page);
    }
    const bit = process % pageBits;
    page[bit >>> 5] = (page[bit >>> 5] as number) | (1 << (bit & 31));
  }
}

/** A power of two: slots for processes that have an operation open, by the last bits of their number. */
const slotCount = 1024;

/** Operation ids by process. A `Map` holds only those whose slot is taken: it is slower, and hardly ever needed. */
class OpenOperations {
  /** NaN is free. */
  private readonly processes = new Float64Array(slotCount).fill(Number.NaN);
  private readonly operations = new Int32Array(slotCount);
  private readonly others = new Map<ProcessId, number>();

  get(process: ProcessId): number | undefined {
    const slot = process & (slotCount - 1);
    if (this.processes[slot] === process) return this.operations[slot];
    return this.others.size === 0 ? undefined : this.others.get(process);
  }

  /** A process that has none open. */
  set(process: ProcessId, id: number): void {
    const slot = process & (slotCount - 1);
    if ((process | 0) === process && Number.isNaN(this.processes[slot])) {
      this.processes[slot] = process;
      this.operations[slot] = id;
    } else this.others.set(process, id);
  }

  delete(process: ProcessId): void {
    const slot = process & (slotCount - 1);
    if (this.processes[slot] === process) this.processes[slot] = Number.NaN;
    else this.others.delete(process);
  }
}
