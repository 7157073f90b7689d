/**
 * Records and reads a history of 1,000,000 events: rates and memory. Build first: `npm run build`.
 *
 *   node bench/history.mjs [EVENTS]
 *
 * Beside each figure is what bounds it: the same bytes written line by line without a recorder, and the same lines parsed
 * without a reader. Memory is what the process holds beyond what it held before.
 */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { systemClock } from '../dist/base/time.js';
import { encodeEvent } from '../dist/history/codec.js';
import { readHistory } from '../dist/history/reader.js';
import { Recorder } from '../dist/history/recorder.js';

const total = Number(process.argv[2] ?? 1_000_000);
const processes = 10;
const directory = mkdtempSync(join(tmpdir(), 'ordeal-bench-'));

try {
  const path = join(directory, 'history.jsonl');
  measure('record', () => record(path));
  console.log(`${''.padEnd(24)}${(statSync(path).size / 2 ** 20).toFixed(0)} MiB`);
  const history = measure('read', () => readHistory(path));
  measure('read again', () => readHistory(path));
  measure('every operation', () => {
    let retained = 0;
    for (const operation of history.operations) retained += operation.call;
    return retained;
  });
  measure('by key', () => history.operations.byKey());
  console.log(`${''.padEnd(24)}peak rss so far ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
  measure('write alone', () => write(join(directory, 'alone.jsonl')));
  measure('parse alone', () => parse(path));
} finally {
  rmSync(directory, { recursive: true });
}

function record(path) {
  const header = {
    ordeal: 1,
    system: 'bench',
    workload: 'lin-kv',
    model: 'cas-register',
    seed: '1',
    nodes: ['n1', 'n2', 'n3'],
    startedAt: '2026-01-01T00:00:00.000Z',
  };
  const recorder = Recorder.create({ path, header, clock: systemClock() });
  for (let operation = 0; operation * 2 < total; operation++) {
    recorder.invoke(invocation(operation));
    recorder.complete(operation % processes, completion(operation));
  }
  recorder.close();
}

function write(path) {
  const file = openSync(path, 'w');
  for (let operation = 0; operation * 2 < total; operation++) {
    const { process, node, f, key, value } = invocation(operation);
    const invoked = { index: operation * 2, time: operation * 2000, process, type: 'invoke', f, key, value, node };
    writeSync(file, encodeEvent(invoked));
    const { type, value: result, error } = completion(operation);
    writeSync(
      file,
      encodeEvent({ index: operation * 2 + 1, time: operation * 2000, process, type, value: result, error }),
    );
  }
  closeSync(file);
}

function parse(path) {
  const values = [];
  for (const line of readFileSync(path, 'utf8').split('\n')) if (line !== '') values.push(JSON.parse(line).value);
  return values;
}

function invocation(operation) {
  const key = `k${operation % 100}`;
  const node = `n${1 + (operation % 3)}`;
  const process = operation % processes;
  if (operation % 3 === 0) return { process, node, f: 'write', key, value: operation };
  if (operation % 3 === 1) return { process, node, f: 'read', key, value: null };
  return { process, node, f: 'cas', key, value: [operation % 50, operation % 70] };
}

function completion(operation) {
  if (operation % 3 === 1) return { type: 'ok', value: operation % 50 };
  if (operation % 3 === 2 && operation % 2 === 0) return { type: 'fail', value: 'refused', error: 'code 22' };
  return { type: 'ok' };
}

function measure(name, run) {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const result = run();
  const seconds = (performance.now() - begin) / 1000;
  const used = process.cpuUsage(cpu);
  const rate = `${Math.round(total / seconds).toLocaleString('en')} events/s`.padStart(22);
  const cpuSeconds = ((used.user + used.system) / 1e6).toFixed(2);
  const grown = ((process.memoryUsage.rss() - before) / 2 ** 20).toFixed(0);
  console.log(`${name.padEnd(24)}${seconds.toFixed(2)} s${rate}   cpu ${cpuSeconds} s   rss +${grown} MiB`);
  return result;
}
