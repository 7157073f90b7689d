/**
 * The configurations that a search has met, as records in one growing array, and the memo that says which new ones are
 * not worth a visit.
 *
 * A configuration is the next return that must be explained (`at`), the state, which open operations are done, which of
 * the others may count as done when they return (`free`), and how many `info` operations were used. One that is at the
 * same return and state, and can do all that a new one can, *dominates* it: if the new one leads to an end, so does the
 * old one, in no more steps. Since nothing that was met is forgotten before all its choices were tried, the new one can
 * be dropped.
 */
import type { UsedRows } from './used.ts';

/** Fields of a record; two sets of slots follow, `done` and `free`. */
const field = {
  at: 0,
  state: 1,
  used: 2,
  parent: 3,
  choice: 4,
  entered: 5,
  chain: 6,
  place: 7,
  below: 8,
  tried: 9,
  pending: 10,
} as const;
const header = 11;

/** In place of how many have been tried: the others have been listed. */
export const listed = -1;

/** Of the memo: how far the places of two returns are apart, and how many there are for one, less one. */
const placesPerReturn = 2;
const mostPlaces = 0x3fff;

export interface Configuration {
  at: number;
  state: number;
  used: number;
  readonly done: Int32Array;
  readonly free: Int32Array;
}

/** Which slots are open at the `at` of a configuration, by the kind of their operation. */
export interface OpenSlots {
  readonly observers: Int32Array;
  readonly guarded: Int32Array;
}

/** Where a configuration comes from. */
export interface Origin {
  /** Node, or -1. */
  readonly parent: number;
  readonly choice: number;
  /** The state right after it, before what needed no choice. */
  readonly entered: number;
}

export class Nodes {
  private readonly words: number;
  private readonly stride: number;
  private readonly used: UsedRows;
  private data: Int32Array;
  /** Newest node of each chain, or -1. As many as a power of two. */
  private heads: Int32Array;
  count = 0;

  /** `expected`: how many there may be. */
  constructor(words: number, used: UsedRows, expected: number) {
    this.words = words;
    this.stride = header + 2 * words;
    this.used = used;
    this.data = new Int32Array(this.stride * Math.max(16, expected));
    this.heads = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(32, expected)))).fill(-1);
  }

  parent(node: number): number {
    return this.data[node * this.stride + field.parent]!;
  }

  choice(node: number): number {
    return this.data[node * this.stride + field.choice]!;
  }

  entered(node: number): number {
    return this.data[node * this.stride + field.entered]!;
  }

  /** How many of its own choices have been tried; or `listed`. Kept here for the search, as what follows. */
  tried(node: number): number {
    return this.data[node * this.stride + field.tried]!;
  }

  setTried(node: number, count: number): void {
    this.data[node * this.stride + field.tried] = count;
  }

  /** Where its other choices are, see `pending.ts`. */
  pending(node: number): number {
    return this.data[node * this.stride + field.pending]!;
  }

  setPending(node: number, list: number): void {
    this.data[node * this.stride + field.tried] = listed;
    this.data[node * this.stride + field.pending] = list;
  }

  /** The node under it on the agenda, or -1. */
  below(node: number): number {
    return this.data[node * this.stride + field.below]!;
  }

  setBelow(node: number, other: number): void {
    this.data[node * this.stride + field.below] = other;
  }

  load(node: number, into: Configuration): void {
    const base = node * this.stride;
    into.at = this.data[base + field.at]!;
    into.state = this.data[base + field.state]!;
    into.used = this.data[base + field.used]!;
    for (let word = 0; word < this.words; word++) {
      into.done[word] = this.data[base + header + word]!;
      into.free[word] = this.data[base + header + this.words + word]!;
    }
  }

  /** The new node, or -1 when one that was met before dominates it. */
  add(from: Configuration & { readonly cursor: OpenSlots }, { parent, choice, entered }: Origin): number {
    const open = from.cursor;
    const place = this.place(from, open);
    const head = place & (this.heads.length - 1);
    const newest = this.heads[head]!;
    for (let node = newest; node !== -1; node = this.data[node * this.stride + field.chain]!) {
      if (this.dominates(node, from, open)) return -1;
    }
    const base = this.reserve();
    this.data[base + field.at] = from.at;
    this.data[base + field.state] = from.state;
    this.data[base + field.used] = from.used;
    this.data[base + field.parent] = parent;
    this.data[base + field.choice] = choice;
    this.data[base + field.entered] = entered;
    this.data[base + field.chain] = newest;
    this.data[base + field.place] = place;
    this.data[base + field.below] = -1;
    this.data[base + field.tried] = 0;
    for (let word = 0; word < this.words; word++) {
      this.data[base + header + word] = from.done[word]!;
      this.data[base + header + this.words + word] = from.free[word]!;
    }
    this.heads[head] = this.count;
    if (++this.count > this.heads.length) this.rehash();
    return this.count - 1;
  }

  /**
   * Both at one return and in one state; the old one has done the same, and may count as done all that the new one may;
   * of observers it has done no fewer, of `info` operations it has used no more.
   */
  private dominates(node: number, from: Configuration, open: OpenSlots): boolean {
    const base = node * this.stride;
    if (this.data[base + field.at] !== from.at || this.data[base + field.state] !== from.state) return false;
    for (let word = 0; word < this.words; word++) {
      const done = this.data[base + header + word]!;
      const free = this.data[base + header + this.words + word]!;
      const observers = open.observers[word]!;
      if (from.done[word]! & observers & ~done) return false;
      const fixed = ~(observers | free);
      if ((from.done[word]! ^ done) & fixed || from.free[word]! & fixed) return false;
    }
    return this.used.atMost(this.data[base + field.used]!, from.used);
  }

  /**
   * Over what two configurations must share for one to dominate the other. Those of near returns get near places, so that
   * a search that gets on touches little memory.
   */
  private place(from: Configuration, open: OpenSlots): number {
    let hash = Math.imul(from.state + 1, 0x85eb_ca6b);
    for (let word = 0; word < this.words; word++) {
      hash = Math.imul(hash ^ (from.done[word]! & open.guarded[word]!), 0xc2b2_ae35);
      hash ^= hash >>> 15;
    }
    return from.at * placesPerReturn + (((hash ^ (hash >>> 13)) & mostPlaces) >>> 0);
  }

  /** Place for one more record. */
  private reserve(): number {
    const base = this.count * this.stride;
    if (base + this.stride > this.data.length) {
      const larger = new Int32Array(this.data.length * 2);
      larger.set(this.data);
      this.data = larger;
    }
    return base;
  }

  private rehash(): void {
    this.heads = new Int32Array(this.heads.length * 4).fill(-1);
    for (let node = 0; node < this.count; node++) {
      const base = node * this.stride;
      const head = this.data[base + field.place]! & (this.heads.length - 1);
      this.data[base + field.chain] = this.heads[head]!;
      this.heads[head] = node;
    }
  }
}
