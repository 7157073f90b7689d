/**
 * A set of configurations at one place, none of which is covered by another: whatever can still be explained from the one
 * that was left out can be explained from the one that is there.
 *
 * A configuration is a few numbers in a row: the state; the number of its row of used `info` operations; one bit a slot
 * for what is done; one bit a slot for what is free: a blind operation that may or may not have been done already, hidden
 * directly before another blind one. Nothing is both done and free.
 *
 * One covers another of the same state when:
 * - every observer that the other has done, it has done (done sooner is never worse);
 * - of what depends on the state both have done the same;
 * - each blind operation is free in it, or is free in neither and done in both or neither;
 * - it has used no more `info` operations of any class.
 */
import type { Scene } from './scene.ts';

/** Where the parts of a configuration begin. `free` begins after the words of `done`. */
export const layout = { state: 0, used: 1, done: 2 } as const;

export function strideOf(words: number): number {
  return layout.done + 2 * words;
}

export class Antichain {
  private scene: Scene | null = null;
  /** Configurations one after the other. */
  data = new Int32Array(64);
  stride = 0;
  /** With those that were covered later. */
  count = 0;
  private gone = new Uint8Array(16);
  /** By hash: the last that was added, or -1; and for each the one before it. */
  private heads = new Int32Array(32).fill(-1);
  private before = new Int32Array(16);

  /** Empties it, for configurations at this place. */
  begin(scene: Scene): void {
    this.scene = scene;
    this.stride = strideOf(scene.words);
    this.count = 0;
    if (this.heads.length > 4096) this.heads = new Int32Array(32);
    this.heads.fill(-1);
  }

  /** Copies it in, unless it is covered. */
  add(configuration: Int32Array): boolean {
    const head = this.hash(configuration);
    for (let other = this.heads[head]!; other >= 0; other = this.before[other]!) {
      if (this.gone[other] === 1) continue;
      if (this.covers(this.data, other * this.stride, configuration, 0)) return false;
      if (this.covers(configuration, 0, this.data, other * this.stride)) this.gone[other] = 1;
    }
    const index = this.count++;
    this.makeRoom(index);
    for (let at = 0; at < this.stride; at++) this.data[index * this.stride + at] = configuration[at]!;
    this.gone[index] = 0;
    this.before[index] = this.heads[head]!;
    this.heads[head] = index;
    if (this.count * 2 > this.heads.length) this.rehash();
    return true;
  }

  /** Copies one out. False when it was covered later. */
  read(index: number, configuration: Int32Array): boolean {
    if (this.gone[index] === 1) return false;
    const begin = index * this.stride;
    for (let at = 0; at < this.stride; at++) configuration[at] = this.data[begin + at]!;
    return true;
  }

  /** What covers must agree in the state and in what depends on it. */
  private hash(configuration: Int32Array): number {
    const { words, guarded } = this.scene!;
    let hash = Math.imul(configuration[layout.state]!, 0x9e3779b1);
    for (let word = 0; word < words; word++) {
      hash = Math.imul(hash ^ (configuration[layout.done + word]! & guarded[word]!), 0x85ebca6b);
    }
    return (hash ^ (hash >>> 15)) & (this.heads.length - 1);
  }

  /** Whether the one that begins at `own` in `one` covers the other. */
  private covers(one: Int32Array, own: number, other: Int32Array, its: number): boolean {
    if (one[own] !== other[its]) return false;
    const { words, observers, guarded, blind, table } = this.scene!;
    for (let word = 0; word < words; word++) {
      const done = one[own + layout.done + word]!;
      const itsDone = other[its + layout.done + word]!;
      if ((itsDone & ~done & observers[word]!) !== 0 || ((done ^ itsDone) & guarded[word]!) !== 0) return false;
      const free = one[own + layout.done + words + word]!;
      const itsFree = other[its + layout.done + words + word]!;
      if ((~free & blind[word]! & ((done ^ itsDone) | itsFree)) !== 0) return false;
    }
    return table.rows.atMost(one[own + layout.used]!, other[its + layout.used]!);
  }

  private makeRoom(index: number): void {
    if ((index + 1) * this.stride > this.data.length) {
      const larger = new Int32Array(Math.max(this.data.length * 2, (index + 1) * this.stride));
      larger.set(this.data);
      this.data = larger;
    }
    if (index < this.gone.length) return;
    const [gone, before] = [this.gone, this.before];
    this.gone = new Uint8Array(gone.length * 2);
    this.before = new Int32Array(before.length * 2);
    this.gone.set(gone);
    this.before.set(before);
  }

  private rehash(): void {
    this.heads = new Int32Array(this.heads.length * 4).fill(-1);
    const configuration = new Int32Array(this.stride);
    for (let index = 0; index < this.count; index++) {
      if (!this.read(index, configuration)) continue;
      const head = this.hash(configuration);
      this.before[index] = this.heads[head]!;
      this.heads[head] = index;
    }
  }
}
