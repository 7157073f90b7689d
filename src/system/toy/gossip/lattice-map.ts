/**
 * A map whose values only grow, each in an order of its own: the state of every replicated data type here.
 *
 * The one idea: if `join` gives the least upper bound of two values, then joining maps entry by entry is commutative,
 * associative and idempotent, and replicas that have seen the same updates are equal, in whatever order, however often.
 *
 * To find out cheaply what two replicas do not share, the keys are dealt into buckets, and each bucket has a digest
 * that is kept up to date. Equal digests are taken for equal buckets: 32 bits, so one difference in four thousand
 * million is overlooked until the bucket changes again.
 *
 * Source: Shapiro, Preguiça, Baquero, Zawirski, "Conflict-free Replicated Data Types" (2011).
 */

/** The least upper bound. Gives `mine` itself back when `other` adds nothing. */
export type Join<V> = (mine: V, other: V) => V;

export type MapEntry<V> = readonly [key: string, value: V];

export const bucketCount = 64;

export class LatticeMap<V> {
  private readonly buckets: Map<string, V>[] = Array.from({ length: bucketCount }, () => new Map<string, V>());
  private readonly sums = new Int32Array(bucketCount);

  get(key: string): V | undefined {
    return this.bucketOf(key).get(key);
  }

  *entries(): IterableIterator<MapEntry<V>> {
    for (const bucket of this.buckets) yield* bucket;
  }

  /** One digest per bucket. */
  digests(): readonly number[] {
    return [...this.sums];
  }

  bucketEntries(bucket: number): readonly MapEntry<V>[] {
    return [...(this.buckets[bucket] ?? [])];
  }

  /** Joins one entry in. Gives the value that the key now has, or null when nothing changed. */
  merge([key, other]: MapEntry<V>, join: Join<V>): V | null {
    const mine = this.get(key);
    const value = mine === undefined ? other : join(mine, other);
    if (value === mine) return null;
    this.set(key, value);
    return value;
  }

  /** Puts a value in place of what is there: for updates of this replica's own, which must not shrink it. */
  set(key: string, value: V): void {
    this.delete(key);
    this.bucketOf(key).set(key, value);
    this.addToSum(key, hashEntry(key, value));
  }

  delete(key: string): void {
    const value = this.get(key);
    if (value === undefined) return;
    this.bucketOf(key).delete(key);
    this.addToSum(key, -hashEntry(key, value));
  }

  private bucketOf(key: string): Map<string, V> {
    return this.buckets[bucketIndex(key)] as Map<string, V>;
  }

  /** A sum does not depend on the order, and an entry can be taken out of it. */
  private addToSum(key: string, hash: number): void {
    const index = bucketIndex(key);
    this.sums[index] = ((this.sums[index] as number) + hash) | 0;
  }
}

export function bucketIndex(key: string): number {
  return (hashText(key) >>> 0) % bucketCount;
}

function hashEntry(key: string, value: unknown): number {
  return hashText(`${key} ${JSON.stringify(value)}`);
}

/** FNV-1a, finished with the mixer of MurmurHash3. */
function hashText(text: string): number {
  let hash = 0x811c_9dc5 | 0;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x0100_0193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) | 0;
}
