/**
 * Lists of integers that share what they have in common: a list is the number of its first link. 0 is the empty list.
 */
export class Chain {
  private values = new Int32Array(64);
  private nexts = new Int32Array(64);
  private length = 1;

  /** Forgets all lists. */
  clear(): void {
    this.length = 1;
  }

  push(value: number, list: number): number {
    if (this.length === this.values.length) {
      this.values = doubled(this.values);
      this.nexts = doubled(this.nexts);
    }
    this.values[this.length] = value;
    this.nexts[this.length] = list;
    return this.length++;
  }

  value(list: number): number {
    return this.values[list]!;
  }

  next(list: number): number {
    return this.nexts[list]!;
  }

  /** Of a descending list: without the lowest value that is not below the bound; -1 when there is none. */
  withoutLowest(list: number, bound: number): number {
    let found = 0;
    for (let link = list; link !== 0 && this.values[link]! >= bound; link = this.nexts[link]!) found = link;
    if (found === 0) return -1;
    let [first, last] = [0, 0];
    for (let link = list; link !== found; link = this.nexts[link]!) {
      const copy = this.push(this.values[link]!, 0);
      if (last === 0) first = copy;
      else this.nexts[last] = copy;
      last = copy;
    }
    if (last === 0) return this.nexts[found]!;
    this.nexts[last] = this.nexts[found]!;
    return first;
  }
}

function doubled(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
