/**
 * One configuration, unpacked, and what happens to it: choices are applied, and then everything that needs no choice.
 *
 * What needs no choice:
 * - An observer is done as soon as the state allows it: it changes nothing, so sooner is never worse.
 * - When a blind operation is done, every other open one *may* have been done just before it, without a trace: it becomes
 *   free, which is decided only when it returns. So does a blind operation that would leave the state as it is.
 */
import { addBit, Cursor, hasBit, removeBit, wordsFor } from './cursor.ts';
import type { Configuration } from './nodes.ts';
import { type InfoClass, kinds, type Problem } from './problem.ts';
import type { Trace } from './trace.ts';
import { impossible } from './transitions.ts';
import { nothingUsed, type UsedRows } from './used.ts';

/** A choice is a number: what is chosen, times four, and one of these. */
export const choices = {
  /** An open operation is done now. */
  operation: 0,
  /** The free operation that returns counts as done. */
  pass: 1,
  /** One of an `info` class is done now. */
  info: 2,
} as const;

export class World implements Configuration {
  private readonly problem: Problem;
  private readonly rows: UsedRows;
  readonly cursor: Cursor;
  at = 0;
  state: number;
  used = nothingUsed;
  readonly done: Int32Array;
  readonly free: Int32Array;
  /** When it is there, everything that is done is told to it. */
  trace: Trace | null = null;
  private readonly traced: number[] = [];

  constructor(problem: Problem, rows: UsedRows) {
    this.problem = problem;
    this.rows = rows;
    this.cursor = new Cursor(problem);
    this.state = problem.starts[0]!;
    this.done = new Int32Array(wordsFor(problem));
    this.free = new Int32Array(wordsFor(problem));
  }

  /** Back to the first event, in this state. */
  begin(state: number): void {
    this.at = 0;
    this.cursor.seek(0);
    this.state = state;
    this.used = nothingUsed;
    this.done.fill(0);
    this.free.fill(0);
  }

  /** `successor`: the state after. The cursor must be at the configuration. */
  apply(choice: number, successor: number): void {
    const subject = choice >> 2;
    const how = choice & 3;
    if (how === choices.info) {
      const info = this.problem.infos[subject]!;
      this.used = this.rows.plus(this.used, subject);
      this.change(info.kind, this.trace ? this.memberOf(subject, info) : -1, successor);
      return;
    }
    const slot = this.problem.slot[subject]!;
    addBit(this.done, slot);
    removeBit(this.free, slot);
    if (how === choices.pass) this.trace?.pass(subject);
    else this.change(this.problem.kind[subject]!, subject, successor);
  }

  /** Walks on to the next return that is not explained. Returns false at the end of the events: everything is. */
  advance(): boolean {
    const { events, slot: slots, infoClass } = this.problem;
    while (this.cursor.at < events.length) {
      const event = events[this.cursor.at]!;
      const operation = event >> 1;
      const slot = slots[operation]!;
      if (event & 1) {
        if (!hasBit(this.done, slot)) {
          this.at = this.cursor.at;
          return true;
        }
        removeBit(this.done, slot);
        removeBit(this.free, slot);
      }
      this.cursor.forward();
      if ((event & 1) === 0 && infoClass[operation] === -1) this.meet(operation, slot);
    }
    this.at = this.cursor.at;
    return false;
  }

  private change(kind: number, operation: number, successor: number): void {
    if (kind === kinds.blind) this.freeAllBlind();
    this.trace?.linearize(operation);
    this.state = successor;
    const { open } = this.cursor;
    for (let slot = 0; slot < open.length; slot++) {
      if (open[slot]! !== -1 && !hasBit(this.done, slot)) this.meet(open[slot]!, slot);
    }
  }

  /** An open operation that is not done meets the state. */
  private meet(operation: number, slot: number): void {
    const kind = this.problem.kind[operation];
    if (kind === kinds.observer) {
      const operationClass = this.problem.operationClass[operation]!;
      if (this.problem.transitions.next(this.state, operationClass) === impossible) return;
      addBit(this.done, slot);
      this.trace?.linearize(operation);
    } else if (kind === kinds.blind && this.problem.post[operation] === this.state) {
      addBit(this.free, slot);
      this.trace?.free(operation);
    }
  }

  private freeAllBlind(): void {
    const { blind, open } = this.cursor;
    for (let word = 0; word < blind.length; word++) {
      this.free[word] = this.free[word]! | (blind[word]! & ~this.done[word]!);
    }
    if (!this.trace) return;
    for (let slot = 0; slot < open.length; slot++) if (hasBit(this.free, slot)) this.trace.free(open[slot]!);
  }

  /** Members are used in order of their calls. Counted apart from `used`, which forgets. */
  private memberOf(infoClass: number, info: InfoClass): number {
    const count = this.traced[infoClass] ?? 0;
    this.traced[infoClass] = count + 1;
    return info.members[count]!;
  }
}
