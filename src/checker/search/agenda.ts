/**
 * Which configuration to visit next: the one that has come farthest, where each `info` operation used counts as so many
 * events lost. `info` operations are a currency: a search that spends them freely explains everything at first and is
 * stuck much later.
 *
 * Any order of visits finds the same verdict; this one finds it soon. Among equals the newest comes first.
 */

/** What one `info` operation costs, in events. */
export const infoCost = 64;

export class Agenda {
  private readonly stacks: (number[] | undefined)[] = [];
  private highest = -1;

  /** Priorities are whole and not negative. */
  push(node: number, priority: number): void {
    const stack = this.stacks[priority];
    if (stack) stack.push(node);
    else this.stacks[priority] = [node];
    if (priority > this.highest) this.highest = priority;
  }

  /** The node to visit, or -1. It stays until it is popped. */
  top(): number {
    while (this.highest >= 0) {
      const last = this.stacks[this.highest]?.at(-1);
      if (last !== undefined) return last;
      this.stacks[this.highest] = undefined;
      this.highest--;
    }
    return -1;
  }

  /** Priority of the top. */
  get priority(): number {
    return this.highest;
  }

  pop(): void {
    this.stacks[this.highest]?.pop();
  }
}
