/**
 * Our checker on a history: what it says, how long it takes, and how much memory it needs. As `porcupine/main.go` does it.
 *
 *     node --expose-gc bench/checker/ours.mjs --model NAME [--timeout 60] [--once] [--read-only] HISTORY...
 *
 * Prints a JSON object a line for each history: `loaded`, `first` with the verdict and figures of the first check (cold, when
 * it is the first history), `warm` with medians of more checks, unless `--once` or the first took more than 5 s. Reading
 * the file is in none of the figures but in those of `loaded`; the operations that were read are in the memory. What is
 * timed is what Porcupine does too, the verdict, which the first invalid key decides; and more, for the order of a valid history is replayed. Minimising and
 * explaining an invalid one is timed apart, as `explained`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { defaultBudget } from '../../dist/checker/checker.js';
import { linearizable } from '../../dist/checker/linearizable.js';
import { crew } from '../../dist/checker/threads/crew.js';
import { readHistory } from '../../dist/history/reader.js';
import { modelByName } from '../../dist/model/catalogue.js';

/** The same as in porcupine/main.go, so that both sides are measured in the same way. */
const warmAtMost = 1000;
const warmAtLeast = 3;
const warmTotalMs = 1000;
const warmTooLongMs = 5000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    timeout: { type: 'string', default: '60' },
    once: { type: 'boolean', default: false },
    'read-only': { type: 'boolean', default: false },
  },
});
const model = modelByName(values.model);
const checker = linearizable(model, { crew, explain: false, bail: true });
const explaining = linearizable(model, { crew });
const budget = { ...defaultBudget, timeMs: Number(values.timeout) * 1000 };

for (const path of positionals) {
  const begin = performance.now();
  const history = readHistory(path, { header: 'optional' });
  const ms = performance.now() - begin;
  globalThis.gc?.();
  const peakMb = memory('VmHWM');
  forgetPeak();
  report({ phase: 'loaded', operations: history.operations.length, ms, memoryMb: memory('VmRSS'), peakMb });
  if (!values['read-only']) run(history);
}

function run(history) {
  const { verdict, algorithm, ms, cpuMs, reason } = check(history);
  report({ phase: 'first', verdict, algorithm, ms, cpuMs, peakMb: memory('VmHWM'), reason });
  if (values.once || verdict === 'unknown' || ms > warmTooLongMs) return;
  const runs = [];
  const begin = performance.now();
  while (runs.length < warmAtMost && (runs.length < warmAtLeast || performance.now() - begin < warmTotalMs)) {
    const again = check(history);
    if (again.verdict !== verdict) throw new Error(`${verdict} at first, then ${again.verdict}`);
    runs.push(again);
  }
  const medianOf = name => runs.map(one => one[name]).toSorted((one, other) => one - other)[runs.length >> 1];
  report({ phase: 'warm', ms: medianOf('ms'), cpuMs: medianOf('cpuMs'), runs: runs.length });
  if (verdict === 'invalid') report({ phase: 'explained', ms: check(history, explaining).ms });
}

function check(history, by = checker) {
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const result = by.check(history, budget);
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return {
    verdict: result.validity,
    algorithm: result.stats.algorithm,
    ms,
    cpuMs: (user + system) / 1000,
    reason: result.reason,
  };
}

/** The kernel counts the peak of memory from here. */
function forgetPeak() {
  writeFileSync('/proc/self/clear_refs', '5');
}

/** A figure of the kernel about this process, in MiB. */
function memory(name) {
  return Number(readFileSync('/proc/self/status', 'utf8').match(new RegExp(`^${name}:\\s+(\\d+)`, 'm'))[1]) / 1024;
}

function report(figures) {
  process.stdout.write(`${JSON.stringify(figures)}\n`);
}
