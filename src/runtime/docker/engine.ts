/**
 * The Docker Engine that the user means: `DOCKER_HOST` first, then the context that is in use, then the default socket.
 *
 * How it can mislead: an engine on another machine can do everything but show us its containers' own addresses; then
 * clients go through published ports.
 */
import Docker from 'dockerode';
import { exitCode, OrdealError } from '../../base/errors.ts';
import { type Clock, DeadlineError, withDeadline } from '../../base/time.ts';
import { currentContext } from './context.ts';

export interface Engine {
  readonly docker: Docker;
  /** Where published ports are reached. */
  readonly host: string;
  readonly local: boolean;
  /** `20.10.24`, for people. */
  readonly version: string;
  readonly memoryBytes: number;
  readonly cpus: number;
}

const helloDeadlineMs = 5_000;
const oldestApi = 1.41;

/** Throws `DOCKER_UNAVAILABLE` or `DOCKER_TOO_OLD` (exit 69), with what to do. */
export async function connectEngine(clock: Clock): Promise<Engine> {
  const { options, host, description } = whereTheEngineIs();
  const docker = new Docker(options);
  try {
    const [version, info] = await withDeadline(
      { clock, deadlineMs: helloDeadlineMs, what: `the Docker Engine at ${description}` },
      () => Promise.all([docker.version(), docker.info() as Promise<{ MemTotal: number; NCPU: number }>]),
    );
    if (Number(version.ApiVersion) < oldestApi) {
      throw new OrdealError(`the Docker Engine at ${description} is version ${version.Version}, which is too old`, {
        code: 'DOCKER_TOO_OLD',
        hint: 'version 20.10 or newer is needed',
        exit: exitCode.unavailable,
      });
    }
    return {
      docker,
      host: host ?? '127.0.0.1',
      local: host === null,
      version: version.Version,
      memoryBytes: info.MemTotal,
      cpus: info.NCPU,
    };
  } catch (error) {
    if (error instanceof OrdealError) throw error;
    throw unavailable(description, error);
  }
}

/** What the engine says of an error: its HTTP status, or null when it never answered. */
export function statusOf(error: unknown): number | null {
  const status = (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' ? status : null;
}

/** Resolves also when the engine answers with one of these: nothing was left to do. */
export async function unless(statuses: readonly number[], deed: Promise<unknown>): Promise<void> {
  try {
    await deed;
  } catch (error) {
    const status = statusOf(error);
    if (status === null || !statuses.includes(status)) throw error;
  }
}

interface Whereabouts {
  readonly options: Docker.DockerOptions;
  /** Null when it is this machine. */
  readonly host: string | null;
  /** For people. */
  readonly description: string;
}

function whereTheEngineIs(): Whereabouts {
  const fromEnvironment = process.env['DOCKER_HOST'];
  if (fromEnvironment) return { options: {}, host: hostOf(fromEnvironment), description: fromEnvironment };
  const context = currentContext();
  if (!context) return { options: {}, host: null, description: 'its default socket' };
  const { endpoint, name, tls } = context;
  const description = `${endpoint} (context ${name})`;
  if (/^(unix|npipe):\/\//.test(endpoint)) {
    return { options: { socketPath: endpoint.replace(/^\w+:\/\//, '') }, host: null, description };
  }
  const url = new URL(endpoint.replace(/^tcp:/, 'http:'));
  const host = hostOf(endpoint);
  const where = { host: url.hostname, ...(url.port ? { port: Number(url.port) } : {}) };
  if (url.protocol === 'ssh:') {
    const agent = process.env['SSH_AUTH_SOCK'];
    const options: Docker.DockerOptions = {
      ...where,
      protocol: 'ssh',
      ...(url.username ? { username: url.username } : {}),
      ...(agent ? { sshOptions: { agent } } : {}),
    };
    return { options, host, description };
  }
  return { options: { ...where, protocol: tls ? 'https' : 'http', ...tls }, host, description };
}

function hostOf(endpoint: string): string | null {
  if (/^(unix|npipe):\/\//.test(endpoint)) return null;
  const text = endpoint.includes('//') ? endpoint : `tcp://${endpoint}`;
  const { hostname } = new URL(text.replace(/^\w+:/, 'http:'));
  return hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]' ? null : hostname;
}

function unavailable(description: string, error: unknown): OrdealError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such socket',
    ECONNREFUSED: 'nobody listens there',
    EACCES: 'this user may not use it',
  };
  const late = error instanceof DeadlineError ? 'no answer' : null;
  const reason = late ?? reasons[code ?? ''] ?? (message || String(error));
  return new OrdealError(`no Docker Engine at ${description}: ${reason}`, {
    code: 'DOCKER_UNAVAILABLE',
    hint:
      code === 'EACCES'
        ? 'add this user to the group docker, or run as root'
        : 'install and start Docker, or set DOCKER_HOST; without Docker: ordeal run toy',
    exit: exitCode.unavailable,
    cause: error,
  });
}
