/**
 * The log of a node in Docker: what its container prints on both streams, over all its restarts, with a line of ours at
 * each start and end.
 *
 * It is read from the engine from before each start until the container has ended; the two streams are told apart by
 * nobody, as in a terminal.
 */
import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import type Docker from 'dockerode';
import { wallTime } from '../../base/time.ts';

const keptLines = 20;
const longestLine = 500;

export class ContainerLog implements AsyncDisposable {
  readonly path: string;
  private readonly docker: Docker;
  private readonly file: WriteStream;
  private words: string[] = [];
  private following: Promise<void> = Promise.resolve();

  constructor(docker: Docker, path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.docker = docker;
    this.path = path;
    this.file = createWriteStream(path, { flags: 'a' });
    // A full disk of ours: the run has worse to tell.
    this.file.on('error', () => undefined);
  }

  /** A line of ours. */
  mark(text: string): void {
    this.file.write(`--- ordeal ${wallTime()} ${text} ---\n`);
  }

  /** To be called before the container is started; follows it until it ends. */
  async follow(container: Docker.Container): Promise<void> {
    await this.following;
    this.words = [];
    const stream = await container.attach({ stream: true, stdout: true, stderr: true });
    const output = new PassThrough();
    this.docker.modem.demuxStream(stream, output, output);
    this.following = new Promise(resolve => {
      const end = (): void => {
        output.end();
        resolve();
      };
      stream.on('end', end).on('close', end).on('error', end);
    });
    output.on('data', (chunk: Buffer) => this.file.write(chunk));
    createInterface({ input: output, crlfDelay: Infinity }).on('line', line => {
      this.words.push(line.slice(0, longestLine));
      if (this.words.length > keptLines) this.words.shift();
    });
  }

  /** When everything that the container printed in its last life has come. */
  async ended(): Promise<void> {
    await this.following;
  }

  /** The last lines of the present life, or of the one that has just ended. */
  lastWords(lines = 10): string {
    const words = this.words.slice(-lines);
    if (words.length === 0) return 'it printed nothing';
    return words.length === 1 ? (words[0] ?? '') : `the last lines of its log:\n${words.join('\n')}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>(resolve => this.file.end(resolve));
  }
}
