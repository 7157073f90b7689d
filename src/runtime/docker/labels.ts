/**
 * What everything of ours in Docker is marked with: which run it is of, and whose that run is. Whatever has no such mark
 * is somebody else's and is never touched.
 */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { startTime } from '../processes/process-group.ts';

/** Names of the labels. */
export const label = {
  run: 'ordeal.run',
  /** Which process made it: see `ownerOf`. */
  owner: 'ordeal.owner',
  /** `holder`, `system`, `beside`, `support`, `network`, `data`. */
  role: 'ordeal.role',
  node: 'ordeal.node',
} as const;

/**
 * `machine:pid:start` of this process. The start tells it from a later process with the same number; the machine's part
 * changes when it boots.
 */
export function ownerOf(pid: number): string {
  return [machine(), pid, startTime(pid)].join(':');
}

/** `alive`, `dead`, or `elsewhere`: it is, or was, on another machine, so nobody here can tell. */
export function ownerState(owner: string): 'alive' | 'dead' | 'elsewhere' {
  const [where = '', pid = '', start = ''] = owner.split(':');
  const [host, boot] = machine().split('@');
  if (where !== machine()) return where.split('@')[0] === host && where.split('@')[1] !== boot ? 'dead' : 'elsewhere';
  return isAlive(Number(pid)) && startTime(Number(pid)) === start ? 'alive' : 'dead';
}

let known: string | null = null;

function machine(): string {
  known ??= `${hostname()}@${readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '?'}`;
  return known;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
