/**
 * The context that the Docker command line uses: `DOCKER_CONTEXT`, or what `docker context use` wrote down.
 *
 * Source: the layout of `~/.docker` (`config.json`, `contexts/meta/<sha256 of the name>/meta.json`, `contexts/tls/...`).
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { OrdealError } from '../../../base/errors.ts';

export interface DockerContext {
  readonly name: string;
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`. */
  readonly endpoint: string;
  /** Null when the context says nothing of TLS. */
  readonly tls: Tls | null;
}

/** How TLS is spoken. Each file may be missing: then nothing is shown, or the machine's own authorities are trusted. */
export interface Tls {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  /** False: whatever certificate the engine shows is taken. */
  readonly verify: boolean;
  /** Where the files are, for people. */
  readonly folder: string;
}

/** Null when it is the default one. Throws `BAD_DOCKER_CONTEXT` when a context was chosen that is not there. */
export function currentContext(): DockerContext | null {
  const folder = configFolder();
  const name = process.env['DOCKER_CONTEXT'] || chosen(join(folder, 'config.json'));
  if (!name || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(folder, 'contexts', 'meta', id, 'meta.json');
  const docker = endpointIn(file);
  if (docker === null) {
    throw new OrdealError(`there is no Docker context "${name}"`, {
      code: 'BAD_DOCKER_CONTEXT',
      place: { file },
      hint: 'docker context ls shows those that there are',
    });
  }
  const verify = docker.SkipTLSVerify !== true;
  const tls = certificatesIn(join(folder, 'contexts', 'tls', id, 'docker'), verify);
  return { name, endpoint: docker.Host, tls: hasFiles(tls) || !verify ? tls : null };
}

/** Where the Docker command line keeps what it was told. */
export function configFolder(): string {
  return process.env['DOCKER_CONFIG'] || join(homedir(), '.docker');
}

/** Those of `ca.pem`, `cert.pem` and `key.pem` that are there. */
export function certificatesIn(folder: string, verify: boolean): Tls {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map(name => fileOrNull(join(folder, name)));
  return { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}), verify, folder };
}

export function hasFiles({ ca, cert, key }: Tls): boolean {
  return Boolean(ca ?? cert ?? key);
}

function chosen(file: string): string | null {
  const name = (readJson(file) as { currentContext?: unknown } | null)?.currentContext;
  return typeof name === 'string' ? name : null;
}

function endpointIn(file: string): { readonly Host: string; readonly SkipTLSVerify: unknown } | null {
  const meta = readJson(file) as { Endpoints?: { docker?: { Host?: unknown; SkipTLSVerify?: unknown } } } | null;
  const docker = meta?.Endpoints?.docker;
  if (typeof docker?.Host !== 'string' || docker.Host === '') return null;
  return { Host: docker.Host, SkipTLSVerify: docker.SkipTLSVerify };
}

/** Null for a file that is not there or is no JSON: then nothing was chosen. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

/** One that is there and cannot be read is an error, not a missing one. */
function fileOrNull(path: string): Buffer | null {
  try {
    return readFileSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new OrdealError(`a certificate for the Docker Engine cannot be read: ${message}`, {
      code: 'BAD_DOCKER_CERTIFICATE',
      place: { file: path },
      cause: error,
    });
  }
}
