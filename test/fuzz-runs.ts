/** How many random runs a property is given. `ORDEAL_FUZZ_RUNS` sets the number for all. */
export function fuzzRuns(usual: number): number {
  return Number(process.env['ORDEAL_FUZZ_RUNS'] ?? usual);
}
