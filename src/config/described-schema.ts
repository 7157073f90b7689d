/**
 * The form of a described system in `plan.json`. What a configuration may say is elsewhere (`described.ts`): this is what
 * it has become.
 */
import { z } from 'zod';
import type { DescribedSystem } from '../system/described.ts';

const texts = z.record(z.string(), z.string());
const words = z.array(z.string());
const port = z.int().min(1).max(65_535);
const ports = z.array(port);
const status = z.array(z.int());

const container = {
  image: z.strictObject({
    name: z.string().min(1),
    build: z
      .strictObject({
        directory: z.string(),
        dockerfile: z.string().exactOptional(),
        target: z.string().exactOptional(),
        arguments: texts.exactOptional(),
      })
      .exactOptional(),
  }),
  entrypoint: words.exactOptional(),
  command: words.exactOptional(),
  environment: texts.exactOptional(),
  files: texts.exactOptional(),
  user: z.string().exactOptional(),
  workingDirectory: z.string().exactOptional(),
  init: z.boolean().exactOptional(),
  capAdd: words.exactOptional(),
  tmpfs: texts.exactOptional(),
  volumes: words.exactOptional(),
  ulimits: z.array(z.strictObject({ name: z.string(), soft: z.int(), hard: z.int() })).exactOptional(),
  hostname: z.string().exactOptional(),
  aliases: words.exactOptional(),
  dependsOn: z.record(z.string(), z.enum(['started', 'healthy', 'completed'])).exactOptional(),
  healthy: z
    .strictObject({
      test: words,
      intervalMs: z.number(),
      timeoutMs: z.number(),
      startPeriodMs: z.number(),
      retries: z.int(),
    })
    .exactOptional(),
};

const pod = z.strictObject({
  ...container,
  ports,
  data: z.strictObject({ path: z.string(), sizeBytes: z.int().exactOptional() }).exactOptional(),
});

const outcome = z.strictObject({
  outcome: z.enum(['ok', 'fail', 'refused', 'not-found']),
  status,
  json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).exactOptional(),
  body: z.string().exactOptional(),
  value: z.union([z.string(), z.strictObject({ body: z.string() })]).exactOptional(),
});

const http = z.strictObject({
  port,
  headers: texts,
  functions: z.record(
    z.string(),
    z.strictObject({
      method: z.string(),
      path: z.string(),
      headers: texts.exactOptional(),
      body: z.json().exactOptional(),
      outcomes: z.array(outcome),
    }),
  ),
});

export const describedSchema: z.ZodType<DescribedSystem> = z.strictObject({
  pods: z.union([
    z.strictObject({ form: z.literal('alike'), pod, count: z.int().positive() }),
    z.strictObject({ form: z.literal('each'), pods: z.record(z.string(), pod) }),
  ]),
  support: z.record(z.string(), z.strictObject(container)).exactOptional(),
  client: z.union([
    z.strictObject({ type: z.literal('built-in'), system: z.string(), ports }),
    z.strictObject({ type: z.literal('http'), http }),
    z.strictObject({ type: z.literal('command'), command: words }),
  ]),
  ready: z
    .union([
      z.strictObject({ type: z.literal('tcp'), port }),
      z.strictObject({ type: z.literal('http'), port, path: z.string(), status }),
    ])
    .exactOptional(),
  workloads: words,
});
