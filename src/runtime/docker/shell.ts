/**
 * A shell kept open in a holder: a rule is in force milliseconds after it is asked for, since nothing has to be started.
 *
 * Commands run one after the other. Each ends with a line that no command prints, which carries its exit code.
 */
import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { present } from '../../base/assert.ts';
import { type Clock, withDeadline } from '../../base/time.ts';

const deadlineMs = 10_000;

interface Waiting {
  readonly lines: string[];
  readonly resolve: (result: { readonly output: string; readonly code: number }) => void;
  readonly reject: (error: Error) => void;
}

export class HolderShell implements Disposable {
  private readonly name: string;
  private readonly stream: Duplex;
  private readonly clock: Clock;
  private readonly marker = `end-${randomBytes(8).toString('hex')}`;
  private readonly waiting: Waiting[] = [];
  private ended: Error | null = null;

  static async open(
    docker: Docker,
    options: { readonly container: Docker.Container; readonly name: string; readonly clock: Clock },
  ): Promise<HolderShell> {
    const exec = await options.container.exec({
      Cmd: ['bash', '--norc'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const stream = await exec.start({ hijack: true, stdin: true });
    return new HolderShell(docker, { ...options, stream });
  }

  private constructor(
    docker: Docker,
    options: { readonly name: string; readonly clock: Clock; readonly stream: Duplex },
  ) {
    this.name = options.name;
    this.clock = options.clock;
    this.stream = options.stream;
    const output = new PassThrough();
    docker.modem.demuxStream(this.stream, output, output);
    createInterface({ input: output, crlfDelay: Infinity }).on('line', line => this.take(line));
    const end = (error?: Error): void =>
      this.end(new Error(error?.message ?? `the shell in the holder of ${this.name} has ended`));
    this.stream.on('end', end).on('close', end).on('error', end);
  }

  /** What it printed on both streams. Rejects with that when it fails. */
  async run(script: string): Promise<string> {
    const { output, code } = await withDeadline(
      { clock: this.clock, deadlineMs, what: `a command in the holder of ${this.name}` },
      () => this.send(script),
    );
    if (code !== 0) throw new Error(`in the holder of ${this.name}: ${output.trim() || `exit code ${code}`}`);
    return output;
  }

  private send(script: string): Promise<{ readonly output: string; readonly code: number }> {
    return new Promise((resolve, reject) => {
      if (this.ended) {
        reject(this.ended);
        return;
      }
      this.waiting.push({ lines: [], resolve, reject });
      this.stream.write(`{\n${script}\n} 2>&1 </dev/null\necho "${this.marker} $?"\n`);
    });
  }

  private take(line: string): void {
    const at = line.indexOf(this.marker);
    const current = this.waiting[0];
    if (!current) return;
    if (at < 0) {
      current.lines.push(line);
      return;
    }
    // What was printed last may lack its line end.
    if (at > 0) current.lines.push(line.slice(0, at));
    present(this.waiting.shift()).resolve({
      output: current.lines.join('\n'),
      code: Number(line.slice(at + this.marker.length)),
    });
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(this.ended);
  }

  [Symbol.dispose](): void {
    this.end(new Error(`the shell in the holder of ${this.name} was closed`));
    this.stream.destroy();
  }
}
