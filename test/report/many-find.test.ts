/**
 * Which directories are runs, and what is known of those that are broken.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findRuns } from '../../src/report/many/find-runs.ts';
import { readRun } from '../../src/report/many/read-run.ts';

const root = mkdtempSync(join(tmpdir(), 'ordeal-many-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const plan = {
  version: 1,
  seed: 's1',
  system: { name: 'etcd', bugs: [], settings: { reads: 'serializable' } },
  nodes: ['n1', 'n2', 'n3'],
  workload: 'lin-kv',
  nemesis: ['kill-one', 'pause-one'],
  schedule: [],
  latency: { distribution: 'constant', meanMs: 0 },
  consistency: 'sequential',
  concurrency: 6,
  rate: 0,
  timeLimitMs: 90_000,
  operationTimeoutMs: 1000,
  convergenceDeadlineMs: 1000,
};

const verdict = {
  verdict: 'fail',
  exit: 1,
  reasons: ['one', 'two', 'three', 'x'.repeat(1000)],
  facts: { errors: [], crashed: 'n1 died', interrupted: false, skipped: [] },
  results: [
    {
      checker: 'availability',
      validity: 'valid',
      stats: { operations: 499, 'ok/s': 83.7, p99Ms: 351.1, recoveryMs: 303 },
    },
    { checker: 'coverage', validity: 'valid', stats: { faults: 3, 'faults that bit': 2 } },
    {
      checker: 'linearizable',
      validity: 'invalid',
      stats: {},
      anomalies: [
        { kind: 'not-linearizable', key: 7, signature: 'linearizable:cas-register:stale-read', operations: [1, 2] },
        { kind: 'not-linearizable', key: 8, signature: 'linearizable:cas-register:stale-read', operations: [3] },
      ],
    },
    { checker: 'convergence', validity: 'invalid', stats: { convergedMs: 9000 }, anomalies: [] },
  ],
};

function directory(path: string, files: Readonly<Record<string, unknown>>): string {
  const made = join(root, path);
  mkdirSync(made, { recursive: true });
  for (const [name, content] of Object.entries(files))
    writeFileSync(join(made, name), typeof content === 'string' ? content : JSON.stringify(content));
  return made;
}

test('runs are found in nights, shards and output directories, each once, and no link is followed', () => {
  const first = directory('nights/2026-11-20/shard-1/.ordeal/runs/a', { 'plan.json': plan });
  directory('nights/2026-11-20/shard-1/.ordeal/runs/a/nodes', { 'plan.json': plan });
  directory('nights/2026-11-21/node_modules/b', { 'plan.json': plan });
  const second = directory('nights/2026-11-21/.ordeal/runs/c', { 'verdict.json': verdict });
  symlinkSync('runs/c', join(root, 'nights/2026-11-21/.ordeal/latest'), 'dir');
  const nights = join(root, 'nights');
  expect(findRuns([nights]).map(({ path }) => path)).toEqual([first, second]);
  expect(findRuns([join(nights, '2026-11-21'), second, nights]).map(({ path }) => path)).toEqual([first, second]);
  expect(findRuns([join(nights, '2026-11-21/.ordeal/latest')])).toHaveLength(1);
});

test('a directory without a run, and one that is not there, are errors that say what to give', () => {
  directory('empty/runs', {});
  expect(() => findRuns([join(root, 'empty')])).toThrow(
    expect.objectContaining({ code: 'NO_RUNS', hint: expect.stringContaining('.ordeal') as string }),
  );
  expect(() => findRuns([join(root, 'nowhere')])).toThrow(expect.objectContaining({ code: 'NO_SUCH_DIRECTORY' }));
});

test('of a run the index keeps what it shows, and each anomaly once', () => {
  const path = directory("it's a run", {
    'plan.json': plan,
    'verdict.json': { ...verdict, history: { operations: 499, durationMs: 95_000, startedAt: '2026-11-21T23:00:00Z' } },
    'report.html': '',
  });
  expect(readRun({ path })).toEqual({
    path,
    hasReport: true,
    about: {
      system: 'etcd reads=serializable',
      workload: 'lin-kv, sequential',
      nemesis: 'kill-one + pause-one',
      planted: false,
    },
    seed: 's1',
    setup: '3 nodes, 6 clients, as fast as answered, 90s',
    reproduce: `ordeal run --plan '${path.replace("'", "'\\''")}/plan.json'`,
    startedAt: '2026-11-21T23:00:00Z',
    verdict: 'fail',
    reasons: ['one', 'two', 'three'],
    reasonsLeftOut: 1,
    durationMs: 95_000,
    isPlannedDuration: false,
    measures: { operations: 499, okPerSecond: 83.7, p99Ms: 351.1, recoveryMs: 303, convergedMs: null },
    faults: { begun: 3, bitten: 2 },
    anomalies: [
      { checker: 'linearizable', kind: 'not-linearizable', signature: 'linearizable:cas-register:stale-read' },
      { checker: 'run', kind: 'node-died', signature: 'run:node-died' },
    ],
    answered: ['availability', 'coverage', 'linearizable', 'convergence', 'run'],
  });
});

test('a run of an older version has its beginning from its history and its length from its plan', () => {
  const path = directory('older', {
    'plan.json': plan,
    'verdict.json': verdict,
    'history.jsonl': '{"ordeal":1,"startedAt":"2026-11-20T01:00:00.000Z"}\n{"index":0}\n',
  });
  expect(readRun({ path })).toMatchObject({
    startedAt: '2026-11-20T01:00:00.000Z',
    durationMs: 90_000,
    isPlannedDuration: true,
  });
});

test.each([
  ['killed', { 'plan.json': plan }, 'no verdict.json: it was killed, or still runs'],
  ['half', { 'plan.json': plan, 'verdict.json': '{"verdict":"pass"' }, /^verdict.json cannot be read: .*JSON/],
  ['other', { 'plan.json': plan, 'verdict.json': { ...verdict, verdict: 'fine' } }, /^verdict.json is not what ordeal/],
  ['without a plan', { 'verdict.json': verdict }, 'no plan.json'],
  ['foreign', { 'plan.json': '[1]', 'verdict.json': verdict }, /^plan.json is not what ordeal writes/],
] as const)('a run that is broken (%s) is unfinished and says why', (name, files, reason) => {
  const path = directory(`broken/20261121-210358858-${name}`, files);
  const run = readRun({ path });
  expect(run).toMatchObject({ verdict: 'unfinished', startedAt: '2026-11-21T21:03:58.858Z', durationMs: null });
  expect(run.reasons).toEqual([expect.stringMatching(reason) as string]);
});

test('a run that was killed before it wrote anything is still found by its name', () => {
  const path = directory('early/runs/20261121-210358858-toy-lin-kv-s1/nodes', {});
  expect(findRuns([join(root, 'early')])).toEqual([{ path: join(path, '..') }]);
});
