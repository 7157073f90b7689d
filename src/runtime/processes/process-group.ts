/**
 * Process groups, as the operating system sees them.
 *
 * A node is started as the leader of a group of its own, so that a signal reaches the wrapper script and the programme
 * that it started alike, and Ctrl-C in the terminal reaches none of them.
 *
 * How it can mislead: a process that starts a session of its own (a daemon) leaves the group, and nothing here finds it.
 * A zombie still has its pid and its group; it counts as dead, because nobody but its parent can make it go.
 */
import { readdirSync, readFileSync } from 'node:fs';

export type GroupSignal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';
export type ProcessStatus = 'running' | 'paused' | 'dead';

const onLinux = process.platform === 'linux';
const hasGroups = process.platform !== 'win32';

/** Whether there was anybody to take the signal. */
export function signalGroup(leader: number, signal: GroupSignal): boolean {
  try {
    return process.kill(hasGroups ? -leader : leader, signal);
  } catch {
    return false;
  }
}

/** Of the leader. Asked of the operating system. */
export async function processStatus(pid: number): Promise<ProcessStatus> {
  if (onLinux) return statusOf(readStat(pid)?.state ?? '');
  if (!hasGroups) return exists(pid) ? 'running' : 'dead';
  return statusOf((await ps(['-o', 'stat=', '-p', String(pid)])).trim());
}

/** Whether nobody of the group is left, zombies aside. */
export async function isGroupGone(leader: number): Promise<boolean> {
  if (!exists(hasGroups ? -leader : leader)) return true;
  if (!hasGroups) return false;
  if (onLinux) {
    const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
    return !pids.some(pid => {
      const stat = readStat(Number(pid));
      return stat?.group === leader && statusOf(stat.state) !== 'dead';
    });
  }
  const members = (await ps(['-A', '-o', 'pgid=,stat='])).split('\n').map(line => line.trim().split(/\s+/));
  return !members.some(([group, state]) => group === String(leader) && statusOf(state ?? '') !== 'dead');
}

/**
 * When the process began, in words that are different for a later process with the same pid. Empty where the system does
 * not say (then a pid is taken at its word).
 */
export function startTime(pid: number): string {
  return onLinux ? (readStat(pid)?.startTime ?? '') : '';
}

/** Loaded on use: the reaper should be small, and Linux needs none of it. */
async function ps(options: readonly string[]): Promise<string> {
  const { execa } = await import('execa');
  return (await execa('ps', options, { reject: false })).stdout ?? '';
}

/** Linux writes `R`, `S`, `T`, `Z`; BSD adds letters to it, as in `Ss+`. */
function statusOf(state: string): ProcessStatus {
  if (state === '' || state.startsWith('Z') || state.startsWith('X')) return 'dead';
  return state.startsWith('T') ? 'paused' : 'running';
}

interface Stat {
  readonly state: string;
  readonly group: number;
  readonly startTime: string;
}

/** The name of the command, in brackets, may itself hold brackets and blanks: fields are counted from its end. */
function readStat(pid: number): Stat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0] ?? '', group: Number(fields[2]), startTime: fields[19] ?? '' };
  } catch {
    return null;
  }
}

function exists(target: number): boolean {
  try {
    return process.kill(target, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
