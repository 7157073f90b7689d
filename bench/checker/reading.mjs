/**
 * From a file on disk to a verdict, as a user sees it: `ordeal check FILE --model register`. Build first: `npm run build`.
 *
 *     node bench/checker/reading.mjs [--large] [--clients 30] [--operations N]
 *
 * The history has 1,000,000 operations on 100 keys (with `--large` also 10,000,000), 1 % of them crashed, and is valid. Beside
 * it: reading alone, in a process of its own. Memory is the peak of the whole process.
 */
import { spawn } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { residentMb } from './child.mjs';
import { writeHistory } from './histories.mjs';
import { temporaryDirectory } from './temporary.mjs';

const { values: options } = parseArgs({
  options: {
    large: { type: 'boolean', default: false },
    clients: { type: 'string', default: '30' },
    operations: { type: 'string', default: '1000000' },
  },
});
const directory = temporaryDirectory();
const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const reader = fileURLToPath(new URL('ours.mjs', import.meta.url));

for (const operations of [Number(options.operations), ...(options.large ? [10_000_000] : [])]) {
  const path = join(directory, 'history.jsonl');
  const clients = Number(options.clients);
  writeHistory({ kind: 'kv', operations, clients, info: 0.01, validity: 'valid', values: 5, seed: 1 }, path);
  const size = (statSync(path).size / 2 ** 20).toFixed(0);
  console.log(`${operations.toLocaleString('en')} operations of ${clients} clients on 100 keys, ${size} MiB`);
  await measure('check', [main, 'check', path, '--model', 'register']);
  await measure('reading alone', ['--expose-gc', reader, '--model', 'register', '--read-only', path]);
  rmSync(path);
}

async function measure(name, args) {
  const begin = performance.now();
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let peakMb = 0;
  child.stdout.on('data', bytes => (output += bytes));
  child.stderr.on('data', bytes => (output += bytes));
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(child.pid));
  }, 10);
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(signal ?? code));
  });
  clearInterval(watch);
  process.off('exit', end);
  const seconds = ((performance.now() - begin) / 1000).toFixed(2);
  console.log(`  ${name.padEnd(16)}${seconds.padStart(8)} s${peakMb.toFixed(0).padStart(8)} MiB   exit ${status}`);
  const said = output.trim().split('\n').filter(Boolean);
  for (const line of said.slice(0, 4)) console.log(`      ${line.slice(0, 140)}`);
}
