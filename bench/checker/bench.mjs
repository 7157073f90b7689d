/**
 * Our linearizability checker beside Porcupine, on the same histories, one after the other in the same run.
 *
 *     npm run build
 *     node bench/checker/bench.mjs [--quick | --full] [--only PATTERN] [--list] [--alone] [--timeout SECONDS] [--memory 12g] [--corpus DIR] [--json FILE]
 *
 * Needs Linux and Go (1.21 or newer). `--quick`, the default, takes some minutes and gives each check 10 s; `--full` takes
 * hours and gives each 60 s. `--only` is a regular expression for the names of cases. `--alone` measures our side only. `--corpus` adds recorded histories
 * (see `cases.mjs`). `--json` writes all that was measured, also processor times, a line for each case.
 *
 * Each case: the history is written to a file; our program reads it, then Porcupine's, each in a fresh process; each checks it
 * once (`first`, cold) and then again and again (`warm`, the median). Times are of the check alone, memory is the peak of
 * the first check. A check that needs too much time or memory is killed, and the table says of what it died; the ratio is
 * then a lower bound. Exits with 1 when the two disagree, or one is wrong.
 */
import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { corpusCases, fullCases, quickCases } from './cases.mjs';
import { runLimited } from './child.mjs';
import { writeHistory } from './histories.mjs';
import { buildPorcupine } from './rival.mjs';
import { heading, rowOf, summary } from './table.mjs';
import { temporaryDirectory } from './temporary.mjs';

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    list: { type: 'boolean', default: false },
    alone: { type: 'boolean', default: false },
    timeout: { type: 'string' },
    memory: { type: 'string', default: '12g' },
    corpus: { type: 'string' },
    json: { type: 'string' },
  },
});
/** In place of Porcupine's figures. */
const notRun = { loaded: null, first: null, warm: null, died: 'not run', peakMb: 0, wallMs: 0 };
const timeoutMs = Number(options.timeout ?? (options.full ? 60 : 10)) * 1000;
const memoryMb = megabytes(options.memory);
const all = [...(options.full ? fullCases : quickCases), ...(options.corpus ? corpusCases(options.corpus) : [])];
const cases = all.filter(({ name }) => new RegExp(options.only, 'i').test(name));

if (options.list) for (const { name } of cases) console.log(name);
else process.exitCode = await measureAll();

async function measureAll() {
  const directory = temporaryDirectory();
  const porcupine = options.alone ? null : buildPorcupine(directory);
  console.log(`${cases.length} of ${all.length} cases; ${timeoutMs / 1000} s and ${memoryMb} MiB for each check`);
  console.log(
    `${cpus().length} processors (${cpus()[0]?.model}), Node ${process.version}, load ${loadavg()[0].toFixed(1)}`,
  );
  const available = Number(readFileSync('/proc/meminfo', 'utf8').match(/^MemAvailable:\s+(\d+)/m)[1]) / 1024;
  if (available < memoryMb)
    console.log(`ONLY ${available.toFixed(0)} MiB ARE AVAILABLE: the machine may kill it first`);
  console.log(heading);
  const results = [];
  for (const one of cases) {
    const result = await measure(one, { directory, porcupine });
    results.push(result);
    if (options.json) appendFileSync(options.json, `${JSON.stringify(result)}\n`);
    console.log(rowOf(result));
  }
  const { text, isRight } = summary(results);
  console.log(text);
  return isRight ? 0 : 1;
}

async function measure({ name, spec, path: given, model, expected }, { directory, porcupine }) {
  const path = given ?? join(directory, 'history.jsonl');
  if (spec !== undefined) writeHistory(spec, path);
  const seconds = timeoutMs / 1000;
  const program = fileURLToPath(new URL('ours.mjs', import.meta.url));
  const limits = { timeoutMs, memoryMb };
  const ours = await runLimited(
    process.execPath,
    ['--expose-gc', program, '--model', model, '--timeout', String(seconds), path],
    limits,
  );
  const theirs = options.alone
    ? notRun
    : await runLimited(porcupine, ['-model', model, '-timeout', `${seconds}s`, path], limits);
  if (spec !== undefined) rmSync(path);
  return { name, expected, ours, theirs };
}

/** `12g`, `800m`. */
function megabytes(text) {
  const [, number, unit] = /^(\d+)([gm])$/i.exec(text) ?? [];
  if (number === undefined) throw new Error(`"${text}" is no amount of memory, like 12g`);
  return Number(number) * (unit.toLowerCase() === 'g' ? 1024 : 1);
}
