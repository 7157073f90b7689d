/**
 * The harness's end of the pipe to its reaper. One reaper per cluster.
 *
 * A line is written in the same turn of the event loop in which the process was started, and the system takes it over
 * within that call: a pipe that has room is written to at once. So the harness may be killed at any moment after.
 */
import { existsSync } from 'node:fs';
import { execa } from 'execa';
import { assert } from '../../base/assert.ts';
import { entryPoint } from '../../base/entry.ts';
import { type Clock, sleep } from '../../base/time.ts';
import { signalGroup, startTime } from './process-group.ts';

const farewellMs = 2_000;

export class ReaperLink implements AsyncDisposable {
  private readonly clock: Clock;
  private readonly child: ReturnType<typeof startReaper>;

  constructor(clock: Clock) {
    this.clock = clock;
    this.child = startReaper();
    // The nodes keep the harness alive, not the reaper. One that died is missed only if the harness dies as well.
    this.child.unref();
    this.child.stdin.on('error', () => undefined);
  }

  /** To be called in the same turn in which the group was started. */
  watch(leader: number): void {
    this.child.stdin.write(`+${leader} ${startTime(leader)}\n`);
  }

  /** The group is gone; its number may be given to somebody else. */
  forget(leader: number): void {
    this.child.stdin.write(`-${leader}\n`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.stdin.end();
    const waiting = new AbortController();
    const late = sleep(this.clock, farewellMs, waiting.signal).then(
      () => this.child.pid !== undefined && signalGroup(this.child.pid, 'SIGKILL'),
      () => false,
    );
    await Promise.race([this.child, late]);
    waiting.abort();
  }
}

function startReaper() {
  const path = entryPoint(import.meta.url, './reaper');
  assert(existsSync(path), `${path} is missing: build first`);
  return execa(process.execPath, [path], {
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'ignore',
    stderr: 'ignore',
  });
}
