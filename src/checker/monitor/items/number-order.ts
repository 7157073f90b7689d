/**
 * Sorts numbers without comparing them: by the digits of their bits, the last digit first. Linear, and much faster for
 * millions than a comparison that is called.
 *
 * The bits of a double are in the order of the numbers when the sign is turned, and all bits of a negative one.
 */

/** Below it takes longer to count the digits than to compare. */
const few = 4_096;
const digitBits = 16;
const digits = 2 ** digitBits;

/** The indexes of finite numbers, the lowest number first, equal ones in order. */
export function numberOrder(numbers: Float64Array): Int32Array {
  const { length } = numbers;
  let order = new Int32Array(length).map((_, index) => index);
  if (length < few) return order.toSorted((one, other) => numbers[one]! - numbers[other]! || one - other);
  // There is no -0 after this.
  const words = new Uint32Array(numbers.map(number => number + 0).buffer);
  for (let at = 0; at < words.length; at += 2) {
    const isNegative = words[at + 1]! >>> 31 === 1;
    if (isNegative) words[at] = ~words[at]!;
    words[at + 1] = isNegative ? ~words[at + 1]! : words[at + 1]! ^ 0x8000_0000;
  }
  let sorted = new Int32Array(length);
  const begin = new Int32Array(digits + 1);
  for (let digit = 0; digit < 4; digit++) {
    const word = digit >> 1;
    const shift = (digit & 1) * digitBits;
    begin.fill(0);
    for (let index = 0; index < length; index++) {
      const at = ((words[2 * index + word]! >>> shift) & (digits - 1)) + 1;
      begin[at] = begin[at]! + 1;
    }
    if (begin.includes(length)) continue;
    for (let at = 1; at < digits; at++) begin[at] = begin[at]! + begin[at - 1]!;
    for (let index = 0; index < length; index++) {
      const number = order[index]!;
      const at = (words[2 * number + word]! >>> shift) & (digits - 1);
      const place = begin[at]!;
      begin[at] = place + 1;
      sorted[place] = number;
    }
    [order, sorted] = [sorted, order];
  }
  return order;
}
