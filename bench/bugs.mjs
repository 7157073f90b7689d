/**
 * How surely the harness catches what it should, and leaves alone what is right: every planted bug over some seeds, and
 * the correct stores over as many. Prints a table; changes nothing else.
 *
 *     npm run build && node bench/bugs.mjs [seeds=10] [time limit=15s] [parallel=1] [names...]
 *
 * A name is that of a bug, or a workload of the correct toy store.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toyBugs } from '../dist/system/toy/bugs.js';

const [seeds = '10', timeLimit = '15s', parallel = '1', ...names] = process.argv.slice(2);
const ordeal = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const correct = ['lin-kv', 'g-set', 'broadcast', 'pn-counter', 'g-counter', 'lww-map'];
const subjects = [
  ...correct.map(workload => ({
    name: workload,
    wanted: 0,
    flags: ['toy', '--workload', workload, '--nemesis', 'swarm'],
  })),
  ...toyBugs.map(bug => ({ name: bug.name, wanted: 1, flags: ['toy', '--bug', bug.name] })),
].filter(subject => names.length === 0 || names.includes(subject.name));

console.log('| subject | wanted exit | as wanted | other exits | operations in the first anomaly | kinds |');
console.log('| --- | --- | --- | --- | --- | --- |');
for (const subject of subjects) {
  const results = [];
  const queue = Array.from({ length: Number(seeds) }, (_, index) => index + 1);
  await Promise.all(
    Array.from({ length: Number(parallel) }, async () => {
      for (let seed = queue.shift(); seed !== undefined; seed = queue.shift())
        results.push(await trial(subject.flags, seed));
    }),
  );
  const good = results.filter(result => result.exit === subject.wanted);
  const others = results
    .filter(result => result.exit !== subject.wanted)
    .map(result => `seed ${result.seed}: ${result.exit}`);
  const sizes = good.flatMap(result => result.sizes).toSorted((left, right) => left - right);
  const kinds = [...new Set(results.flatMap(result => result.kinds))].join(', ');
  console.log(
    `| ${subject.name} | ${subject.wanted} | ${good.length} of ${results.length} | ${others.join('; ')} | ${sizes.length ? `${sizes[0]} to ${sizes.at(-1)}` : ''} | ${kinds} |`,
  );
}

function trial(flags, seed) {
  const out = mkdtempSync(join(tmpdir(), 'ordeal-bench-'));
  return new Promise(resolve => {
    const command = [ordeal, 'run', ...flags, '--seed', String(seed), '--time-limit', timeLimit, '--out', out];
    execFile(process.execPath, command, { maxBuffer: 1 << 28 }, error => {
      const anomalies = anomaliesOf(out);
      rmSync(out, { recursive: true, force: true });
      resolve({
        seed,
        exit: error?.code ?? 0,
        sizes: anomalies.slice(0, 1).map(anomaly => anomaly.operations.length),
        kinds: anomalies.map(anomaly => anomaly.kind),
      });
    });
  });
}

function anomaliesOf(out) {
  try {
    const verdict = JSON.parse(readFileSync(join(out, 'latest', 'verdict.json'), 'utf8'));
    return verdict.results.flatMap(result => result.anomalies ?? []);
  } catch {
    return [];
  }
}
