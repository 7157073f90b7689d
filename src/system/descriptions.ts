/**
 * The systems that run in Docker: those that are built in, by name, and those that a user describes.
 */
import type { z } from 'zod';
import { systemClock } from '../base/time.ts';
import { type DescribedChoice, type DescribedTools, describedSystem } from './described.ts';
import type { DockerDescription } from './docker.ts';
import { etcd } from './etcd/etcd.ts';
import { redis } from './redis/redis.ts';
import { redisSentinel } from './redis/redis-sentinel.ts';
import type { SystemChoice } from './system.ts';
import { zooKeeper } from './zookeeper/zookeeper.ts';

/** What comes with ordeal. */
export const builtInTools: DescribedTools = {
  builtIns: [anyDescription(etcd), anyDescription(zooKeeper), anyDescription(redis), anyDescription(redisSentinel)],
  clock: systemClock(),
};

/** Null for a system that does not run in Docker, and for a name that nobody has. */
export function descriptionOf(
  choice: SystemChoice | DescribedChoice,
  tools: DescribedTools = builtInTools,
): DockerDescription | null {
  if ('described' in choice) return describedSystem(choice, tools);
  return tools.builtIns.find(({ name }) => name === choice.name) ?? null;
}

/**
 * One of a list whose members have settings of their own. Sound as long as every description is given only what its own
 * schema has made of the settings.
 */
export function anyDescription<S extends z.ZodObject>(description: DockerDescription<S>): DockerDescription {
  return description;
}
