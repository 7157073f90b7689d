/**
 * The Docker Engine that the user means: `DOCKER_HOST` first, then the context that is in use, then the default socket.
 *
 * How it can mislead: an engine on another machine can do everything but show us its containers' own addresses; then
 * clients go through published ports.
 */
import type Docker from 'dockerode';
import { OrdealError } from '../../../base/errors.ts';
import { type Clock, withDeadline } from '../../../base/time.ts';
import { greet, unavailable } from './hello.ts';
import { type Way, type Whereabouts, whereTheEngineIs } from './whereabouts.ts';

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

/**
 * Throws `DOCKER_UNAVAILABLE` or `DOCKER_TOO_OLD` (exit 69), or what `whereTheEngineIs` throws, always with what to do.
 */
export async function connectEngine(clock: Clock): Promise<Engine> {
  const whereabouts = whereTheEngineIs(clock);
  try {
    const greeting = await withDeadline(
      { clock, deadlineMs: helloDeadlineMs, what: `the Docker Engine at ${whereabouts.description}` },
      signal => greet(whereabouts, signal),
    );
    return {
      ...greeting,
      docker: await clientOf(whereabouts),
      host: whereabouts.host ?? '127.0.0.1',
      local: whereabouts.host === null,
    };
  } catch (error) {
    if (error instanceof OrdealError) throw error;
    throw unavailable(whereabouts, error);
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

/**
 * The library would add what it reads in the environment itself, and fail over files that nobody asked for. It is large,
 * and loaded only where there is an engine to talk to.
 */
async function clientOf({ way }: Whereabouts): Promise<Docker> {
  const options = optionsOf(way);
  const { default: Client } = await import('dockerode');
  const own = process.env['DOCKER_HOST'];
  delete process.env['DOCKER_HOST'];
  try {
    return new Client(options);
  } finally {
    if (own !== undefined) process.env['DOCKER_HOST'] = own;
  }
}

/** Its types do not know the agent, which it hands to every request. */
type ClientOptions = Docker.DockerOptions & { readonly agent?: unknown };

function optionsOf(way: Way): ClientOptions {
  if (way.kind === 'socket') return { socketPath: way.socketPath };
  return { protocol: way.kind, host: way.host, port: way.port, agent: way.agent };
}
