/**
 * Images: taken when they are there, built from their folder or pulled when not.
 *
 * An image of ours is tagged with a digest of the folder that it is built from, so a changed Dockerfile is a new image
 * and an unchanged one is built once.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { exitCode, OrdealError } from '../../base/errors.ts';
import { statusOf } from './engine.ts';
import type { ImageSpec } from './spec.ts';

export interface ImageOptions {
  readonly docker: Docker;
  readonly onProgress: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/** The name under which a container can be made of it. Throws `IMAGE_BUILD_FAILED`, `IMAGE_UNAVAILABLE` (exit 69). */
export async function ensureImage(spec: ImageSpec, options: ImageOptions): Promise<string> {
  const name = spec.build ? `ordeal/${spec.name}:${digestOf(spec.build)}` : spec.name;
  if (await isThere(options.docker, name)) return name;
  if (spec.build) await build(name, spec.build, options);
  else await pull(name, options);
  return name;
}

async function isThere(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404) return false;
    throw error;
  }
}

type Build = NonNullable<ImageSpec['build']>;

async function build(name: string, { directory, ...rest }: Build, options: ImageOptions): Promise<void> {
  options.onProgress(`building the image ${name}, once`);
  const context = { context: directory, src: readdirSync(directory) };
  const stream = await options.docker.buildImage(context, {
    t: name,
    dockerfile: rest.dockerfile ?? 'Dockerfile',
    // Package mirrors are reached as the host reaches them.
    networkmode: 'host',
    abortSignal: options.signal,
    ...(rest.target === undefined ? {} : { target: rest.target }),
    ...(rest.arguments === undefined ? {} : { buildargs: rest.arguments }),
  });
  const lines: string[] = [];
  const failure = await follow(options, stream as Readable, ({ stream: text }) => {
    if (!text?.trim()) return;
    lines.push(text.trimEnd());
    if (text.startsWith('Step ')) options.onProgress(`${name}: ${text.trim().split('\n')[0]}`);
  });
  if (failure === null) return;
  throw new OrdealError(`the image ${name} could not be built: ${failure}`, {
    code: 'IMAGE_BUILD_FAILED',
    place: { file: join(directory, rest.dockerfile ?? 'Dockerfile') },
    hint: `its last lines: ${lines.slice(-3).join(' / ')}`,
    exit: exitCode.unavailable,
  });
}

async function pull(name: string, options: ImageOptions): Promise<void> {
  options.onProgress(`pulling the image ${name}`);
  let failure: string | null;
  try {
    // Without a tag the engine would pull all of them.
    const reference = /:[^/]+$|@/.test(name) ? name : `${name}:latest`;
    const stream = (await options.docker.pull(reference, { abortSignal: options.signal })) as Readable;
    failure = await follow(options, stream, () => undefined);
  } catch (error) {
    options.signal.throwIfAborted();
    failure = (error as Error).message;
  }
  if (failure === null) return;
  throw new OrdealError(`the image ${name} is not here and could not be pulled: ${failure}`, {
    code: 'IMAGE_UNAVAILABLE',
    hint: 'check its name; without a registry, load it with docker load, or build it from a folder',
    exit: exitCode.unavailable,
  });
}

interface Progress {
  readonly stream?: string;
  readonly error?: string;
}

/** Null, or what went wrong: a failure comes as an event, not as an error of the stream. */
async function follow(
  { docker, signal }: ImageOptions,
  stream: Readable,
  onEvent: (event: Progress) => void,
): Promise<string | null> {
  let failure: string | null = null;
  const abort = (): void => void stream.destroy(signal.reason as Error);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        error => (error ? reject(error) : resolve()),
        (event: Progress) => {
          if (event.error) failure = event.error;
          onEvent(event);
        },
      );
    });
  } catch (error) {
    signal.throwIfAborted();
    failure ??= (error as Error).message;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  return failure;
}

/** Of names and contents of all files of the folder, and of what the build is told beside. */
function digestOf({ directory, ...rest }: Build): string {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = files.map(entry => join(entry.parentPath, entry.name)).toSorted();
  for (const path of paths) hash.update(path.slice(directory.length)).update('\0').update(readFileSync(path));
  return hash.digest('hex').slice(0, 12);
}
