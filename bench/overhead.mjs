/**
 * What the harness costs: operations per second that it records against a real store, as a share of what the same client
 * does in a bare loop with the same concurrency. Needs Docker. Build before.
 *
 *   node bench/overhead.mjs [seconds] [rounds]
 *
 * Bare and recorded take turns against the same node, so that both see the same machine. The ratio is what counts.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../dist/base/random.js';
import { nanosPerSecond, systemClock } from '../dist/base/time.js';
import { timeLimit } from '../dist/generator/timing.js';
import { workloadByName } from '../dist/generator/workloads/catalogue.js';
import { Recorder } from '../dist/history/recorder.js';
import { interpret } from '../dist/run/interpreter.js';
import { systemFor } from '../dist/system/catalogue.js';

const [seconds = 2, rounds = 8] = process.argv.slice(2).map(Number);
const threads = 10;
const clock = systemClock();
const signal = new AbortController().signal;
const nodes = ['n1'];
const mix = ['write', 'read', 'read', 'cas', 'read', 'write', 'read', 'cas', 'read', 'write'];

/** As many reads, writes and compare-and-sets as the workload asks for, on one key a thread: no generator, no recorder, no deadline. */
async function bare(open, round) {
  const until = performance.now() + seconds * 1000;
  let operations = 0;
  await Promise.all(
    Array.from({ length: threads }, async (_, thread) => {
      const client = await open.connect('n1', round * 1000 + thread);
      const context = { signal };
      const key = 1_000_000 + thread;
      for (let value = 1; performance.now() < until; value++) {
        for (const f of mix) {
          const argument = f === 'read' ? null : f === 'write' ? value : [value, value];
          await client.invoke({ f, key, value: argument }, context);
        }
        operations += mix.length;
      }
      await client[Symbol.asyncDispose]();
    }),
  );
  return operations / seconds;
}

async function recorded(open, directory, round) {
  const random = Random.fromSeed(`overhead ${round}`);
  const recorder = Recorder.create({
    path: join(directory, `history-${round}.jsonl`),
    clock,
    header: { ordeal: 1, system: 'bench', workload: 'lin-kv', model: 'cas-register', seed: '1', nodes, startedAt: '' },
  });
  const main = workloadByName('lin-kv').main({ random, nodes, concurrency: threads });
  const { operations } = await interpret({
    generator: timeLimit(seconds * nanosPerSecond, main),
    threads,
    nodes,
    connect: (node, process) => open.connect(node, round * 1000 + 500 + process),
    recorder,
    clock,
    operationTimeoutMs: 2000,
  });
  await recorder[Symbol.asyncDispose]();
  return operations / seconds;
}

for (const name of ['etcd', 'redis']) {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-bench-'));
  const open = await systemFor({ name, bugs: [] }).open({
    nodes,
    workload: 'lin-kv',
    random: Random.fromSeed(name),
    clock,
    directory,
    latency: { distribution: 'constant', meanMs: 0 },
    signal,
    onProgress: console.error,
  });
  const ratios = [];
  try {
    for (let round = 0; round < rounds; round++) {
      const alone = await bare(open, round);
      const whole = await recorded(open, directory, round);
      ratios.push(whole / alone);
      console.log(
        `${name}: bare ${alone.toFixed(0)}/s, recorded ${whole.toFixed(0)}/s, ${((whole / alone) * 100).toFixed(0)} %`,
      );
    }
  } finally {
    await open[Symbol.asyncDispose]();
    rmSync(directory, { recursive: true, force: true });
  }
  const middle = ratios.toSorted((left, right) => left - right)[Math.floor(ratios.length / 2)];
  console.log(`${name}: median ${(middle * 100).toFixed(0)} % of the bare loop, ${threads} clients`);
}
