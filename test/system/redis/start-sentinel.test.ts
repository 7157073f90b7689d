import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startSentinel } from '../../../src/system/redis/start-sentinel.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ordeal-redis-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Programmes of these names, each a line of `sh`, are found before any others. */
async function start(file: string, programs: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const log = join(directory, 'log');
  writeFileSync(log, '');
  writeFileSync(join(directory, 'sentinel.conf'), file);
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(directory, name), `#!/bin/sh\necho "${name} $*" >> '${log}'\n${body}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  await execa('sh', ['-c', startSentinel, 'start', join(directory, 'sentinel.conf'), '10.9.0.1', '6379', '2'], {
    env: { PATH: `${directory}:${process.env['PATH']}` },
  });
  return readFileSync(log, 'utf8').replaceAll(directory, '').trim().split('\n');
}

const timeout = 'shift; exec "$@"';
const asks = [
  'timeout 1 redis-cli -h 10.9.0.1 -p 6379 info replication',
  'redis-cli -h 10.9.0.1 -p 6379 info replication',
];

test('a new sentinel starts when the primary has all its replicas, and not before', async () => {
  const grows = `count=$(grep -c '^redis-cli' "$(dirname "$0")/log"); echo "connected_slaves:$((count - 1))"`;
  expect(await start('port 26379\n', { timeout, sleep: '', 'redis-cli': grows, 'redis-sentinel': '' })).toEqual([
    ...asks,
    'sleep 0.1',
    ...asks,
    'sleep 0.1',
    ...asks,
    'redis-sentinel /sentinel.conf',
  ]);
});

test('a sentinel that has been there before starts at once', async () => {
  const file = 'port 26379\nsentinel myid 6b2bc0063f045cea22c2160e96a8c8784241c650\n';
  expect(await start(file, { timeout, 'redis-cli': 'exit 1', 'redis-sentinel': '' })).toEqual([
    'redis-sentinel /sentinel.conf',
  ]);
});

test('a primary that never gets its replicas is not waited for without end', async () => {
  const log = await start('port 26379\n', { timeout, sleep: '', 'redis-cli': 'exit 1', 'redis-sentinel': '' });
  expect(log.filter(line => line.startsWith('sleep'))).toHaveLength(99);
  expect(log.at(-1)).toBe('redis-sentinel /sentinel.conf');
});
