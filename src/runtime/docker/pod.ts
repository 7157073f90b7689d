/**
 * One node: a holder that owns the network, and the system's container in it, which may be killed, paused and started
 * again without losing its address, its rules or its data.
 *
 * What is asked of a node is done one thing after the other.
 */
import type Docker from 'dockerode';
import { exitCode, OrdealError } from '../../base/errors.ts';
import type { NodeName } from '../../base/names.ts';
import { type Clock, nanosPerMs, sleep, withDeadline } from '../../base/time.ts';
import type { ProcessState } from '../cluster.ts';
import type { ContainerLog } from './container-log.ts';
import { statusOf, unless } from './engine/engine.ts';

export interface PodOptions {
  readonly name: NodeName;
  /** The system's own. Made, and never started. */
  readonly container: Docker.Container;
  readonly beside: readonly Docker.Container[];
  readonly log: ContainerLog;
  readonly clock: Clock;
  /** What is missing until clients may use it; null when nothing is. */
  readonly ready: (signal: AbortSignal) => Promise<string | null>;
  readonly readyDeadlineMs: number;
  /** It died, and nobody of ours did it. */
  readonly onTrouble: (sentence: string) => void;
}

const askEveryMs = 25;
const oneAnswerMs = 1_000;
const deathMs = 10_000;
const lingersMs = 2_000;

export class Pod {
  readonly name: NodeName;
  readonly container: Docker.Container;
  /** When it was started for the first time; it may be far from ready. */
  readonly launched: Promise<void>;
  private launch: () => void = () => undefined;
  private readonly options: PodOptions;
  private queue: Promise<unknown> = Promise.resolve();
  /** Deaths are expected: it was killed, or a fault takes from it what it needs. */
  private killed = true;
  private readonly excuses = new Set<string>();
  /** Excuses that were taken away and hold for a moment longer: how to stop their clocks. */
  private readonly lifted = new Map<string, () => void>();
  private stopped = false;

  constructor(options: PodOptions) {
    this.name = options.name;
    this.container = options.container;
    this.options = options;
    this.launched = new Promise(resolve => {
      this.launch = resolve;
    });
  }

  /**
   * As long as the excuse holds, its death is no trouble; and for a moment longer, because a death may be on its way, and
   * is told of a little later than it happens.
   */
  excuse(reason: string, holds: boolean): void {
    this.lifted.get(reason)?.();
    this.lifted.delete(reason);
    if (holds) this.excuses.add(reason);
    else
      this.lifted.set(
        reason,
        this.options.clock.schedule(lingersMs, () => void this.excuses.delete(reason)),
      );
  }

  start(signal?: AbortSignal): Promise<void> {
    return this.after(async () => {
      if ((await this.look()).status !== 'dead') return;
      const { log } = this.options;
      log.mark('start');
      await log.follow(this.container);
      this.killed = false;
      this.stopped = false;
      await this.startContainer();
      const ended = this.watch();
      this.launch();
      await Promise.all(this.options.beside.map(container => unless([304], container.start())));
      await this.waitUntilReady(ended, signal);
    });
  }

  kill(): Promise<void> {
    return this.after(async () => {
      this.killed = true;
      // 409: it is dead already.
      await unless([409], this.container.kill({ signal: 'SIGKILL' }));
      await this.waitForDeath();
    });
  }

  terminate(graceMs: number): Promise<void> {
    return this.after(async () => {
      this.killed = true;
      await unless([409], this.container.kill({ signal: 'SIGTERM' }));
      const graceful = await this.dies(graceMs);
      if (graceful) return;
      await unless([409], this.container.kill({ signal: 'SIGKILL' }));
      await this.waitForDeath();
    });
  }

  pause(what: 'all' | 'main'): Promise<void> {
    return this.after(async () => {
      if (what === 'all') {
        // 409: it is paused, or dead, already.
        await unless([409], this.container.pause());
        return;
      }
      await unless([409], this.container.kill({ signal: 'SIGSTOP' }));
      this.stopped = true;
    });
  }

