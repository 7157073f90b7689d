/**
 * A node over all its lives: the power switch of one member.
 *
 * What is asked of a node (start, kill, pause, resume) is done one after the other. Only closing does not wait in line:
 * it ends whatever is there, and a start that is under way fails.
 *
 * How it can mislead: a node that is starting is already alive and gets the messages of other nodes, but it is `up`, and
 * takes requests of clients, only when it has answered `init`.
 */
import { exitCode, OrdealError } from '../../base/errors.ts';
import type { NodeName } from '../../base/names.ts';
import { type Clock, DeadlineError, sleep, withDeadline } from '../../base/time.ts';
import type { ProcessState } from '../cluster.ts';
import { type GroupSignal, processStatus, signalGroup } from '../processes/process-group.ts';
import type { ReaperLink } from '../processes/reaper-link.ts';
import { type Message, parseMessage } from './message.ts';
import { describeEnding, endedEarly, endedSentence, notReady, notStarted, protocolBroken } from './node-errors.ts';
import { NodeLog } from './node-log.ts';
import { type Ending, NodeProcess } from './node-process.ts';

export interface NodeOptions {
  readonly name: NodeName;
  readonly command: readonly string[];
  readonly logPath: string;
  readonly clock: Clock;
  readonly reaper: ReaperLink;
  readonly readyDeadlineMs: number;
  /** Tells a new process who it is. Resolves when clients may use it; rejects with what went wrong. */
  readonly initialise: (node: NodeName, signal: AbortSignal) => Promise<void>;
  /** A message that the process printed, and its text. Returns what is wrong with it (`is for nobody`), or null. */
  readonly onMessage: (message: Message, line: Buffer) => string | null;
  /** Nothing of the process is left, and everything that it had sent has been taken. */
  readonly onGone: (node: NodeName, reason: string) => void;
  /** It was up and died, and nobody of ours had killed it; or it printed what is not a message. */
  readonly onTrouble: (sentence: string) => void;
}

const signalDeadlineMs = 2_000;

export class StdioNode {
  readonly name: NodeName;
  readonly command: readonly string[];
  readonly log: NodeLog;
  private readonly options: NodeOptions;
  private life: NodeProcess | null = null;
  private ready = false;
  private closed = false;
  private failStart: (error: OrdealError) => void = () => undefined;
  private last: Promise<unknown> = Promise.resolve();

  constructor(options: NodeOptions) {
    this.name = options.name;
    this.command = options.command;
    this.log = new NodeLog(options.logPath);
    this.options = options;
  }

  get status(): 'up' | 'starting' | 'down' {
    if (!this.life?.alive || this.life.killed) return 'down';
    return this.ready ? 'up' : 'starting';
  }

  /** Whether so much waits for it that nothing more is taken. */
  get full(): boolean {
    return this.life?.full ?? false;
  }

  /** Hands over a message, if there is anybody to take it. */
  write(line: string | Buffer): 'written' | 'dead' | 'full' {
    return this.life?.write(line) ?? 'dead';
  }

  start(): Promise<void> {
    return this.inTurn(async () => {
      if (this.status === 'up') return;
      await this.life?.kill();
      if (this.closed) throw closedError();
      await this.begin();
    });
  }

  kill(): Promise<void> {
    return this.inTurn(() => this.end());
  }

  pause(): Promise<void> {
    return this.inTurn(() => this.signal('SIGSTOP'));
  }

  resume(): Promise<void> {
    return this.inTurn(() => this.signal('SIGCONT'));
  }

  async inspect(): Promise<ProcessState> {
    const { life } = this;
    const status = life?.alive && life.pid !== undefined ? await processStatus(life.pid) : 'dead';
    return status === 'dead' ? { status, pid: null } : { status, pid: life?.pid ?? null };
  }

  async close(): Promise<void> {
    this.closed = true;
    this.failStart(closedError());
    try {
      await this.end();
      await this.last;
    } finally {
      this.log[Symbol.dispose]();
    }
  }

  private inTurn(task: () => Promise<void>): Promise<void> {
    const result = this.last.then(task);
    this.last = result.catch(() => undefined);
    return result;
  }

