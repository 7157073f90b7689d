/**
 * Kills a node, starts it, and kills it again, for as long as the fault lasts: a crash loop.
 *
 *     kill ── start ── up ── kill ── start ── up ── ... ── end: it runs
 *      └────── period ─────┘└────── period ─────┘
 *
 * Each round waits until the node is up, so a node that needs longer than the period is killed as soon as it is. How it
 * can mislead: then it never does any work, and the fault is a long kill.
 */
import { z } from 'zod';
import type { NodeName } from '../base/names.ts';
import { nanosPerMs, sleep } from '../base/time.ts';
import type { ProcessState } from '../runtime/cluster.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { nodeKind } from './node-kind.ts';
import { fate, forEachNode, inspectAll, killNode, revive } from './node-state.ts';

const schema = z.strictObject({ periodMs: z.number().int().min(100).max(60_000).default(1_500) });

export const restartLoop: FaultKind = {
  ...nodeKind,
  kind: 'restart-loop',
  summary: 'kills processes and starts them again and again, as a crash loop does',
  schema,
  needs: () => ['kill'],
  prepare: (context, parameters) => restartLoopFault(context, schema.parse(parameters).periodMs),
};

function restartLoopFault({ cluster, targets, clock }: FaultContext, periodMs: number): Fault {
  const { processes } = cluster;
  const stop = new AbortController();
  const kills = new Map<NodeName, number>();
  let before: ReadonlyMap<NodeName, ProcessState> = new Map();
  let loops: readonly Promise<string | null>[] = [];

  const strike = async (node: NodeName): Promise<void> => {
    await killNode(processes, node);
    kills.set(node, (kills.get(node) ?? 0) + 1);
  };
  /** From the first death on. Resolves when it is stopped, or with what went wrong. */
  const loop = async (node: NodeName): Promise<string | null> => {
    try {
      for (let killedAt = clock.now(); !stop.signal.aborted; killedAt = clock.now()) {
        await processes.start(node);
        const upForMs = periodMs - (clock.now() - killedAt) / nanosPerMs;
        await sleep(clock, Math.max(0, upForMs), stop.signal).catch(() => undefined);
        if (!stop.signal.aborted) await strike(node);
      }
      return null;
    } catch (error) {
      return `${node}: after kill ${kills.get(node)}: ${(error as Error).message}`;
    }
  };
  return {
    description: `${targets.join(' ')}, every ${periodMs} ms`,
    targets,
    async begin() {
      before = await inspectAll(processes, targets);
      if (stop.signal.aborted) return;
      await forEachNode(targets, strike);
      loops = targets.map(loop);
    },
    async bit() {
      const now = await inspectAll(processes, targets);
      const fates = targets.map(node => ({ node, ...fate(before.get(node), now.get(node)) }));
      return {
        bit: fates.some(({ gone }) => gone),
        evidence: fates.map(({ node, words }) => `${node}: ${words}, killed ${times(kills.get(node) ?? 0)}`).join('; '),
      };
    },
    async end() {
      stop.abort();
      const failures = (await Promise.all(loops)).filter(failure => failure !== null);
      loops = [];
      await forEachNode(targets, node => revive(processes, node));
      if (failures.length > 0) throw new Error(failures.join('; '));
    },
  };
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}
