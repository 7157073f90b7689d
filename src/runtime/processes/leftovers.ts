/**
 * Nodes of runs that were killed, and whose reaper was killed as well: nothing of ours ends them any more.
 *
 * Every node carries two variables in its environment, its name and the pid of its harness. A process that has them, and
 * whose harness is gone, is left over; nothing else is ever touched.
 *
 * How it can mislead: only Linux shows the environment of processes; elsewhere nothing is found. A harness's pid may have
 * been given to another process since; then its nodes are taken for somebody's, and left alone.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { processStatus, signalGroup } from './process-group.ts';

export interface Leftover {
  readonly pid: number;
  readonly node: string;
  readonly command: string;
}

/** What a node's environment says of where it belongs. */
export const belongs = { node: 'ORDEAL_NODE', harness: 'ORDEAL_HARNESS_PID' } as const;

/** Null where the system does not show it. */
export async function findLeftovers(): Promise<readonly Leftover[] | null> {
  if (process.platform !== 'linux') return null;
  const found: Leftover[] = [];
  for (const name of readdirSync('/proc')) {
    const pid = Number(name);
    if (!Number.isInteger(pid)) continue;
    const environment = new Map(fields(pid, 'environ').map(field => splitOnce(field)));
    const node = environment.get(belongs.node);
    const harness = Number(environment.get(belongs.harness));
    if (node === undefined || !(harness > 0) || (await isAlive(harness))) continue;
    if ((await processStatus(pid)) !== 'dead') found.push({ pid, node, command: fields(pid, 'cmdline').join(' ') });
  }
  return found;
}

/** SIGKILL to each, and to the group that it may lead. */
export function endLeftovers(leftovers: readonly Leftover[]): void {
  for (const { pid } of leftovers) {
    signalGroup(pid, 'SIGKILL');
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended in the meantime.
    }
  }
}

async function isAlive(pid: number): Promise<boolean> {
  return (await processStatus(pid)) !== 'dead';
}

/** Empty for a process that is gone, or is not ours to look at. */
function fields(pid: number, file: 'environ' | 'cmdline'): string[] {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8').split('\0').filter(Boolean);
  } catch {
    return [];
  }
}

function splitOnce(field: string): [string, string] {
  const equals = field.indexOf('=');
  return [field.slice(0, equals), field.slice(equals + 1)];
}
