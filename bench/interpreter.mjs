/**
 * How many operations the interpreter records, and in how much memory: a real recorder that writes a file, the lin-kv
 * workload as a run uses it, and clients in memory. Build before.
 *
 *   node bench/interpreter.mjs [seconds] [rate] [threads]
 *
 * A rate of 0 is as fast as the answers come. Without arguments: 10 s at full speed, then 60 s at 20,000/s.
 */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { Random } from '../dist/base/random.js';
import { nanosPerMs, nanosPerSecond, systemClock } from '../dist/base/time.js';
import { stagger, timeLimit } from '../dist/generator/timing.js';
import { workloadByName } from '../dist/generator/workloads/catalogue.js';
import { Recorder } from '../dist/history/recorder.js';
import { interpret } from '../dist/run/interpreter.js';

const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];

/** One copy of the data, which answers at once: what is measured is us. */
function memoryClient(store) {
  return {
    async invoke({ f, key, value }) {
      const held = store.get(key) ?? null;
      if (f === 'read') return { type: 'ok', value: held };
      if (f === 'write') store.set(key, value);
      else if (held === value[0]) store.set(key, value[1]);
      else return { type: 'fail', value: 'refused', error: 'precondition-failed' };
      return { type: 'ok' };
    },
    async [Symbol.asyncDispose]() {},
  };
}

async function measure({ seconds, rate, threads }) {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-bench-'));
  const path = join(directory, 'history.jsonl');
  const clock = systemClock();
  const counts = { ok: 0, fail: 0, info: 0, invoke: 0 };
  const casCounts = { ok: 0, fail: 0 };
  const casOpen = new Set();
  const recorder = Recorder.create({
    path,
    clock,
    header: {
      ordeal: 1,
      system: 'memory',
      workload: 'lin-kv',
      model: 'cas-register',
      seed: '1',
      nodes,
      startedAt: new Date().toISOString(),
    },
    onEvent(event) {
      counts[event.type]++;
      if (event.type === 'invoke' && event.f === 'cas') casOpen.add(event.process);
      else if (event.type !== 'invoke' && casOpen.delete(event.process)) casCounts[event.type]++;
    },
  });
  const random = Random.fromSeed(1);
  const main = workloadByName('lin-kv').main({ random: random.fork('workload'), nodes, concurrency: threads });
  const meanIntervalNanos = rate > 0 ? nanosPerSecond / rate : 0;
  const store = new Map();
  let peak = 0;
  const sampler = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 100);
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const { operations } = await interpret({
    generator: timeLimit(
      seconds * nanosPerSecond,
      stagger({ meanIntervalNanos, random: random.fork('stagger') }, main),
    ),
    threads,
    nodes,
    connect: async () => memoryClient(store),
    recorder,
    clock,
    operationTimeoutMs: 1000,
  });
  const elapsed = (performance.now() - begin) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  clearInterval(sampler);
  recorder.close();
  const megabytes = bytes => (bytes / 1e6).toFixed(0);
  console.log(
    [
      `rate ${rate === 0 ? 'unbounded' : rate}, ${threads} threads, ${elapsed.toFixed(1)} s:`,
      `${(operations / elapsed).toFixed(0)} operations/s recorded (${operations} in all, ${counts.ok} ok, ${counts.fail} refused, ${counts.info} info),`,
      `cas that succeeded ${((100 * casCounts.ok) / (casCounts.ok + casCounts.fail)).toFixed(0)} %,`,
      `${((user + system) / operations).toFixed(1)} us of CPU per operation,`,
      `history ${megabytes(statSync(path).size)} MB,`,
      `peak RSS ${megabytes(peak)} MB`,
    ].join(' '),
  );
  rmSync(directory, { recursive: true });
}

/** What the generators alone cost: next, told of the invocation, told of the completion. */
function measureGenerators() {
  const random = Random.fromSeed(1);
  const main = workloadByName('lin-kv').main({ random, nodes, concurrency: 10 });
  let generator = timeLimit(
    3600 * nanosPerSecond,
    stagger({ meanIntervalNanos: 1, random: random.fork('stagger') }, main),
  );
  const count = 300_000;
  const begin = performance.now();
  for (let index = 0; index < count; index++) {
    const thread = index % 10;
    const time = index * nanosPerMs;
    const step = generator.next({ time, thread, process: thread, node: 'n1', busy: 0, threads: 10 });
    if (step.kind !== 'invoke') throw new Error(`the generator says ${step.kind}`);
    const { f, key, value } = step.value;
    generator = step.next.after({ index, time, process: thread, type: 'invoke', f, key, value, node: 'n1' }, thread);
    generator = generator.after({ index, time, process: thread, type: 'ok', value: null }, thread);
  }
  const micros = ((performance.now() - begin) * 1000) / count;
  console.log(`generators alone: ${micros.toFixed(2)} us per operation (timeLimit, stagger, onKeys, limit, lin-kv)`);
}

const [seconds, rate, threads] = process.argv.slice(2).map(Number);
measureGenerators();
if (seconds === undefined) {
  await measure({ seconds: 10, rate: 0, threads: 10 });
  await measure({ seconds: 60, rate: 20_000, threads: 10 });
} else {
  await measure({ seconds, rate: rate ?? 0, threads: threads ?? 10 });
}
