/**
 * A queue by deadline: a binary heap, with the order of arrival as tie break.
 *
 * One queue for the whole network, not one per node: who takes the earliest message of a node and then waits for its
 * deadline makes an earlier one, which comes in meanwhile, wait behind it.
 */
import type { Nanos } from '../../base/names.ts';

export interface Due<T> {
  readonly deadline: Nanos;
  readonly sequence: number;
  readonly item: T;
}

export class DeadlineQueue<T> {
  private heap: Due<T>[] = [];
  private sequence = 0;

  get size(): number {
    return this.heap.length;
  }

  /** The earliest, or undefined. */
  peek(): Due<T> | undefined {
    return this.heap[0];
  }

  push(deadline: Nanos, item: T): void {
    this.heap.push({ deadline, sequence: this.sequence++, item });
    this.rise(this.heap.length - 1);
  }

  /** Takes the earliest out. */
  pop(): Due<T> | undefined {
    const first = this.heap[0];
    const last = this.heap.pop();
    if (last && this.heap.length > 0) {
      this.heap[0] = last;
      this.sink(0);
    }
    return first;
  }

  /** Takes out everything that the test holds for. */
  removeIf(test: (item: T) => boolean): void {
    const kept = this.heap.filter(due => !test(due.item));
    if (kept.length === this.heap.length) return;
    this.heap = kept;
    for (let index = (kept.length >> 1) - 1; index >= 0; index--) this.sink(index);
  }

  private rise(index: number): void {
    for (let child = index; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private sink(index: number): void {
    for (let parent = index; ; ) {
      let first = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.heap.length && this.before(child, first)) first = child;
      }
      if (first === parent) return;
      this.swap(first, parent);
      parent = first;
    }
  }

  private before(left: number, right: number): boolean {
    const a = this.heap[left] as Due<T>;
    const b = this.heap[right] as Due<T>;
    return a.deadline < b.deadline || (a.deadline === b.deadline && a.sequence < b.sequence);
  }

  private swap(left: number, right: number): void {
    const kept = this.heap[left] as Due<T>;
    this.heap[left] = this.heap[right] as Due<T>;
    this.heap[right] = kept;
  }
}
