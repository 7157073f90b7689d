/**
 * A hybrid logical clock: stamps that look like wall-clock time and never go back behind anything seen.
 *
 * A stamp is the largest wall-clock time seen so far, with a count for stamps of the same time and the node's name to
 * tell apart what two nodes stamped alike. A write is thus newer than everything that its node knew, however slow the
 * node's clock is.
 *
 * How it can mislead: between two nodes that have not heard of each other the faster wall clock still wins.
 *
 * Source: Kulkarni, Demirbas, Madappa, Avva, Leone, "Logical Physical Clocks" (2014).
 */
import type { BugName } from '../bugs.ts';

/** Compared from left to right. */
export type Stamp = readonly [wallMs: number, count: number, node: string];

export class HybridClock {
  private readonly node: string;
  private readonly wallMs: () => number;
  private readonly bugs: ReadonlySet<BugName>;
  private lastMs = 0;
  private lastCount = 0;

  constructor(options: {
    readonly node: string;
    readonly wallMs: () => number;
    readonly bugs: ReadonlySet<BugName>;
  }) {
    this.node = options.node;
    this.wallMs = options.wallMs;
    this.bugs = options.bugs;
  }

  /** Newer than every stamp given or witnessed before. */
  next(): Stamp {
    const wallMs = Math.floor(this.wallMs());
    // BUG clock-wins: a clock that is behind stamps new writes older than what they overwrite.
    if (this.bugs.has('clock-wins')) return [wallMs, 0, this.node];
    if (wallMs > this.lastMs) {
      this.lastMs = wallMs;
      this.lastCount = 0;
    } else this.lastCount++;
    return [this.lastMs, this.lastCount, this.node];
  }

  /** Takes notice of a stamp from elsewhere, or from an earlier life. */
  witness([wallMs, count]: Stamp): void {
    if (wallMs < this.lastMs) return;
    this.lastCount = wallMs > this.lastMs ? count : Math.max(this.lastCount, count);
    this.lastMs = wallMs;
  }
}

export function isNewer(a: Stamp, b: Stamp): boolean {
  if (a[0] !== b[0]) return a[0] > b[0];
  if (a[1] !== b[1]) return a[1] > b[1];
  return a[2] > b[2];
}
