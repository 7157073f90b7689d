/**
 * Starves nodes of the processor: they go on, but everything takes them many times as long.
 *
 * It bites when the operating system has counted time that the node had to wait for its share. How it can mislead: a
 * node that has little to do needs no more than its share, and waits for nothing.
 */
import { z } from 'zod';
import { present } from '../base/assert.ts';
import type { NodeName } from '../base/names.ts';
import { nanosPerMs } from '../base/time.ts';
import type { ResourceUsage } from '../runtime/cluster.ts';
import type { Fault, FaultContext, FaultKind } from './fault.ts';
import { nodeKind } from './node-kind.ts';
import { forEachNode, requireRunning } from './node-state.ts';

const schema = z.strictObject({ cpus: z.number().min(0.01).max(64).default(0.05) });

export const cpu: FaultKind = {
  ...nodeKind,
  kind: 'cpu',
  summary: 'leaves processes only a fraction of a processor',
  holds: 'limits',
  schema,
  needs: () => ['cpu'],
  prepare: (context, parameters) => cpuFault(context, schema.parse(parameters).cpus),
};

function cpuFault({ cluster, targets }: FaultContext, cpus: number): Fault {
  const resources = present(cluster.resources, 'a cluster that can limit the processor has the control');
  const before = new Map<NodeName, ResourceUsage>();
  const limited = new Set<NodeName>();
  let over = false;
  return {
    description: `${targets.join(' ')}: ${cpus} of a processor`,
    targets,
    async begin() {
      await forEachNode(targets, async node => void before.set(node, await resources.usage(node)));
      if (over) return;
      await forEachNode(targets, async node => {
        limited.add(node);
        await resources.limit(node, { cpus });
      });
    },
    async bit() {
      const waits = await Promise.all(
        targets.map(async node =>
          waited(before.get(node)?.throttledNanos, (await resources.usage(node)).throttledNanos),
        ),
      );
      return {
        bit: waits.some(nanos => nanos !== null && nanos > 0),
        evidence: targets.map((node, index) => `${node}: ${words(waits[index] ?? null, cpus)}`).join('; '),
      };
    },
    async end() {
      over = true;
      await forEachNode(targets, async node => {
        if (limited.has(node)) await resources.limit(node, {});
        await requireRunning(cluster.processes, node);
      });
    },
  };
}

/** Null when nobody counts. A counter that went back began anew with the process. */
function waited(before: number | null | undefined, now: number | null): number | null {
  if (before === null || before === undefined || now === null) return null;
  return now >= before ? now - before : now;
}

function words(nanos: number | null, cpus: number): string {
  if (nanos === null) return 'nobody counts here how long it has to wait, so it is not known whether it had to';
  return nanos === 0
    ? 'never had to wait'
    : `waited ${Math.round(nanos / nanosPerMs)} ms for its ${cpus} of a processor`;
}
