/**
 * The first words with an engine, and what is said to a person when they fail.
 *
 * Not through the client library: whatever answers must be able to be anything, and to be left at once.
 */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { exitCode, OrdealError } from '../../../base/errors.ts';
import { DeadlineError } from '../../../base/time.ts';
import type { Way, Whereabouts } from './whereabouts.ts';

export interface Greeting {
  /** `20.10.24` */
  readonly version: string;
  readonly memoryBytes: number;
  readonly cpus: number;
}

const oldestApi = { major: 1, minor: 41 };

/** Throws `DOCKER_TOO_OLD`, or whatever `unavailable` turns into words. */
export async function greet(whereabouts: Whereabouts, signal: AbortSignal): Promise<Greeting> {
  const version = await ask<{ Version: string; ApiVersion: string }>(whereabouts.way, '/version', signal);
  const [, major, minor] = /^(\d+)\.(\d+)$/.exec(`${version.ApiVersion}`)?.map(Number) ?? [];
  if (typeof version.Version !== 'string' || major === undefined || minor === undefined) {
    throw new StrangeAnswer('what it answers says no version');
  }
  if (major < oldestApi.major || (major === oldestApi.major && minor < oldestApi.minor)) {
    throw new OrdealError(
      `the Docker Engine at ${whereabouts.description} is version ${version.Version}, which is too old`,
      { code: 'DOCKER_TOO_OLD', hint: 'version 20.10 or newer is needed', exit: exitCode.unavailable },
    );
  }
  const info = await ask<{ MemTotal: number; NCPU: number }>(whereabouts.way, '/info', signal);
  if (typeof info.MemTotal !== 'number' || typeof info.NCPU !== 'number') {
    throw new StrangeAnswer('what it answers says nothing of its machine');
  }
  return { version: version.Version, memoryBytes: info.MemTotal, cpus: info.NCPU };
}

/** An answer that no engine gives, or that of an engine that cannot help us. */
class StrangeAnswer extends Error {
  override readonly name = 'StrangeAnswer';
}

async function ask<T>(way: Way, path: string, signal: AbortSignal): Promise<Partial<T>> {
  const { status, text } = await get(way, path, signal);
  const content = parse(text);
  const message = (content as { message?: unknown } | null)?.message ?? text.trim();
  const words =
    typeof message === 'string' && message !== '' && !message.includes('<') ? `: ${firstLine(message)}` : '';
  if (status >= 500) throw new StrangeAnswer(`it answers with HTTP ${status}${words}`);
  if (status === 401 || status === 403) throw new StrangeAnswer(`it refuses us with HTTP ${status}${words}`);
  if (status === 400 && /HTTPS/i.test(words)) throw new StrangeAnswer(wantsTls);
  if (status !== 200) throw new StrangeAnswer(`it answers with HTTP ${status}${words}, as no Docker Engine does`);
  if (content === null || typeof content !== 'object') {
    throw new StrangeAnswer('what it answers is no JSON, so it is no Docker Engine');
  }
  return content;
}

const wantsTls = 'it wants TLS';

function get(way: Way, path: string, signal: AbortSignal): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    const request = way.kind === 'https' ? httpsRequest : httpRequest;
    const where =
      way.kind === 'socket'
        ? { socketPath: way.socketPath }
        : { hostname: way.host.replace(/^\[(.*)\]$/, '$1'), port: way.port, agent: way.agent };
    const call = request({ ...where, path, signal }, response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    call.on('error', reject);
    call.end();
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

/** `DOCKER_UNAVAILABLE` (exit 69): why, and what to do. */
export function unavailable({ description, way, trial }: Whereabouts, error: unknown): OrdealError {
  const { reason, hint } = explain(error, way);
  return new OrdealError(`no Docker Engine at ${description}: ${reason}`, {
    code: 'DOCKER_UNAVAILABLE',
    hint: trial === undefined ? hint : `this has to work without a question: ${trial}`,
    exit: exitCode.unavailable,
    cause: error,
  });
}

interface Explanation {
  readonly reason: string;
  readonly hint: string;
}

const install = 'install and start Docker, or set DOCKER_HOST; without Docker: ordeal run toy';
const askTls = 'if it wants TLS, set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of its certificates';
const address = 'see whether DOCKER_HOST, or the context in use, names the right address';

/** By the codes of Node. */
const known: Readonly<Record<string, Explanation>> = {
  ENOENT: { reason: 'there is no such socket', hint: install },
  EACCES: { reason: 'this user may not use it', hint: 'add this user to the group docker, or run as root' },
  EPERM: { reason: 'this user may not use it', hint: 'add this user to the group docker, or run as root' },
  ECONNREFUSED: { reason: 'nobody listens there', hint: install },
  ENOTSOCK: { reason: 'this is no socket', hint: address },
  ENOTFOUND: { reason: 'there is no host of that name', hint: address },
  EAI_AGAIN: { reason: 'that name could not be looked up', hint: address },
  EHOSTUNREACH: { reason: 'there is no way to that host', hint: address },
  ENETUNREACH: { reason: 'there is no way to that network', hint: address },
  ETIMEDOUT: { reason: 'that host does not answer', hint: address },
};

function explain(error: unknown, way: Way): Explanation {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof DeadlineError)
    return { reason: 'it was asked and said nothing', hint: `${address}; is it stuck?` };
  if (error instanceof StrangeAnswer) return { reason: message, hint: message === wantsTls ? askTls : address };
  const plain = known[code];
  if (plain) return plain;
  if (code.startsWith('HPE_')) return { reason: 'what answers does not speak HTTP', hint: address };
  const ended = code === 'ECONNRESET' || code === 'EPIPE' || /socket hang up/.test(message);
  if (way.kind === 'https') return explainTls(code, message);
  if (ended) {
    const reason = 'it ended the connection without an answer';
    return { reason, hint: way.kind === 'http' ? askTls : install };
  }
  return { reason: firstLine(message || String(error)), hint: install };
}

function explainTls(code: string, message: string): Explanation {
  if (/WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG/i.test(code) || code === 'EPROTO') {
    return { reason: 'it does not speak TLS', hint: 'unset DOCKER_TLS_VERIFY if it is not meant to' };
  }
  if (/ALERT/.test(code) || code === 'ECONNRESET' || code === 'EPIPE') {
    return {
      reason: `it does not accept the certificate that we show, or that we show none (${code})`,
      hint: 'cert.pem and key.pem in the folder of DOCKER_CERT_PATH, or of the context, are those of a client',
    };
  }
  return {
    reason: `its certificate is refused: ${firstLine(message)}`,
    hint: 'ca.pem in the folder of DOCKER_CERT_PATH, or of the context, is of the authority that signed it for this host',
  };
}

const longestLine = 200;

function firstLine(text: string): string {
  return (text.trim().split('\n')[0] ?? '').slice(0, longestLine);
}
