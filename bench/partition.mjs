/**
 * How long a partition of five nodes in Docker (etcd) takes until it is in force, and until it is healed, as probes see it: from
 * the call until a packet on every link that is cut was seen not to arrive (or to arrive again), probing included.
 *
 *     npm run build && node bench/partition.mjs [times=20] [direct|overlay]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '../dist/base/random.js';
import { systemClock } from '../dist/base/time.js';
import { systemFor } from '../dist/system/catalogue.js';

const times = Number(process.argv[2] ?? 20);
const network = process.argv[3] ?? 'direct';
const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'];
const [left, right] = [nodes.slice(0, 2), nodes.slice(2)];
const links = left.flatMap(from =>
  right.flatMap(to => [
    { from, to },
    { from: to, to: from },
  ]),
);
const directory = mkdtempSync(join(tmpdir(), 'ordeal-bench-'));
const open = await systemFor({ name: 'etcd', bugs: [] }).open({
  nodes,
  workload: 'lin-kv',
  random: Random.fromSeed('partition'),
  clock: systemClock(),
  directory,
  latency: { distribution: 'constant', meanMs: 0 },
  network,
  signal: new AbortController().signal,
  onProgress: console.error,
});
const figures = { applied: [], inForce: [], lifted: [], healed: [] };
try {
  for (let count = 0; count < times; count++) {
    const [applied, inForce] = await until(
      links.map(link => ({ ...link, cut: true })),
      false,
    );
    const [lifted, healed] = await until([], true);
    figures.applied.push(applied);
    figures.inForce.push(inForce);
    figures.lifted.push(lifted);
    figures.healed.push(healed);
  }
} finally {
  await open[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true, force: true });
}
for (const [name, all] of Object.entries(figures)) {
  const sorted = all.toSorted((one, other) => one - other);
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(0);
  console.log(`${name}: median ${at(0.5)} ms, 90 % within ${at(0.9)} ms, all within ${at(1)} ms`);
}

/** Milliseconds until the rules were said to be in force, and until a probe has seen it on every link. */
async function until(rules, open_) {
  const begin = performance.now();
  await open.cluster.network.apply(rules);
  const applied = performance.now() - begin;
  for (;;) {
    const seen = await open.cluster.network.probe(links);
    if (seen.every(one => one === open_)) return [applied, performance.now() - begin];
  }
}
