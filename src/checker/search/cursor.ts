/**
 * The place in the events at which a search stands, and what is open there. It moves in both directions, one event at a
 * time; a search mostly stays near, so this costs less than to remember what is open for each configuration.
 */
import { kinds, notInfo, type Problem } from './problem.ts';

export class Cursor {
  private readonly events: Int32Array;
  private readonly slot: Int32Array;
  private readonly kind: Uint8Array;
  private readonly infoClass: Int32Array;
  /** Rank of the next event. */
  at = 0;
  /** Position of the operation in each slot, or -1. */
  readonly open: Int32Array;
  readonly observers: Int32Array;
  readonly blind: Int32Array;
  readonly guarded: Int32Array;
  /** `info` operations called so far, by class. */
  readonly called: Int32Array;

  constructor(problem: Problem) {
    this.events = problem.subhistory.events;
    this.slot = problem.slot;
    this.kind = problem.kind;
    this.infoClass = problem.infoClass;
    const words = wordsFor(problem);
    this.open = new Int32Array(words * 32).fill(-1);
    this.observers = new Int32Array(words);
    this.blind = new Int32Array(words);
    this.guarded = new Int32Array(words);
    this.called = new Int32Array(problem.infos.length);
  }

  seek(at: number): void {
    while (this.at < at) this.forward();
    while (this.at > at) this.back();
  }

  forward(): void {
    const event = this.events[this.at++]!;
    if (event & 1) this.close(event >> 1);
    else this.begin(event >> 1);
  }

  private back(): void {
    const event = this.events[--this.at]!;
    const operation = event >> 1;
    if (event & 1) {
      this.begin(operation);
      return;
    }
    const infoClass = this.infoClass[operation]!;
    if (infoClass === notInfo) this.close(operation);
    else if (infoClass >= 0) this.called[infoClass] = this.called[infoClass]! - 1;
  }

  private begin(operation: number): void {
    const infoClass = this.infoClass[operation]!;
    if (infoClass === notInfo) {
      const slot = this.slot[operation]!;
      this.open[slot] = operation;
      addBit(this.ofKind(operation), slot);
    } else if (infoClass >= 0) this.called[infoClass] = this.called[infoClass]! + 1;
  }

  private close(operation: number): void {
    const slot = this.slot[operation]!;
    this.open[slot] = -1;
    removeBit(this.ofKind(operation), slot);
  }

  private ofKind(operation: number): Int32Array {
    const kind = this.kind[operation];
    if (kind === kinds.observer) return this.observers;
    return kind === kinds.blind ? this.blind : this.guarded;
  }
}

export function wordsFor(problem: Problem): number {
  return Math.max(1, Math.ceil(problem.slots / 32));
}

export function hasBit(words: Int32Array, slot: number): boolean {
  return (words[slot >> 5]! & (1 << (slot & 31))) !== 0;
}

export function addBit(words: Int32Array, slot: number): void {
  words[slot >> 5] = words[slot >> 5]! | (1 << (slot & 31));
}

export function removeBit(words: Int32Array, slot: number): void {
  words[slot >> 5] = words[slot >> 5]! & ~(1 << (slot & 31));
}

/** The slot of the lowest bit of a word that is not 0. Clear it with `bits & (bits - 1)`. */
export function lowestSlot(bits: number, word: number): number {
  return word * 32 + (31 - Math.clz32(bits & -bits));
}
