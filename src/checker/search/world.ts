/**
 * One configuration, unpacked, and what happens to it: choices are applied, and then everything that needs no choice.
 *
 * What needs no choice:
 * - An observer is done as soon as the state allows it: it changes nothing, so sooner is never worse.
 * - When a blind operation is done, every other open one *may* have been done just before it, without a trace: it becomes
 *   free, which is decided only when it returns. So does a blind operation that would leave the state as it is.
 * - What may have happened before the first event is free from the beginning.
 * - A blind operation that returns while nothing waits for a state is done then: nothing would profit from another before it.
 */
import { addBit, Cursor, hasBit, lowestSlot, removeBit, wordsFor } from './cursor.ts';
import type { Configuration } from './nodes.ts';
import { type InfoClass, kinds, notInfo, type Problem } from './problem.ts';
import type { Trace } from './trace.ts';
import { impossible, type Transitions } from './transitions.ts';
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
  private readonly transitions: Transitions;
  private readonly operationClass: Int32Array;
  private readonly rows: UsedRows;
  readonly cursor: Cursor;
  at = 0;
  state: number;
  used = nothingUsed;
  readonly done: Int32Array;
  readonly free: Int32Array;
  /** States that it is not in any more, or that one operation less can leave, since `arrived`. */
  readonly left: number[] = [];
  /** When it is there, everything that is done is told to it. */
  trace: Trace | null = null;
  private readonly traced: number[] = [];

  constructor(problem: Problem, rows: UsedRows) {
    this.problem = problem;
    this.transitions = problem.transitions;
    this.operationClass = problem.operationClass;
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

  /** What was left is known. */
  arrived(): void {
    this.left.length = 0;
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
    if (how === choices.pass) {
      addBit(this.done, slot);
      removeBit(this.free, slot);
      this.left.push(this.problem.post[this.operationClass[subject]!]!);
      this.trace?.pass(subject);
    } else this.perform(subject, slot, successor);
  }

  /** Whether one more of an `info` class can be used, and may help. */
  isAvailable(infoClass: number): boolean {
    if (this.problem.infos[infoClass]!.until < this.at) return false;
    return this.rows.count(this.used, infoClass) < this.cursor.called[infoClass]!;
  }

  /** Walks on to the next return that needs a choice. Returns false at the end of the events: everything is explained. */
  advance(): boolean {
    const { cursor, done, free } = this;
    const { slot: slots, infoClass, subhistory, begun } = this.problem;
    const { events } = subhistory;
    while (cursor.at < events.length) {
      const event = events[cursor.at]!;
      const operation = event >> 1;
      const slot = slots[operation]!;
      if (event & 1) {
        if (!hasBit(done, slot)) {
          if (this.mustChoose(operation, slot)) {
            this.at = cursor.at;
            return true;
          }
          this.perform(operation, slot, this.problem.post[this.operationClass[operation]!]!);
        }
        removeBit(done, slot);
        removeBit(free, slot);
        cursor.forward();
      } else {
        cursor.forward();
        if (infoClass[operation] === notInfo) this.meet(operation, slot);
        if (begun !== null && begun[operation] === 1 && infoClass[operation] === notInfo) addBit(free, slot);
      }
    }
    this.at = cursor.at;
    return false;
  }

  /** Of an operation that returns and is not done. */
  private mustChoose(operation: number, slot: number): boolean {
    if (this.problem.kind[operation] !== kinds.blind || this.problem.guardedInfos) return true;
    const { observers, guarded } = this.cursor;
    for (let word = 0; word < observers.length; word++) {
      if ((observers[word]! | guarded[word]!) & ~this.done[word]!) return true;
    }
    return hasBit(this.free, slot) && this.problem.post[this.operationClass[operation]!] !== this.state;
  }

  private perform(operation: number, slot: number, successor: number): void {
    addBit(this.done, slot);
    removeBit(this.free, slot);
    this.change(this.problem.kind[operation]!, operation, successor);
  }

  private change(kind: number, operation: number, successor: number): void {
    if (kind === kinds.blind) this.freeAllBlind();
    this.trace?.linearize(operation);
    if (successor !== this.state) this.left.push(this.state);
    this.state = successor;
    const { open, observers, blind } = this.cursor;
    for (let word = 0; word < observers.length; word++) {
      let bits = observers[word]! & ~this.done[word]!;
      if (kind !== kinds.blind) bits |= blind[word]! & ~this.done[word]!;
      for (; bits !== 0; bits &= bits - 1) {
        const slot = lowestSlot(bits, word);
        this.meet(open[slot]!, slot);
      }
    }
  }

  /** An open operation that is not done meets the state. */
  private meet(operation: number, slot: number): void {
    const kind = this.problem.kind[operation];
    const operationClass = this.operationClass[operation]!;
    if (kind === kinds.observer) {
      if (this.transitions.next(this.state, operationClass) === impossible) return;
      addBit(this.done, slot);
      this.trace?.linearize(operation);
    } else if (kind === kinds.blind && this.problem.post[operationClass] === this.state) {
      addBit(this.free, slot);
      this.trace?.free(operation);
    }
  }

  private freeAllBlind(): void {
    const { blind, open } = this.cursor;
    for (let word = 0; word < blind.length; word++) {
      const freed = blind[word]! & ~this.done[word]!;
      this.free[word] = this.free[word]! | freed;
      if (!this.trace) continue;
      for (let bits = freed; bits !== 0; bits &= bits - 1) this.trace.free(open[lowestSlot(bits, word)]!);
    }
  }

  /** Members are used in order of their calls. Counted apart from `used`, which forgets. */
  private memberOf(infoClass: number, info: InfoClass): number {
    const count = this.traced[infoClass] ?? 0;
    this.traced[infoClass] = count + 1;
    return info.members[count]!;
  }
}
