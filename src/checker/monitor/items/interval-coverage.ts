/**
 * How intervals of whole numbers cover them, while intervals are taken away: each number is told once, as soon as nothing
 * covers it any more.
 *
 * A binary tree over the numbers. An interval is counted at the few nodes that make it up. A node is *open* when nothing
 * is counted at it, and one of its children is open (a leaf: when it was not told yet). So a number is uncovered exactly
 * when all nodes above it are open, and it is found by going down. Taking away an interval seldom changes more than its
 * own counts.
 */
export class IntervalCoverage {
  private readonly size: number;
  private readonly counts: Int32Array;
  private readonly open: Uint8Array;

  /** Numbers from 1 to `limit - 1`. */
  constructor(limit: number) {
    this.size = 2 ** (32 - Math.clz32(Math.max(1, limit - 1)));
    this.counts = new Int32Array(2 * this.size);
    this.open = new Uint8Array(2 * this.size).fill(1, this.size + 1, this.size + limit);
  }

  /** Covers `low + 1`, ..., `high`. Only before `begin`. */
  add(low: number, high: number): void {
    const { counts } = this;
    let from = low + 1 + this.size;
    let to = high + 1 + this.size;
    for (; from < to; from >>>= 1, to >>>= 1) {
      if (from & 1) counts[from] = counts[from++]! + 1;
      if (to & 1) counts[--to] = counts[to]! + 1;
    }
  }

  /** All intervals were added. */
  begin(): void {
    const { size, counts, open } = this;
    for (let node = 2 * size - 1; node > 0; node--) {
      if (counts[node] !== 0) open[node] = 0;
      else if (node < size) open[node] = open[2 * node]! | open[2 * node + 1]!;
    }
  }

  remove(low: number, high: number): void {
    let from = low + 1 + this.size;
    let to = high + 1 + this.size;
    for (; from < to; from >>>= 1, to >>>= 1) {
      if (from & 1) this.release(from++);
      if (to & 1) this.release(--to);
    }
  }

  private release(node: number): void {
    const { size, counts, open } = this;
    const left = counts[node]! - 1;
    counts[node] = left;
    // A leaf that was covered was not told.
    if (left > 0 || (node < size && !(open[2 * node]! | open[2 * node + 1]!))) return;
    for (let at = node; at > 0 && open[at] === 0 && counts[at] === 0; at >>>= 1) open[at] = 1;
  }

  /** A number that is uncovered and was not told yet; 0 when there is none. */
  next(): number {
    const { size, open } = this;
    if (open[1] === 0) return 0;
    let node = 1;
    while (node < size) node = 2 * node + (open[2 * node] === 1 ? 0 : 1);
    open[node] = 0;
    for (let at = node >>> 1; at > 0 && !(open[2 * at]! | open[2 * at + 1]!); at >>>= 1) open[at] = 0;
    return node - size;
  }
}
