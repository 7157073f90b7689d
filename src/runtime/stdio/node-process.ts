/**
 * One life of a node: a child process from its start to the moment when nothing of it is left.
 *
 * Dead and gone are two things. *Dead* (`alive` is false) is when the system says that the leader has exited: from then
 * on nothing reaches it. *Gone* (`gone` resolves) is when the rest of its group has been ended as well, and everything
 * that it had printed before has been read: that was sent, and is in the network's hands.
 */
import { execa } from 'execa';
import type { NodeName } from '../../base/names.ts';
import { type Clock, sleep } from '../../base/time.ts';
import { belongs } from '../processes/leftovers.ts';
import { isGroupGone, signalGroup } from '../processes/process-group.ts';
import type { ReaperLink } from '../processes/reaper-link.ts';
import { LineSplitter } from './lines.ts';

export interface NodeProcessOptions {
  readonly node: NodeName;
  readonly command: readonly string[];
  /** Where its standard error goes. */
  readonly logDescriptor: number;
  readonly clock: Clock;
  readonly reaper: ReaperLink;
  /** A whole line of its standard output, newline included. */
  readonly onLine: (line: Buffer) => void;
  /** What it printed after its last newline, when it ended by itself. */
  readonly onRest: (rest: Buffer) => void;
  /** The begin of a line that is too long to be a message. */
  readonly onOverlong: (start: Buffer) => void;
}

/** How it ended. */
export interface Ending {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Why it could not be started at all. */
  readonly cause: NodeJS.ErrnoException | null;
  /** Some of its group could not be killed in time: a process that hangs in the kernel. */
  readonly survivors: boolean;
}

/** Largest line that counts as a message. */
const maxLineBytes = 64 << 20;
/** What may wait for a node that does not read (a paused one, mostly) before messages to it are dropped. */
const maxInboxBytes = 64 << 20;
const drainMs = 1_000;
const groupMs = 5_000;

export class NodeProcess {
  /** Undefined when it could not be started. */
  readonly pid: number | undefined;
  readonly gone: Promise<Ending>;
  alive: boolean;
  /** Somebody of ours has killed it. */
  killed = false;
  private readonly options: NodeProcessOptions;
  private readonly child: ReturnType<typeof spawn>;
  private readonly splitter: LineSplitter;
  private corked = false;

  constructor(options: NodeProcessOptions) {
    this.options = options;
    this.child = spawn(options);
    this.pid = this.child.pid;
    this.alive = this.pid !== undefined;
    if (this.pid !== undefined) options.reaper.watch(this.pid);
    this.splitter = new LineSplitter({
      maxBytes: maxLineBytes,
      onLine: options.onLine,
      onOverlong: options.onOverlong,
    });
    // A pipe to a process that has just died breaks; that it died is told by its exit.
    this.child.stdin.on('error', () => undefined);
    this.child.stdout.on('error', () => undefined);
    this.child.stdout.on('data', (chunk: Buffer) => this.splitter.push(chunk));
    this.gone = this.end();
  }

  /** Whether so much waits to be read by it that nothing more is taken. */
  get full(): boolean {
    return this.child.stdin.writableLength >= maxInboxBytes;
  }

  /** Hands a message over, or says why not. It is kept until the node reads it; a node that does not read blocks nobody. */
  write(line: string | Buffer): 'written' | 'dead' | 'full' {
    const { stdin } = this.child;
    if (!this.alive || this.killed) return 'dead';
    if (this.full) return 'full';
    if (!this.corked) {
      // Messages of the same turn go out in one system call.
      this.corked = true;
      stdin.cork();
      process.nextTick(() => {
        this.corked = false;
        stdin.uncork();
      });
    }
    stdin.write(line);
    return 'written';
  }

  /** SIGKILL to the whole group; resolves when it is gone. One that is dead already was not killed by us. */
  async kill(): Promise<Ending> {
    if (this.alive && this.pid !== undefined) {
      this.killed = true;
      signalGroup(this.pid, 'SIGKILL');
    }
    return await this.gone;
  }

  private async end(): Promise<Ending> {
    const { child, pid } = this;
    if (pid === undefined) {
      const { cause } = await child;
      return {
        exitCode: null,
        signal: null,
        cause: (cause ?? new Error('it did not start')) as Error,
        survivors: false,
      };
    }
    const drained = new Promise(resolve => child.stdout.once('close', resolve));
    const [exitCode, signal] = await new Promise<[number | null, string | null]>(resolve => {
      child.once('exit', (code, name) => {
        this.alive = false;
        resolve([code, name]);
      });
    });
    signalGroup(pid, 'SIGKILL');
    const survivors = !(await this.groupEnds(pid));
    await this.within(drainMs, drained);
    child.stdout.destroy();
    child.stdin.destroy();
    const rest = this.splitter.end();
    // What was cut off by a kill was never sent.
    if (rest && !this.killed) this.options.onRest(rest);
    if (!survivors) this.options.reaper.forget(pid);
    return { exitCode, signal, cause: null, survivors };
  }

  private async groupEnds(leader: number): Promise<boolean> {
    for (let waitedMs = 0, pauseMs = 1; waitedMs <= groupMs; waitedMs += pauseMs, pauseMs = Math.min(50, pauseMs * 2)) {
      if (await isGroupGone(leader)) return true;
      await sleep(this.options.clock, pauseMs);
    }
    return false;
  }

  private async within(limitMs: number, task: Promise<unknown>): Promise<void> {
    const waiting = new AbortController();
    const limit = sleep(this.options.clock, limitMs, waiting.signal).catch(() => undefined);
    await Promise.race([task, limit]);
    waiting.abort(new Error('no longer waited for'));
  }
}

function spawn({ node, command: [file, ...rest], logDescriptor }: NodeProcessOptions) {
  return execa(file as string, rest, {
    env: { [belongs.node]: node, [belongs.harness]: String(process.pid) },
    detached: true,
    cleanup: false,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    stdout: 'pipe',
    // The types know the descriptors 3 to 9 only; any that is open will do.
    stderr: logDescriptor as 3,
  });
}
