/**
 * Which configuration to visit next: the one that has come farthest, where each `info` operation used counts as so many
 * events lost. `info` operations are a currency: a search that spends them freely explains everything at first and is
 * stuck much later.
 *
 * Any order of visits finds the same verdict; this one finds it soon. Among equals the newest comes first: there is a stack
 * for each priority, linked through the records of the nodes.
 */
import type { Nodes } from './nodes.ts';

/** What one `info` operation costs, in events. */
export const infoCost = 64;

export class Agenda {
  private readonly nodes: Nodes;
  /** By priority: the newest node, or -1. */
  private readonly tops: Int32Array;
  private highest = -1;

  /** Priorities are whole, from 0 to `most`. */
  constructor(nodes: Nodes, most: number) {
    this.nodes = nodes;
    this.tops = new Int32Array(most + 1).fill(-1);
  }

  push(node: number, priority: number): void {
    this.nodes.setBelow(node, this.tops[priority]!);
    this.tops[priority] = node;
    if (priority > this.highest) this.highest = priority;
  }

  /** The node to visit, or -1. It stays until it is popped. */
  top(): number {
    while (this.highest >= 0) {
      const node = this.tops[this.highest]!;
      if (node !== -1) return node;
      this.highest--;
    }
    return -1;
  }

  /** Priority of the top. */
  get priority(): number {
    return this.highest;
  }

  pop(): void {
    this.tops[this.highest] = this.nodes.below(this.tops[this.highest]!);
  }
}
