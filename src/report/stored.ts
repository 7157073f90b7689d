/**
 * What is read of the files of a run, and no more: a run of another version may have fields that nobody here knows.
 */
import { z } from 'zod';

export const planSchema = z.object({
  seed: z.string(),
  system: z.object({
    name: z.string(),
    bugs: z.array(z.string()).default([]),
    settings: z.record(z.string(), z.string()).optional(),
    command: z.array(z.string()).optional(),
  }),
  nodes: z.array(z.string()),
  workload: z.string(),
  consistency: z.string().optional(),
  network: z.string().optional(),
  nemesis: z.array(z.string()),
  schedule: z.array(z.unknown()),
  concurrency: z.number(),
  rate: z.number(),
  timeLimitMs: z.number(),
});
export type ReadPlan = z.infer<typeof planSchema>;

/** As `wallTime` writes it. */
const time = z.iso.datetime();

export const verdictSchema = z.object({
  verdict: z.enum(['fail', 'error', 'unknown', 'vacuous', 'pass']),
  reasons: z.array(z.string()),
  facts: z.object({ crashed: z.string().nullable(), interrupted: z.boolean() }),
  results: z.array(
    z.object({
      checker: z.string(),
      validity: z.enum(['valid', 'invalid', 'unknown']),
      stats: z.record(z.string(), z.union([z.number(), z.string()])),
      anomalies: z
        .array(z.object({ kind: z.string(), signature: z.string(), operations: z.array(z.number()) }))
        .optional(),
    }),
  ),
  /** Older versions did not write it. */
  history: z
    .object({ operations: z.number(), durationMs: z.number(), startedAt: time.nullable().catch(null) })
    .optional(),
});
export type ReadVerdict = z.infer<typeof verdictSchema>;

/** The first line of a history. */
export const headerSchema = z.object({ startedAt: time });
