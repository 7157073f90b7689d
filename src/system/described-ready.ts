/**
 * Whether a node that nothing is known of is ready: its port listens, or it answers over HTTP.
 *
 * How it can mislead: a published port's proxy listens although the node does not. Ask for an answer over HTTP there.
 */
import { connect } from 'node:net';
import { HttpConnection } from '../client/http-connection.ts';
import type { Endpoint } from '../runtime/docker/spec.ts';

/** Null, or the sentence that says what is missing. Never rejects. */
export function listens({ host, port }: Endpoint, signal: AbortSignal): Promise<string | null> {
  return new Promise(resolve => {
    const socket = connect({ host, port });
    const end = (sentence: string | null) => {
      signal.removeEventListener('abort', abort);
      socket.destroy();
      resolve(sentence);
    };
    const abort = () => end(`nothing listens on ${host}:${port} yet`);
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => end(null));
    socket.once('error', error => end(`nothing listens on ${host}:${port} yet: ${error.message}`));
    if (signal.aborted) abort();
  });
}

export interface HttpQuestion {
  readonly endpoint: Endpoint;
  readonly path: string;
  /** Any answer when empty. */
  readonly status: readonly number[];
  readonly signal: AbortSignal;
}

/** Null, or the sentence that says what is missing. Never rejects. */
export async function answersHttp({ endpoint, path, status, signal }: HttpQuestion): Promise<string | null> {
  const url = `http://${endpoint.host}:${endpoint.port}${path}`;
  try {
    await using connection = await HttpConnection.open(endpoint, signal);
    const answer = await connection.exchange({ method: 'GET', path, headers: {}, body: null }, signal);
    if (status.length === 0 || status.includes(answer.status)) return null;
    return `${url} answers with status ${answer.status}, not ${status.join(' or ')}`;
  } catch (error) {
    return `${url} does not answer yet: ${(error as Error).message}`;
  }
}