  resume(): Promise<void> {
    return this.after(async () => {
      // 409 and 500: it is not paused.
      await unless([409, 500], this.container.unpause());
      if (this.stopped) await unless([409], this.container.kill({ signal: 'SIGCONT' }));
      this.stopped = false;
    });
  }

  /** Does not wait for what is being done to it. */
  inspect(): Promise<ProcessState> {
    return this.look();
  }

  private after<T>(task: () => Promise<T>): Promise<T> {
    const result = this.queue.then(task);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async look(): Promise<ProcessState> {
    let state: { Running: boolean; Paused: boolean; Pid: number };
    try {
      state = (await this.container.inspect()).State;
    } catch (error) {
      if (statusOf(error) === 404) return { status: 'dead', pid: null };
      throw error;
    }
    if (!state.Running || state.Pid === 0) return { status: 'dead', pid: null };
    const paused = state.Paused || (this.stopped && (await this.isStopped(state.Pid)));
    return { status: paused ? 'paused' : 'running', pid: state.Pid };
  }

  /** By what the engine's host says of the main process. */
  private async isStopped(pid: number): Promise<boolean> {
    const { Processes } = (await this.container.top({ ps_args: '-eo pid,stat' })) as { Processes: string[][] };
    return Processes.some(([id, state]) => Number(id) === pid && state?.startsWith('T'));
  }

  private async startContainer(): Promise<void> {
    try {
      await unless([304], this.container.start());
    } catch (error) {
      throw new OrdealError(`${this.name} could not be started: ${(error as Error).message}`, {
        code: 'NODE_NOT_STARTED',
        hint: 'is the command right, and in the image?',
        exit: exitCode.usage,
        cause: error,
      });
    }
  }

  /** Resolves with a sentence when this life of the container has ended. */
  private watch(): Promise<string> {
    const ended = this.container
      .wait({ condition: 'not-running' })
      .then(async ({ StatusCode }: { StatusCode: number }) => {
        const { log, onTrouble } = this.options;
        await log.ended();
        log.mark(`ended, exit code ${StatusCode}`);
        const sentence = `${this.name} exited with code ${StatusCode}: ${log.lastWords()}`;
        if (!this.killed && this.excuses.size === 0) onTrouble(sentence);
        return sentence;
      });
    // It is removed at the end of the run while this waits.
    ended.catch(() => undefined);
    return ended;
  }

  private async waitUntilReady(ended: Promise<string>, signal?: AbortSignal): Promise<void> {
    const { clock, ready, readyDeadlineMs, log } = this.options;
    const life: { end: string | null } = { end: null };
    void ended.then(
      sentence => {
        life.end = sentence;
      },
      () => undefined,
    );
    const deadline = clock.now() + readyDeadlineMs * nanosPerMs;
    let missing = 'it has not answered';
    while (clock.now() < deadline) {
      signal?.throwIfAborted();
      const answer = await withDeadline({ clock, deadlineMs: oneAnswerMs, what: this.name }, ready).catch(
        (error: Error) => error.message || error.name,
      );
      if (answer === null) return;
      missing = answer;
      if (life.end !== null) throw notReady(life.end, log.path);
      await sleep(clock, askEveryMs, signal);
    }
    const sentence = `${this.name} is not ready after ${readyDeadlineMs / 1000} s: ${missing}; ${log.lastWords()}`;
    throw notReady(sentence, log.path);
  }

  private async waitForDeath(): Promise<void> {
    if (!(await this.dies(deathMs))) throw new Error(`still running ${deathMs / 1000} s after SIGKILL`);
  }

  private async dies(withinMs: number): Promise<boolean> {
    const { clock } = this.options;
    try {
      await withDeadline({ clock, deadlineMs: withinMs, what: `the end of ${this.name}` }, signal =>
        this.container.wait({ condition: 'not-running', abortSignal: signal }),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 404) return true;
      return (await this.look()).status === 'dead';
    }
  }
}

function notReady(sentence: string, file: string): OrdealError {
  return new OrdealError(sentence, {
    code: 'NODE_NOT_READY',
    hint: 'its whole log is in the run directory',
    place: { file },
  });
}
