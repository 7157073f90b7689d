/** How many random runs a test makes. `ORDEAL_FUZZ_RUNS` sets the number for all. */
export function fuzzRuns(runs: number): number {
  return Number(process.env['ORDEAL_FUZZ_RUNS'] ?? runs);
}
