/**
 * Redis, a single server. Everything in one place and in one order: linearizable as long as it remembers.
 *
 * What is under test is whether it does: after SIGKILL it comes back with what it had written to disk.
 */

import { z } from 'zod';
import { OrdealError } from '../../base/errors.ts';
import { systemClock } from '../../base/time.ts';
import type { DockerDescription } from '../docker.ts';
import { redisClient } from './client.ts';
import { openConnection } from './connection.ts';
import { workloads } from './operations.ts';
import { copyHeldBy, serverReady } from './probe.ts';
import { Route } from './route.ts';
import {
  asArguments,
  dataPath,
  image,
  imageSetting,
  persistenceSetting,
  redisPort,
  serverDirectives,
} from './settings.ts';

const settings = z.strictObject({ persistence: persistenceSetting, image: imageSetting });

export const redis: DockerDescription<typeof settings> = {
  name: 'redis',
  summary: 'Redis, a single server; what survives it depends on how it persists',
  settings,
  defaults: () => ({ workload: 'g-set', nemesis: ['kill-one'], nodes: 1, operationTimeoutMs: 1_500 }),
  workloads: () => workloads,
  pod({ nodes, settings: chosen }) {
    if (nodes.length !== 1) {
      throw new OrdealError(`redis is a single server, and ${nodes.length} nodes were asked for`, {
        code: 'UNSUPPORTED_NODES',
        hint: 'leave --nodes out, or use redis-sentinel',
      });
    }
    return {
      image: image(chosen.image),
      entrypoint: ['redis-server'],
      command: asArguments(serverDirectives(chosen.persistence)),
      ports: [redisPort],
      data: { path: dataPath },
    };
  },
  ready: ({ node, endpoint, signal }) => serverReady(node, { endpoint: endpoint(redisPort), signal }),
  async connect({ node, endpoint, workload, signal }) {
    const clock = systemClock();
    const own = endpoint(node, redisPort);
    const first = await openConnection({ endpoint: own, clock, signal });
    const route = new Route(() => openConnection({ endpoint: own, clock }), first);
    return redisClient({ workload, writes: route, reads: route });
  },
  replica: ({ endpoint, signal, workload }) => copyHeldBy(workload, { endpoint: endpoint(redisPort), signal }),
};
