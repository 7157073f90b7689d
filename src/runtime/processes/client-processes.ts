/**
 * Clients in processes of their own on this machine, which a fault can stop: so a client can sleep through the end of its
 * own lease, as one does whose machine was suspended.
 */
import { createInterface } from 'node:readline';
import { execa } from 'execa';
import { present } from '../../base/assert.ts';
import { type Clock, sleep } from '../../base/time.ts';
import type { ClientProcesses, ProcessState } from '../cluster.ts';
import { belongs } from './leftovers.ts';
import { processStatus, signalGroup } from './process-group.ts';
import { ReaperLink } from './reaper-link.ts';

/** A client's process, line by line. Disposing of it ends it. */
export interface ClientPipe extends AsyncDisposable {
  write(line: string): void;
  /** Every line that it prints, in order; ends with the process. */
  readonly lines: AsyncIterable<string>;
}

const farewellMs = 500;

export class LocalClientProcesses implements ClientProcesses, AsyncDisposable {
  private readonly clock: Clock;
  private readonly running = new Map<string, ReturnType<typeof start>>();
  private reaper: ReaperLink | null = null;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Names must be unique among those that run. */
  spawn(name: string, command: readonly string[]): ClientPipe {
    this.reaper ??= new ReaperLink(this.clock);
    const child = start(name, command);
    const { pid } = child;
    if (pid !== undefined) this.reaper.watch(pid);
    this.running.set(name, child);
    const ended = child.then(
      () => undefined,
      () => undefined,
    );
    void ended.then(() => {
      this.running.delete(name);
      if (pid !== undefined) this.reaper?.forget(pid);
    });
    child.stdin.on('error', () => undefined);
    return {
      write: line => void child.stdin.write(`${line}\n`),
      lines: createInterface({ input: child.stdout, crlfDelay: Infinity }),
      [Symbol.asyncDispose]: async () => {
        child.stdin.end();
        const waiting = new AbortController();
        // One that is stopped does not hear that it is to go.
        const late = sleep(this.clock, farewellMs, waiting.signal).then(
          () => pid !== undefined && signalGroup(pid, 'SIGKILL'),
          () => false,
        );
        await Promise.race([ended, late]);
        waiting.abort();
      },
    };
  }

  names(): readonly string[] {
    return [...this.running.keys()];
  }

  async pause(name: string): Promise<void> {
    signalGroup(this.pidOf(name), 'SIGSTOP');
  }

  /** Of one that has ended: nothing to do. */
  async resume(name: string): Promise<void> {
    if (this.running.has(name)) signalGroup(this.pidOf(name), 'SIGCONT');
  }

  async inspect(name: string): Promise<ProcessState> {
    const pid = this.running.get(name)?.pid;
    if (pid === undefined) return { status: 'dead', pid: null };
    const status = await processStatus(pid);
    return { status, pid: status === 'dead' ? null : pid };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { pid } of this.running.values()) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
    await Promise.allSettled(this.running.values());
    await this.reaper?.[Symbol.asyncDispose]();
  }

  private pidOf(name: string): number {
    return present(this.running.get(name)?.pid, `no client ${name} runs`);
  }
}

function start(name: string, [file = '', ...options]: readonly string[]) {
  return execa(file, options, {
    detached: true,
    cleanup: true,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'ignore',
    env: { [belongs.node]: name, [belongs.harness]: String(process.pid) },
  });
}
