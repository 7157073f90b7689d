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
import { exitCode, OrdealError } from '../../../base/errors.ts';
import type { ImageSpec } from '../spec.ts';
import { statusOf } from './engine.ts';

export interface ImageOptions {
  readonly docker: Docker;
  readonly onProgress: (sentence: string) => void;
  readonly signal: AbortSignal;
}

/**
 * The name under which a container can be made of it. Throws `IMAGE_BUILD_FAILED`, `IMAGE_UNAVAILABLE` (exit 69), or the
 * signal's reason: then the engine stops building and takes away the container of the step that it was at.
 */
export async function ensureImage(spec: ImageSpec, options: ImageOptions): Promise<string> {
  options.signal.throwIfAborted();
  const name = spec.build ? `ordeal/${spec.name}:${digestOf(spec.build)}` : spec.name;
  if (await isThere(options.docker, name)) return name;
  if (spec.build) await build(name, spec.build, options);
  else await pull(name, options);
  return name;
}

/** A name that can be no image's is that of none. */
async function isThere(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if (statusOf(error) === 404 || isNoName(error)) return false;
    throw error;
  }
}

function isNoName(error: unknown): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_UNESCAPED_CHARACTERS' || /invalid reference format/.test(message);
}

type Build = NonNullable<ImageSpec['build']>;

async function build(name: string, { directory, ...rest }: Build, options: ImageOptions): Promise<void> {
  const { docker, onProgress, signal } = options;
  const title = `building the image ${name}`;
  onProgress(`${title}, once`);
  const context = { context: directory, src: readdirSync(directory) };
  const lines: string[] = [];
  const failure = await follow(options, {
    begin: () =>
      docker.buildImage(context, {
        t: name,
        dockerfile: rest.dockerfile ?? 'Dockerfile',
        // Package mirrors are reached as the host reaches them.
        networkmode: 'host',
        // Also the container of a step that failed.
        forcerm: true,
        abortSignal: signal,
        ...(rest.target === undefined ? {} : { target: rest.target }),
        ...(rest.arguments === undefined ? {} : { buildargs: rest.arguments }),
      }),
    onEvent: ({ stream: text }) => {
      if (!text?.trim()) return;
      lines.push(text.trimEnd());
      const step = stepIn(text);
      if (step !== null) onProgress(`${title}: ${step}`);
    },
  });
  if (failure === null && (await isThere(docker, name))) return;
  throw new OrdealError(`the image ${name} could not be built: ${failure ?? 'the engine says nothing of why'}`, {
    code: 'IMAGE_BUILD_FAILED',
    place: { file: join(directory, rest.dockerfile ?? 'Dockerfile') },
    ...(lines.length === 0 ? {} : { hint: `its last lines: ${lines.slice(-3).join(' / ')}` }),
    exit: exitCode.unavailable,
  });
}

const longestStep = 100;

/** `step 2 of 5, RUN apt-get update`, out of `Step 2/5 : RUN apt-get update`. */
function stepIn(text: string): string | null {
  const [, at, of, command = ''] = /^Step (\d+)\/(\d+) : (.*)/.exec(text) ?? [];
  if (at === undefined) return null;
  const plain = command.replaceAll(/\s+/g, ' ').trim();
  return `step ${at} of ${of}, ${plain.length > longestStep ? `${plain.slice(0, longestStep)} ...` : plain}`;
}

async function pull(name: string, options: ImageOptions): Promise<void> {
  const { docker, onProgress, signal } = options;
  const title = `pulling the image ${name}`;
  onProgress(title);
  // Without a tag the engine would pull all of them.
  const reference = /:[^/]+$|@/.test(name) ? name : `${name}:latest`;
  const layers = new Map<string, boolean>();
  const failure = await follow(options, {
    begin: () => docker.pull(reference, { abortSignal: signal }),
    onEvent: ({ id, status }) => {
      if (id === undefined || !/^(Pulling fs layer|Already exists|Pull complete)$/.test(status ?? '')) return;
      layers.set(id, status !== 'Pulling fs layer');
      if (status !== 'Pull complete') return;
      onProgress(`${title}: ${[...layers.values()].filter(Boolean).length} of ${layers.size} layers are here`);
    },
  });
  if (failure === null && (await isThere(docker, name))) return;
  const why = failure ?? 'the engine says nothing of why';
  throw new OrdealError(`the image ${name} is not here and could not be pulled: ${why}`, {
    code: 'IMAGE_UNAVAILABLE',
    hint: 'check its name; without a registry, load it with docker load, or build it from a folder',
    exit: exitCode.unavailable,
  });
}

interface Progress {
  readonly id?: string;
  readonly status?: string;
  readonly stream?: string;
  readonly error?: string;
}

/** Null, or what went wrong: it comes as an answer, as an event, or as the end of the connection. */
async function follow(
  { docker, signal }: ImageOptions,
  { begin, onEvent }: { readonly begin: () => Promise<unknown>; readonly onEvent: (event: Progress) => void },
): Promise<string | null> {
  let failure: string | null = null;
  let abort: (() => void) | null = null;
  try {
    const stream = (await begin()) as Readable;
    // A character may be cut by the end of a packet.
    stream.setEncoding('utf8');
    abort = (): void => void stream.destroy(signal.reason as Error);
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) abort();
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(
        stream,
        error => (error ? reject(error) : resolve()),
        (event: Progress) => {
          failure ??= event.error ?? null;
          onEvent(event);
        },
      );
    });
  } catch (error) {
    failure ??= reasonOf(error);
  } finally {
    if (abort) signal.removeEventListener('abort', abort);
  }
  signal.throwIfAborted();
  return failure?.trim() ?? null;
}

/** The engine's own words, without those of the library around them. */
function reasonOf(error: unknown): string {
  const { message, json } = error as Error & { readonly json?: { readonly message?: unknown } | null };
  if (typeof json?.message === 'string') return json.message;
  return message.replace(/^\(HTTP code \d+\) [^-]* - /, '');
}

/** Of names and contents of all files of the folder, and of what the build is told beside. */
function digestOf({ directory, ...rest }: Build): string {
  const hash = createHash('sha256').update(JSON.stringify(rest));
  try {
    const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    const paths = files.map(entry => join(entry.parentPath, entry.name)).toSorted();
    for (const path of paths) hash.update(path.slice(directory.length)).update('\0').update(readFileSync(path));
  } catch (error) {
    throw new OrdealError(`an image cannot be built of this folder: ${(error as Error).message}`, {
      code: 'IMAGE_BUILD_FAILED',
      place: { file: directory },
      exit: exitCode.unavailable,
      cause: error,
    });
  }
  return hash.digest('hex').slice(0, 12);
}
