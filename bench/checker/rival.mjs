/**
 * Builds the program that runs Porcupine. What Go downloads and compiles stays below the temp directory.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @returns the path of the program, below `directory`; throws when there is no Go, or it does not compile. */
export function buildPorcupine(directory) {
  const go = ['go', '/usr/local/go/bin/go'].find(path => spawnSync(path, ['version']).status === 0);
  if (go === undefined) throw new Error('Porcupine needs Go 1.21 or newer, and there is no `go` in the PATH');
  const cache = join(tmpdir(), 'ordeal-bench-go');
  mkdirSync(cache, { recursive: true });
  const program = join(directory, 'porcupine');
  const { status, stderr } = spawnSync(go, ['build', '-o', program, '.'], {
    cwd: fileURLToPath(new URL('porcupine', import.meta.url)),
    env: { ...process.env, GOCACHE: join(cache, 'build'), GOMODCACHE: join(cache, 'modules'), GOFLAGS: '-modcacherw' },
    encoding: 'utf8',
  });
  if (status !== 0 || !existsSync(program)) throw new Error(`Porcupine was not built: ${stderr}`);
  return program;
}
