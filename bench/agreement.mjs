/**
 * Do the checkers of linearizability agree with the definition? Random small histories of every model, half of them with
 * crashed operations, are judged by trying every order (`agreement/oracle.mjs`) and by
 *
 * - the search, with its default patience (`search`), and with one so small that it soon tries windows (`windows`);
 * - the monitor of the model, where it has one (`monitor`);
 * - the streaming checker (`stream`).
 *
 * Every order that one of them gives is replayed. Of a monitor that says "invalid", the culprits alone must be impossible.
 *
 *     npm run build
 *     node bench/agreement.mjs [count=1000000] [models...] [--seed 1] [--from 0] [--only search,windows,monitor,stream]
 *         [--dist DIR] [--processes 2]
 *
 * A disagreement is made smaller by dropping operations, and printed as the lines of a history, with what repeats it; then
 * the exit is 1. Each model is judged by a process of its own; the times are those of the processor.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { algorithms } from './agreement/judges.mjs';
import { headline, lineOf } from './agreement/table.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string', default: '1' },
    from: { type: 'string', default: '0' },
    only: { type: 'string', default: algorithms.join(',') },
    dist: { type: 'string', default: process.env.ORDEAL_DIST ?? fileURLToPath(new URL('../dist', import.meta.url)) },
    processes: { type: 'string', default: String(Math.min(2, availableParallelism())) },
  },
});
const isCount = /^\d/.test(positionals[0] ?? '');
const count = isCount ? Number(positionals[0]) : 1_000_000;
const wanted = positionals.slice(isCount ? 1 : 0);
const from = Number(options.from);
const dist = pathToFileURL(`${resolve(options.dist)}/`).href;
const only = options.only.split(',');
const { models } = await import(`${dist}model/catalogue.js`);
const names = models.map(({ name }) => name).filter(name => wanted.length === 0 || wanted.includes(name));
const unknown = [
  ...wanted.filter(name => !names.includes(name)),
  ...only.filter(name => !algorithms.includes(name)),
  ...[count, from].filter(number => !Number.isSafeInteger(number)),
];
if (unknown.length > 0) throw new Error(`what is ${unknown.join(', ')}?`);

const reached = new Map();
console.log(headline);
await Promise.all(
  Array.from({ length: Number(options.processes) }, async () => {
    for (let name = names.shift(); name !== undefined; name = names.shift()) await judge(name);
  }),
);

async function judge(name) {
  const report = await reportOf(name);
  reached.delete(name);
  showProgress();
  console.log(lineOf(report));
  if (report.disagreement === null) return;
  const { number, algorithm, fault, history } = report.disagreement;
  process.exitCode = 1;
  console.log(`DISAGREEMENT, ${name}: ${algorithm} ${fault}`);
  console.log(
    `to repeat: node bench/agreement.mjs 1 ${name} --seed ${options.seed} --from ${number} --only ${options.only}`,
  );
  console.log(history);
}

function reportOf(name) {
  const worker = fork(new URL('agreement/worker.mjs', import.meta.url));
  worker.send({ dist, name, seed: options.seed, from, count, only });
  return new Promise((resolveReport, reject) => {
    worker.on('message', ({ report, histories }) => {
      if (report !== undefined) return resolveReport(report);
      reached.set(name, histories);
      showProgress();
    });
    worker.once('exit', code => reject(new Error(`the process for ${name} ended with ${code}`)));
  });
}

function showProgress() {
  if (!process.stderr.isTTY) return;
  const texts = [...reached].map(([name, histories]) => `${name} ${Math.round((100 * histories) / count)} %`);
  process.stderr.write(`\r\x1b[K${texts.join(', ')}`);
}
