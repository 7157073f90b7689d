/**
 * What processes there are on this machine: how a test proves that nothing was left behind.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Zombies are left out. */
function runningProcesses(): readonly RunningProcess[] {
  return process.platform === 'linux' ? fromProc() : fromPs();
}

/** Those whose command line contains this text, other than this process. */
export function processesWith(mark: string): readonly RunningProcess[] {
  return runningProcesses().filter(({ pid, command }) => pid !== process.pid && command.includes(mark));
}

/** Reapers that this process started. */
export function reapers(): readonly RunningProcess[] {
  return runningProcesses().filter(({ parent, command }) => parent === process.pid && command.includes('reaper'));
}

/** SIGKILL, to whoever of these still is there. */
export function end(processes: readonly RunningProcess[]): void {
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  }
}

function fromProc(): RunningProcess[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ');
        return state === 'Z' || state === 'X' ? [] : [{ pid: Number(name), parent: Number(parent), command }];
      } catch {
        return [];
      }
    });
}

function fromPs(): RunningProcess[] {
  const lines = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).split('\n');
  return lines.flatMap(line => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (state === undefined || state.startsWith('Z')) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}
