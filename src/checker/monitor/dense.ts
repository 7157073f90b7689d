/**
 * Numbers integers without gaps: equal ones get one number (0, 1, ... as they first occur), different ones different
 * numbers. With them arrays can be indexed whose length is that of what is judged, and not that of the whole history.
 */

/** In a column of numbers: there is none. */
export const none = -1;

export interface Dense {
  /** By index in the list; `none` where the integer is below zero. */
  readonly of: Int32Array;
  /** How many different integers there are. */
  readonly count: number;
}

export function dense(integers: Int32Array): Dense {
  let highest = -1;
  for (let index = 0; index < integers.length; index++) highest = Math.max(highest, integers[index]!);
  return highest < integers.length * 4 + 1024 ? byTable(integers, highest + 1) : byHash(integers);
}

function byTable(integers: Int32Array, size: number): Dense {
  const numbers = new Int32Array(size).fill(none);
  const of = new Int32Array(integers.length).fill(none);
  let count = 0;
  for (let index = 0; index < integers.length; index++) {
    const integer = integers[index]!;
    if (integer < 0) continue;
    if (numbers[integer] === none) numbers[integer] = count++;
    of[index] = numbers[integer]!;
  }
  return { of, count };
}

/** Open addressing, at most half full. */
function byHash(integers: Int32Array): Dense {
  const bits = Math.max(33 - Math.clz32(integers.length), 4);
  const numbers = new Int32Array(2 ** bits).fill(none);
  const owners = new Int32Array(2 ** bits);
  const of = new Int32Array(integers.length).fill(none);
  let count = 0;
  for (let index = 0; index < integers.length; index++) {
    const integer = integers[index]!;
    if (integer < 0) continue;
    let slot = Math.imul(integer, 0x9e37_79b1) >>> (32 - bits);
    while (numbers[slot] !== none && owners[slot] !== integer) slot = (slot + 1) & (numbers.length - 1);
    if (numbers[slot] === none) {
      numbers[slot] = count++;
      owners[slot] = integer;
    }
    of[index] = numbers[slot]!;
  }
  return { of, count };
}
