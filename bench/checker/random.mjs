/**
 * A small fast random number generator (sfc32) that gives the same numbers for the same text, everywhere and for ever.
 */

/** `below(limit)`: a whole number in [0, limit). `unit()`: a number in [0, 1). */
export function randomFrom(text) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, 0xb7e15162, 1];
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (const character of text) {
    a = (a ^ character.charCodeAt(0)) | 0;
    for (let round = 0; round < 4; round++) next();
  }
  for (let round = 0; round < 16; round++) next();
  return {
    below: limit => Math.floor((next() / 2 ** 32) * limit),
    unit: () => next() / 2 ** 32,
  };
}
