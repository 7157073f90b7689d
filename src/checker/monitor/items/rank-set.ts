/**
 * A growing set of whole numbers below a limit, which knows what is next to what. A tree of words of 32 bits: a bit above
 * says that the word below is not empty.
 */
export class RankSet {
  private readonly levels: readonly Int32Array[];

  constructor(limit: number) {
    const levels: Int32Array[] = [];
    let words = limit;
    do {
      words = (words + 31) >>> 5;
      levels.push(new Int32Array(words));
    } while (words > 1);
    this.levels = levels;
  }

  add(number: number): void {
    let at = number;
    for (const words of this.levels) {
      const before = words[at >>> 5]!;
      words[at >>> 5] = before | (1 << (at & 31));
      if (before !== 0) return;
      at >>>= 5;
    }
  }

  /** The greatest that is not above `number`; -1 when there is none. */
  atOrBelow(number: number): number {
    const { levels } = this;
    let at = number + 1;
    for (let level = 0; level < levels.length; level++) {
      const word = levels[level]![at >>> 5] ?? 0;
      const lower = word & ((1 << (at & 31)) - 1);
      if (lower === 0) {
        at >>>= 5;
        continue;
      }
      let found = ((at >>> 5) << 5) | (31 - Math.clz32(lower));
      while (level-- > 0) found = (found << 5) | (31 - Math.clz32(levels[level]![found]!));
      return found;
    }
    return -1;
  }

  /** The least that is above `number`; -1 when there is none. */
  above(number: number): number {
    const { levels } = this;
    let at = number;
    for (let level = 0; level < levels.length; level++) {
      const word = levels[level]![at >>> 5] ?? 0;
      const higher = word & (-2 << (at & 31));
      if (higher === 0) {
        at >>>= 5;
        continue;
      }
      let found = ((at >>> 5) << 5) | lowestBit(higher);
      while (level-- > 0) found = (found << 5) | lowestBit(levels[level]![found]!);
      return found;
    }
    return -1;
  }
}

function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
