/**
 * Where the Docker Engine is and how it is reached, as the Docker command line would find it: `DOCKER_HOST` first, then
 * the context that is in use, then the default socket.
 *
 * The client library reads the same variables with other defaults; so it is always told everything.
 */
import { existsSync } from 'node:fs';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext } from 'node:tls';
import { exitCode, OrdealError } from '../../../base/errors.ts';
import type { Clock } from '../../../base/time.ts';
import { certificatesIn, configFolder, currentContext, hasFiles, type Tls } from './context.ts';
import { hostBehind, type SshTarget, sshAgent, sshCommand } from './ssh.ts';

export interface Whereabouts {
  readonly way: Way;
  /** Null when it is this machine. Without the brackets of an IPv6 address. */
  readonly host: string | null;
  /** For people. */
  readonly description: string;
  /** What a person can try, when there is something that explains more than we can. */
  readonly trial?: string;
}

/** How a request gets there. */
export type Way =
  | { readonly kind: 'socket'; readonly socketPath: string }
  | {
      readonly kind: 'http' | 'https';
      /** As in a URL: an IPv6 address in brackets. */
      readonly host: string;
      readonly port: number;
      readonly agent: HttpAgent | HttpsAgent;
    };

/** Throws `BAD_DOCKER_HOST`, `BAD_DOCKER_CONTEXT`, `BAD_DOCKER_CERTIFICATE` (all exit 64). */
export function whereTheEngineIs(clock: Clock): Whereabouts {
  const fromEnvironment = process.env['DOCKER_HOST'];
  if (fromEnvironment) {
    const source = { endpoint: fromEnvironment, description: fromEnvironment, code: 'BAD_DOCKER_HOST' };
    return follow({ ...source, tls: tlsOfEnvironment(fromEnvironment) }, clock);
  }
  const context = currentContext();
  if (!context) return follow({ endpoint: 'unix://', description: defaultSocket(), tls: null, code: '' }, clock);
  const { endpoint, name, tls } = context;
  return follow({ endpoint, description: `${endpoint} (context ${name})`, tls, code: 'BAD_DOCKER_CONTEXT' }, clock);
}

interface Source {
  readonly endpoint: string;
  readonly description: string;
  readonly tls: Tls | null;
  /** Of the error when the endpoint is none. */
  readonly code: string;
}

function follow(source: Source, clock: Clock): Whereabouts {
  const { endpoint, description, tls } = source;
  const [, scheme = 'tcp', rest = ''] = /^(?:([\w+.-]+):\/\/)?(.*)$/s.exec(endpoint) ?? [];
  const way = (socketPath: string): Whereabouts => ({ way: { kind: 'socket', socketPath }, host: null, description });
  if (scheme === 'unix') return way(rest || defaultSocket());
  if (scheme === 'npipe') return way(rest || windowsPipe);
  if (!['tcp', 'http', 'https', 'ssh'].includes(scheme)) throw noEndpoint(source);
  // Under a scheme that it does not know, a URL keeps its port also when that is the usual one of another.
  const url = urlOf(`tcp://${rest}`);
  if (!url?.hostname) throw noEndpoint(source);
  if (scheme === 'ssh') {
    const target = sshTarget(url, source);
    const route: Way = { kind: 'http', host: 'docker', port: 80, agent: sshAgent(target, clock) };
    const trial = `${sshCommand(target)} docker version`;
    return { way: route, host: remoteHost(hostBehind(target)), description, trial };
  }
  if (url.pathname.length > 1) throw noEndpoint(source);
  const secure = tls !== null || scheme === 'https';
  const port = url.port ? Number(url.port) : secure ? 2376 : 2375;
  const agent = secure ? tlsAgent(tls) : new HttpAgent({ keepAlive: true });
  const route: Way = { kind: secure ? 'https' : 'http', host: url.hostname, port, agent };
  return { way: route, host: remoteHost(url.hostname), description };
}

const windowsPipe = '//./pipe/docker_engine';

/** Newer Docker Desktops have it in the user's folder. */
function defaultSocket(): string {
  if (process.platform === 'win32') return windowsPipe;
  const own = join(homedir(), '.docker', 'run', 'docker.sock');
  return existsSync(own) ? own : '/var/run/docker.sock';
}

function urlOf(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}

function remoteHost(hostname: string): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, '$1');
  const here = ['localhost', '::1', '::', '0.0.0.0'].includes(bare.toLowerCase()) || /^127\.[\d.]+$/.test(bare);
  return here ? null : bare;
}

function sshTarget(url: URL, source: Source): SshTarget {
  if (url.password) {
    // Not shown: it holds a password.
    throw noEndpoint({ ...source, endpoint: 'ssh://...' }, 'a password has no place in it: use a key');
  }
  return {
    host: decodeURIComponent(url.hostname.replace(/^\[(.*)\]$/, '$1')),
    ...(url.port ? { port: Number(url.port) } : {}),
    ...(url.username ? { user: decodeURIComponent(url.username) } : {}),
    ...(url.pathname.length > 1 ? { socketPath: decodeURIComponent(url.pathname) } : {}),
  };
}

function noEndpoint({ endpoint, code }: Source, hint?: string): OrdealError {
  const where = code === 'BAD_DOCKER_CONTEXT' ? 'the Docker context in use has' : 'DOCKER_HOST is';
  return new OrdealError(`${where} "${endpoint}", which leads to no Docker Engine`, {
    code,
    hint: hint ?? 'it looks like unix:///var/run/docker.sock, tcp://host:2375 or ssh://user@host',
    exit: exitCode.usage,
  });
}

/** Port 2376 is that of TLS. `DOCKER_TLS` asks for it without believing anything. */
function tlsOfEnvironment(endpoint: string): Tls | null {
  if (!/^(tcp:\/\/|https:\/\/|[^/]*$)/.test(endpoint)) return null;
  const { DOCKER_TLS_VERIFY: verify, DOCKER_TLS: unverified, DOCKER_CERT_PATH: folder } = process.env;
  const secure = /^https:|:2376\/?$/.test(endpoint);
  if (!verify && !unverified && !secure) return null;
  const tls = certificatesIn(folder || configFolder(), Boolean(verify) || !unverified);
  if (folder && !hasFiles(tls)) {
    throw new OrdealError(`there are no certificates in the folder ${folder} that DOCKER_CERT_PATH names`, {
      code: 'BAD_DOCKER_CERTIFICATE',
      hint: 'it holds ca.pem, cert.pem and key.pem',
      place: { file: folder },
    });
  }
  return tls;
}

function tlsAgent(tls: Tls | null): HttpsAgent {
  const { verify = true, folder = '', ...files } = tls ?? {};
  try {
    createSecureContext(files);
  } catch (error) {
    throw new OrdealError(`the certificates in ${folder} cannot be used: ${(error as Error).message}`, {
      code: 'BAD_DOCKER_CERTIFICATE',
      hint: 'ca.pem, cert.pem and key.pem are in PEM form, the key without a passphrase',
      place: { file: folder },
      cause: error,
    });
  }
  // Some who stand before an engine, as socat does, hang up on a session that is taken up again.
  return new HttpsAgent({ ...files, rejectUnauthorized: verify, keepAlive: true, maxCachedSessions: 0 });
}
