/**
 * Operations that are open, the one that returns first in front: a binary heap of positions. `info` operations, which never
 * return, come last.
 */
export class EarliestReturn {
  private readonly returns: Int32Array;
  private readonly heap: Int32Array;
  private size = 0;

  /** `returns`: by position. `most`: how many operations are ever added. */
  constructor(returns: Int32Array, most: number) {
    this.returns = returns;
    this.heap = new Int32Array(most);
  }

  add(position: number): void {
    const { heap, returns } = this;
    const end = returns[position]!;
    let place = this.size++;
    while (place > 0) {
      const parent = (place - 1) >> 1;
      if (returns[heap[parent]!]! <= end) break;
      heap[place] = heap[parent]!;
      place = parent;
    }
    heap[place] = position;
  }

  /** Removes the one that returns first; -1 when there is none. */
  take(): number {
    if (this.size === 0) return -1;
    const { heap, returns } = this;
    const first = heap[0]!;
    const size = --this.size;
    const last = heap[size]!;
    const end = returns[last]!;
    let place = 0;
    for (;;) {
      let child = 2 * place + 1;
      if (child >= size) break;
      if (child + 1 < size && returns[heap[child + 1]!]! < returns[heap[child]!]!) child++;
      if (returns[heap[child]!]! >= end) break;
      heap[place] = heap[child]!;
      place = child;
    }
    heap[place] = last;
    return first;
  }
}
