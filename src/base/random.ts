/**
 * Random streams that fork by label.
 *
 * A stream is named by its path from the seed (`seed/nemesis/3/targets`), not by how many draws were made before it was
 * taken. So two parts of a run that take turns in another order still draw the same numbers, and the seed repeats our
 * choices although the timing of the network differs.
 *
 * How it can mislead: the *same* path gives the same numbers. Fork with a counter (`fork('operation', 7)`) for every
 * repeated choice; do not fork the same label twice.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import { assert } from './assert.ts';

export class Random {
  private readonly hash: number;
  private generator: RandomGenerator | null = null;

  private constructor(hash: number) {
    this.hash = hash;
  }

  /** The root stream of a seed. */
  static fromSeed(seed: string | number): Random {
    return new Random(mix(0x6f72_6465, String(seed)));
  }

  /** The stream of this name. Independent of the draws that this stream has made. */
  fork(...labels: readonly (string | number)[]): Random {
    let hash = this.hash;
    for (const label of labels) hash = mix(hash, String(label));
    return new Random(hash);
  }

  /** A whole number, both bounds included. */
  integer(low: number, high: number): number {
    this.generator ??= xoroshiro128plus(this.hash);
    return uniformInt(this.generator, low, high);
  }

  /** A number in [0, 1). */
  fraction(): number {
    return this.integer(0, 0x3fff_ffff) / 0x4000_0000;
  }

  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  pick<T>(items: readonly T[]): T {
    assert(items.length > 0, 'pick needs at least one item');
    return items[this.integer(0, items.length - 1)] as T;
  }

  /** A new array in a uniformly random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[] {
    const result = [...items];
    for (let last = result.length - 1; last > 0; last--) {
      const other = this.integer(0, last);
      [result[last], result[other]] = [result[other] as T, result[last] as T];
    }
    return result;
  }

  /** An exponentially distributed number with this mean. */
  exponential(mean: number): number {
    return -Math.log(1 - this.fraction()) * mean;
  }
}

/** FNV-1a over the label, finished with the mixer of MurmurHash3, so that `a/1` and `a/2` have nothing in common. */
function mix(hash: number, label: string): number {
  let value = (hash ^ 0x811c_9dc5) | 0;
  for (let index = 0; index < label.length; index++) value = Math.imul(value ^ label.charCodeAt(index), 0x0100_0193);
  value = Math.imul(value ^ 0x2f, 0x0100_0193);
  value = Math.imul(value ^ (value >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return (value ^ (value >>> 16)) | 0;
}