  private async begin(): Promise<void> {
    const { name, options } = this;
    const failed = new Promise<never>((_, reject) => {
      this.failStart = reject;
    });
    failed.catch(() => undefined);
    this.log.mark(`${name} starts: ${this.command.join(' ')}`, 'begin');
    const life = this.spawn();
    const deadline = { clock: options.clock, deadlineMs: options.readyDeadlineMs, what: name };
    try {
      await withDeadline(deadline, signal => Promise.race([failed, options.initialise(name, signal)]));
      // It may have died with its answer on its lips.
      if (!life.alive) await failed;
      this.ready = true;
    } catch (error) {
      const died = !life.alive;
      await life.kill();
      // Why it died says more than that it did not answer.
      if (died) await failed;
      throw this.startError(error);
    }
  }

  private startError(error: unknown): Error {
    if (error instanceof OrdealError) return error;
    if (!(error instanceof DeadlineError))
      return notReady(this, error instanceof Error ? error.message : String(error));
    return notReady(this, `it did not answer init within ${this.options.readyDeadlineMs} ms`);
  }

  private spawn(): NodeProcess {
    const { clock, reaper } = this.options;
    const life = new NodeProcess({
      node: this.name,
      command: this.command,
      logDescriptor: this.log.descriptor,
      clock,
      reaper,
      onLine: line => this.take(line),
      onRest: rest => this.takeRest(rest),
      onOverlong: start => this.broken(start.toString(), 'is too long for a message'),
    });
    this.life = life;
    this.ready = false;
    void life.gone.then(ending => this.gone(life, ending));
    return life;
  }

  private take(line: Buffer): void {
    const text = line.toString();
    const message = parseMessage(text);
    const problem = typeof message === 'string' ? message : this.options.onMessage(message, line);
    if (problem !== null && text.trim() !== '') this.broken(text, problem);
  }

  /** A node may forget its last newline, and it may die in the middle of a word. */
  private takeRest(rest: Buffer): void {
    if (typeof parseMessage(rest.toString()) !== 'string') this.take(Buffer.concat([rest, Buffer.from('\n')]));
  }

  private broken(line: string, problem: string): void {
    const error = protocolBroken(this, line, problem);
    if (this.ready) this.options.onTrouble(`${error.message} (${error.hint})`);
    else this.failStart(error);
  }

  /** Called once per life, before anybody who waits for its end goes on. */
  private gone(life: NodeProcess, ending: Ending): void {
    const wasReady = this.ready;
    this.ready = false;
    if (ending.cause) this.failStart(notStarted(this, ending.cause));
    else this.failStart(endedEarly(this, ending));
    if (wasReady && !life.killed) this.options.onTrouble(endedSentence(this, ending));
    this.log.mark(`${this.name} ${life.killed ? 'was killed' : describeEnding(ending)}`, 'end');
    this.options.onGone(this.name, `${this.name} died before it answered`);
  }

  private async end(): Promise<void> {
    const ending = await this.life?.kill();
    if (!ending?.survivors) return;
    throw new OrdealError(`${this.name} cannot be killed: a process of its group does not end`, {
      code: 'NODE_SURVIVES',
      hint: `look for a process of the group ${this.life?.pid} that hangs in the kernel`,
      exit: exitCode.unavailable,
    });
  }

  /** Nothing when it is dead: there is nobody to stop, and nobody who was stopped. */
  private async signal(signal: GroupSignal): Promise<void> {
    const pid = this.life?.alive ? this.life.pid : undefined;
    if (pid === undefined || !signalGroup(pid, signal)) return;
    const wanted = signal === 'SIGSTOP' ? 'paused' : 'running';
    for (let waitedMs = 0; waitedMs < signalDeadlineMs; waitedMs++) {
      const { status } = await this.inspect();
      if (status === wanted || status === 'dead') return;
      await sleep(this.options.clock, 1);
    }
    throw new OrdealError(`${this.name} did not take ${signal} within ${signalDeadlineMs} ms`, {
      code: 'NODE_IGNORES_SIGNAL',
      exit: exitCode.unavailable,
    });
  }
}

function closedError(): OrdealError {
  return new OrdealError('the cluster was closed', { code: 'CLUSTER_CLOSED', exit: exitCode.interrupted });
}
