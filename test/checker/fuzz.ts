/** How many runs a property is given: `ORDEAL_FUZZ_RUNS` multiplies it. */
export function runs(count: number): number {
  return Math.ceil(count * Number(process.env['ORDEAL_FUZZ_RUNS'] ?? 1));
}
