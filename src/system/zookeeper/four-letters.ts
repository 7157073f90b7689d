/**
 * ZooKeeper's commands of four letters: a word in plain text, an answer in plain text, and the connection is closed. They
 * are answered by a server that has no leader as well.
 */
import { connect as dial } from 'node:net';
import { type Clock, withDeadline } from '../../base/time.ts';
import type { Endpoint } from '../../runtime/docker/spec.ts';

export interface Question {
  readonly endpoint: Endpoint;
  readonly word: 'srvr';
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** The whole answer. Rejects when there is none: also an empty one, which a proxy gives for a server that is not there. */
export async function askFourLetters({ endpoint, word, clock, deadlineMs, signal }: Question): Promise<string> {
  const what = `${word} of ${endpoint.host}:${endpoint.port}`;
  return await withDeadline({ clock, deadlineMs, what, signal }, stop => ask(endpoint, word, stop));
}

/** `leader`, `follower`, `standalone`; null for a server that is not serving. */
export function modeIn(answer: string): string | null {
  return /^Mode: (\w+)$/m.exec(answer)?.[1] ?? null;
}

function ask({ host, port }: Endpoint, word: string, stop: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    stop.throwIfAborted();
    const socket = dial({ host, port });
    const pieces: Buffer[] = [];
    const abort = (): void => void socket.destroy();
    stop.addEventListener('abort', abort, { once: true });
    socket.on('connect', () => socket.write(word));
    socket.on('data', piece => pieces.push(piece));
    socket.on('error', reject);
    socket.on('close', () => {
      stop.removeEventListener('abort', abort);
      const answer = Buffer.concat(pieces).toString('utf8');
      if (answer === '') reject(new Error(`${host}:${port} closed the connection without an answer`));
      else resolve(answer);
    });
  });
}
