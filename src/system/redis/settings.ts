/**
 * What both systems of Redis can be told: the image, and how data is kept.
 */
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { ImageSpec } from '../../runtime/docker/spec.ts';

export const imageSetting = z
  .string()
  .default('')
  .describe('an image to be taken as it is, such as redis:7; empty: Redis of Debian, built here');

export const persistenceSetting = z
  .enum(['aof-always', 'aof-everysec', 'snapshot', 'none'])
  .default('aof-always')
  .describe(
    'how data is kept: a log that is synced at each write or each second, snapshots now and then, or not at all',
  );

export type Persistence = z.output<typeof persistenceSetting>;

export const redisPort = 6379;
export const sentinelPort = 26379;
export const dataPath = '/data';

export function image(name: string): ImageSpec {
  if (name !== '') return { name };
  // From `src/` and from `dist/` it is the same number of steps up to the package.
  return {
    name: 'redis',
    build: { directory: fileURLToPath(new URL('../../../src/system/redis/image', import.meta.url)) },
  };
}

/** Directives as they are in `redis.conf`, a name and its values each. */
export type Directive = readonly [name: string, ...values: readonly string[]];

/** What every server of ours is told. */
export function serverDirectives(persistence: Persistence): readonly Directive[] {
  return [
    ['port', String(redisPort)],
    ['bind', '0.0.0.0'],
    ['protected-mode', 'no'],
    ['dir', dataPath],
    ...persistenceDirectives[persistence],
  ];
}

const persistenceDirectives: Readonly<Record<Persistence, readonly Directive[]>> = {
  'aof-always': [
    ['save', ''],
    ['appendonly', 'yes'],
    ['appendfsync', 'always'],
  ],
  'aof-everysec': [
    ['save', ''],
    ['appendonly', 'yes'],
    ['appendfsync', 'everysec'],
  ],
  // As in the file that Redis comes with.
  snapshot: [
    ['save', '3600', '1'],
    ['save', '300', '100'],
    ['save', '60', '10000'],
    ['appendonly', 'no'],
  ],
  none: [
    ['save', ''],
    ['appendonly', 'no'],
  ],
};

/** `--save 3600 1`: for a server without a file. */
export function asArguments(directives: readonly Directive[]): readonly string[] {
  return directives.flatMap(([name, ...values]) => [`--${name}`, ...values]);
}

/** For a server that rewrites its file. */
export function asFile(directives: readonly Directive[]): string {
  return directives.map(words => `${words.map(word => (word === '' ? '""' : word)).join(' ')}\n`).join('');
}
