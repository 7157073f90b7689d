/**
 * Which totals some of these numbers can come to, each taken once or left out.
 *
 * A counter with additions of unknown outcome may hold any of them. The exact set is one bit a total, built by shifting;
 * when that would cost too much, or the numbers are not whole, it is every multiple of the common divisor between the
 * smallest and the largest total. That is more than can be reached, never less: a total that is refused is impossible.
 */

export interface SubsetSums {
  readonly least: number;
  readonly greatest: number;
  /** Whether `has` is exact, and not only never wrong in saying no. */
  readonly exact: boolean;
  has(total: number): boolean;
}

/** `steps`: how many machine words may be touched. */
export function subsetSums(numbers: readonly number[], steps: number): SubsetSums {
  const least = sum(numbers.filter(number => number < 0));
  const greatest = sum(numbers.filter(number => number > 0));
  if (!numbers.every(Number.isSafeInteger) || !Number.isSafeInteger(greatest - least)) {
    // Sums of fractions depend on the order of adding, by less than this.
    const slack = 1e-9 * (Math.abs(least) + Math.abs(greatest));
    return { least, greatest, exact: false, has: total => total >= least - slack && total <= greatest + slack };
  }
  const divisor = numbers.reduce(greatestCommonDivisor, 0);
  const isMultiple = (total: number): boolean =>
    total >= least && total <= greatest && Number.isInteger(total) && (divisor === 0 || total % divisor === 0);
  const bits = divisor === 0 ? 1n : reachable(numbers, { divisor, steps });
  if (bits === null) return { least, greatest, exact: false, has: isMultiple };
  const position = (total: number): bigint => BigInt(divisor === 0 ? 0 : (total - least) / divisor);
  return {
    least,
    greatest,
    exact: true,
    has: total => isMultiple(total) && ((bits >> position(total)) & 1n) === 1n,
  };
}

/**
 * Bit `i` is set when `least + i * divisor` can be reached. Leaving out a negative number raises the total from the
 * least one as taking a positive one does, so only sizes matter. Null when it would cost more than `steps`.
 */
function reachable(numbers: readonly number[], limits: { divisor: number; steps: number }): bigint | null {
  const counts = new Map<number, number>();
  for (const number of numbers) {
    const size = Math.abs(number) / limits.divisor;
    if (size > 0) counts.set(size, (counts.get(size) ?? 0) + 1);
  }
  const parts = [...counts].flatMap(([size, count]) => binaryParts(count).map(part => part * size));
  const width = sum(parts) / 64;
  if (width > 2 ** 20 || width * parts.length > limits.steps) return null;
  return parts.reduce((bits, part) => bits | (bits << BigInt(part)), 1n);
}

/** Numbers whose subsets come to everything from 0 to the count: 1, 2, 4, ... and the rest. */
function binaryParts(count: number): number[] {
  const parts: number[] = [];
  for (let part = 1; count > 0; part *= 2) {
    parts.push(Math.min(part, count));
    count -= part;
  }
  return parts;
}

function greatestCommonDivisor(left: number, right: number): number {
  let [large, small] = [Math.abs(left), Math.abs(right)];
  while (small > 0) [large, small] = [small, large % small];
  return large;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
