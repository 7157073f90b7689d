/**
 * Connections to an engine on another machine through `ssh`, the programme: `docker system dial-stdio` over there joins
 * its input and output to the engine. This is how the Docker command line does it; so the user's own settings, keys and
 * known hosts hold.
 *
 * Connections are kept and used again, and few are opened at once: an SSH server hangs up on those who knock ten times.
 */
import { type ChildProcessByStdio, execFileSync, spawn } from 'node:child_process';
import { Agent } from 'node:http';
import { Duplex, type Readable, type Writable } from 'node:stream';
import type { Clock } from '../../../base/time.ts';

export interface SshTarget {
  readonly host: string;
  readonly user?: string;
  readonly port?: number;
  /** Of the engine over there, when it is not the default one. */
  readonly socketPath?: string;
}

const openedAtOnce = 4;
const keptIdle = 4;
/** Who has said nothing by then is let in, and waits for an answer of the engine. */
const knockMs = 2_000;

export function sshAgent(target: SshTarget, clock: Clock): Agent {
  const gate = new Gate(clock);
  const createConnection = (_: unknown, done: (error: Error | null, stream?: Duplex) => void): undefined => {
    gate.enter(leave => {
      const stream = connect(target);
      stream.once('first-word', leave).once('close', leave);
      done(null, stream);
    });
  };
  return Object.assign(new Agent({ keepAlive: true, maxFreeSockets: keptIdle }), { createConnection });
}

/** `ssh -p 2222 -l user host`, for people. */
export function sshCommand(target: SshTarget): string {
  return ['ssh', ...flagsOf(target), target.host].join(' ');
}

function flagsOf({ user, port }: SshTarget): readonly string[] {
  return [...(port === undefined ? [] : ['-p', String(port)]), ...(user === undefined ? [] : ['-l', user])];
}

const lookUpMs = 2_000;

/** The name that the user's settings give to the host, which other programmes know; its own where they cannot be asked. */
export function hostBehind(target: SshTarget): string {
  try {
    const flags = [...flagsOf(target), '-G', '--', target.host];
    const settings = execFileSync('ssh', flags, { timeout: lookUpMs, stdio: ['ignore', 'pipe', 'ignore'] });
    return /^hostname (\S+)$/m.exec(settings.toString('utf8'))?.[1] ?? target.host;
  } catch {
    return target.host;
  }
}

function connect(target: SshTarget): Duplex {
  const socket = target.socketPath === undefined ? [] : ['--host', `unix://${target.socketPath}`];
  const dial = ['docker', ...socket, 'system', 'dial-stdio'];
  // Nobody is there to answer questions; and an interrupt at the terminal is for us, not for the connection.
  const child = spawn('ssh', ['-o', 'BatchMode=yes', '-T', ...flagsOf(target), '--', target.host, ...dial], {
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  return streamOf(child);
}

const longestComplaint = 500;

function streamOf(child: ChildProcessByStdio<Writable, Readable, Readable>): Duplex {
  const stream = new Duplex({
    read: () => void child.stdout.resume(),
    // When it does not take it any more it has ended, and its last words say why.
    write: (chunk: Buffer, _, done) => void child.stdin.write(chunk, () => done()),
    final: done => void child.stdin.end(() => done()),
    destroy: (error, done) => {
      child.kill();
      done(error);
    },
  });
  let words = '';
  child.stdin.on('error', () => undefined);
  child.stderr.on('data', (chunk: Buffer) => {
    words = (words + chunk.toString('utf8')).slice(-longestComplaint);
  });
  child.stdout.once('data', () => stream.emit('first-word'));
  child.stdout.on('data', (chunk: Buffer) => {
    if (!stream.push(chunk)) child.stdout.pause();
  });
  child.on('error', error => stream.destroy(new Error(`ssh cannot be started: ${error.message}`)));
  child.on('close', code => {
    if (code === 0) stream.push(null);
    else stream.destroy(new Error(`ssh: ${lastWords(words) || `exit code ${code}`}`));
  });
  const parts = [child, child.stdin, child.stdout, child.stderr] as readonly { ref?(): void; unref?(): void }[];
  // What an HTTP agent asks of a socket, most of which has no meaning here.
  return Object.assign(stream, {
    timeout: 0,
    setKeepAlive: () => stream,
    setNoDelay: () => stream,
    ref: () => parts.forEach(part => part.ref?.()),
    unref: () => parts.forEach(part => part.unref?.()),
  });
}

function lastWords(text: string): string {
  const lines = text.trim().split(/\s*\n\s*/);
  return lines
    .slice(-2)
    .map(line => line.replace(/^ssh: /, ''))
    .join(' / ');
}

/** Lets in a few at a time; whoever has left, or has been in for long, makes room. */
class Gate {
  private readonly clock: Clock;
  private readonly waiting: (() => void)[] = [];
  private inside = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  enter(visit: (leave: () => void) => void): void {
    if (this.inside >= openedAtOnce) {
      this.waiting.push(() => this.enter(visit));
      return;
    }
    this.inside++;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      cancel();
      this.inside--;
      this.waiting.shift()?.();
    };
    const cancel = this.clock.schedule(knockMs, leave);
    visit(leave);
  }
}
