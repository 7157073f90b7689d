/**
 * A directory that is gone when the process is, also when it is interrupted (but not when it is killed).
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export function temporaryDirectory() {
  const directory = mkdtempSync(join(tmpdir(), 'ordeal-bench-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])
    process.once(signal, () => process.exit(code));
  return directory;
}
