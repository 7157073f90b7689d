/**
 * The form of `plan.json`. Strict: a key that we do not know may be one that a person believes to matter.
 */
import { z } from 'zod';
import type { Plan } from '../run/plan.ts';
import { describedSchema } from './described-schema.ts';

const milliseconds = z.number().nonnegative();
const names = z.array(z.string().min(1));

export const planSchema: z.ZodType<Plan> = z.strictObject({
  version: z.literal(1),
  seed: z.string(),
  system: z.union([
    z.strictObject({ name: z.literal('bin'), command: z.tuple([z.string()], z.string()) }),
    z.strictObject({
      name: z.string().min(1),
      bugs: names,
      settings: z.record(z.string(), z.string()).exactOptional(),
      described: describedSchema.exactOptional(),
    }),
  ]),
  nodes: names.min(1),
  workload: z.string(),
  nemesis: names,
  schedule: z.array(
    z.strictObject({
      id: z.int().positive(),
      beginMs: milliseconds,
      endMs: milliseconds,
      kind: z.string(),
      target: z.string(),
      parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
    }),
  ),
  latency: z.strictObject({ distribution: z.enum(['constant', 'uniform', 'exponential']), meanMs: milliseconds }),
  network: z.enum(['direct', 'overlay']).exactOptional(),
  consistency: z.enum(['linearizable', 'sequential']).exactOptional(),
  concurrency: z.int().positive(),
  rate: z.number().nonnegative(),
  timeLimitMs: milliseconds,
  operationTimeoutMs: milliseconds.positive(),
  convergenceDeadlineMs: milliseconds,
});
