/**
 * The context that the Docker command line uses: `DOCKER_CONTEXT`, or what `docker context use` wrote down.
 *
 * Source: the layout of `~/.docker` (`config.json`, `contexts/meta/<sha256 of the name>/meta.json`, `contexts/tls/...`).
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { OrdealError } from '../../base/errors.ts';

export interface DockerContext {
  readonly name: string;
  /** `unix:///var/run/docker.sock`, `tcp://host:2376`, `ssh://user@host`. */
  readonly endpoint: string;
  readonly tls: { readonly ca: Buffer; readonly cert: Buffer; readonly key: Buffer } | null;
}

/** Null when it is the default one. Throws `BAD_DOCKER_CONTEXT` when a context was chosen that is not there. */
export function currentContext(): DockerContext | null {
  const folder = process.env['DOCKER_CONFIG'] || join(homedir(), '.docker');
  const name = process.env['DOCKER_CONTEXT'] || chosen(join(folder, 'config.json'));
  if (!name || name === 'default') return null;
  const id = createHash('sha256').update(name).digest('hex');
  const file = join(folder, 'contexts', 'meta', id, 'meta.json');
  const endpoint = endpointIn(file);
  if (endpoint === null) {
    throw new OrdealError(`there is no Docker context "${name}"`, {
      code: 'BAD_DOCKER_CONTEXT',
      place: { file },
      hint: 'docker context ls shows those that there are',
    });
  }
  return { name, endpoint, tls: certificates(join(folder, 'contexts', 'tls', id, 'docker')) };
}

function chosen(file: string): string | null {
  const name = (readJson(file) as { currentContext?: unknown } | null)?.currentContext;
  return typeof name === 'string' ? name : null;
}

function endpointIn(file: string): string | null {
  const meta = readJson(file) as { Endpoints?: { docker?: { Host?: unknown } } } | null;
  const host = meta?.Endpoints?.docker?.Host;
  return typeof host === 'string' && host !== '' ? host : null;
}

/** Null for a file that is not there or is no JSON: then nothing was chosen. */
function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as unknown;
  } catch {
    return null;
  }
}

function certificates(folder: string): DockerContext['tls'] {
  const [ca, cert, key] = ['ca.pem', 'cert.pem', 'key.pem'].map(name => join(folder, name));
  if (!ca || !cert || !key || ![ca, cert, key].every(file => existsSync(file))) return null;
  return { ca: readFileSync(ca), cert: readFileSync(cert), key: readFileSync(key) };
}
