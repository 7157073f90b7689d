/**
 * The reaper: a tiny process that outlives the harness by a moment and ends what the harness left behind.
 *
 * Its standard input is a pipe whose other end only the harness holds. It reads `+PID STARTTIME` for every process group
 * that was started and `-PID` for every one that is gone. When the harness ends, however it ends, the pipe ends, and the
 * reaper sends SIGKILL to the groups that are still listed: also to those that were stopped, and to programmes that do
 * not care that their own input has ended.
 *
 * A pid may have been given to another process since; its start time tells.
 *
 * How it can mislead: who kills the reaper first, or every process of the user at once, gets past it. And a node of
 * which the harness could not yet tell, because it was killed in the millisecond between starting it and writing the
 * line, survives unless it ends by itself at the end of its input, as most do.
 */
import { signalGroup, startTime } from './process-group.ts';

const watched = new Map<number, string>();
let rest = '';

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text: string) => {
  const lines = (rest + text).split('\n');
  rest = lines.pop() ?? '';
  for (const line of lines) take(line);
});
process.stdin.once('close', endAll);

function take(line: string): void {
  const [pid = '', started = ''] = line.slice(1).split(' ');
  if (line.startsWith('+')) watched.set(Number(pid), started);
  else watched.delete(Number(pid));
}

function endAll(): void {
  for (const [pid, started] of watched) {
    const current = startTime(pid);
    const reused = started !== '' && current !== '' && current !== started;
    if (!reused) signalGroup(pid, 'SIGKILL');
  }
}
