/**
 * Bad links, which still carry something: messages are lost, late, doubled, overtaken, damaged or held up on every link
 * of the targets, in both directions.
 *
 * How it can mislead: a system that sends again what was lost only becomes slow. These faults find what trusts a message
 * to arrive, to arrive once, to arrive in order, or to arrive as it was sent. Where a message is a packet of TCP, the
 * kernel repairs most of that by itself: a damaged packet fails its checksum and is sent again.
 */
import { z } from 'zod';
import type { Link, LinkCounters, LinkRule } from '../runtime/cluster.ts';
import type { FaultKind, FaultRequest } from './fault.ts';
import { networkFault } from './network-fault.ts';
import { targetSize } from './target.ts';

const probability = z.number().gt(0).max(1);
const milliseconds = z.number().int().min(0).max(600_000);

const lossSchema = z.strictObject({ probability: probability.default(0.3) });
export const loss = linkFault({
  kind: 'loss',
  summary: 'loses messages with a probability',
  schema: lossSchema,
  needs: 'loss',
  effect: 'dropped',
  rule: parameters => ({ loss: parameters.probability }),
  describe: rule => `${percent(rule.loss)} of messages lost`,
});

const delaySchema = z.strictObject({
  delayMs: milliseconds.min(1).default(100),
  jitterMs: milliseconds.default(50),
});
export const delay = linkFault({
  kind: 'delay',
  summary: 'makes every message late, by a delay and a random jitter on top',
  schema: delaySchema,
  needs: 'delay',
  effect: 'delayed',
  rule: parameters => parameters,
  describe: rule => `messages ${rule.delayMs} to ${(rule.delayMs ?? 0) + (rule.jitterMs ?? 0)} ms late`,
});

const duplicateSchema = z.strictObject({ probability: probability.default(0.3) });
export const duplicate = linkFault({
  kind: 'duplicate',
  summary: 'delivers messages twice with a probability',
  schema: duplicateSchema,
  needs: 'duplicate',
  effect: 'duplicated',
  rule: parameters => ({ duplicate: parameters.probability }),
  describe: rule => `${percent(rule.duplicate)} of messages twice`,
});

const reorderSchema = z.strictObject({
  probability: probability.default(0.3),
  withinMs: milliseconds.min(1).default(50),
});
export const reorder = linkFault({
  kind: 'reorder',
  summary: 'holds messages back with a probability, so that later ones overtake them',
  schema: reorderSchema,
  needs: 'reorder',
  effect: 'reordered',
  rule: parameters => ({ reorder: parameters.probability, reorderMs: parameters.withinMs }),
  describe: rule => `${percent(rule.reorder)} of messages held back for up to ${rule.reorderMs} ms`,
});

const corruptSchema = z.strictObject({ probability: probability.default(0.1) });
export const corrupt = linkFault({
  kind: 'corrupt',
  summary: 'flips a bit of messages with a probability',
  schema: corruptSchema,
  needs: 'corrupt',
  effect: 'corrupted',
  rule: parameters => ({ corrupt: parameters.probability }),
  describe: rule => `${percent(rule.corrupt)} of messages damaged`,
});

const bandwidthSchema = z.strictObject({ rateKbit: z.number().min(1).max(10_000_000).default(128) });
export const bandwidth = linkFault({
  kind: 'bandwidth',
  summary: 'limits how much passes, in kilobits a second',
  schema: bandwidthSchema,
  needs: 'rate',
  effect: 'throttled',
  rule: parameters => ({ rateKbit: parameters.rateKbit }),
  describe: rule => `at most ${rule.rateKbit} kbit/s`,
});

type Effects = Omit<LinkRule, 'from' | 'to'>;

interface LinkFaultOptions<S extends z.ZodObject> {
  readonly kind: string;
  readonly summary: string;
  readonly schema: S;
  readonly needs: 'loss' | 'delay' | 'duplicate' | 'reorder' | 'corrupt' | 'rate';
  readonly effect: Exclude<keyof LinkCounters, 'sent'>;
  readonly rule: (parameters: z.output<S>) => Effects;
  readonly describe: (rule: Effects) => string;
}

function linkFault<S extends z.ZodObject>(options: LinkFaultOptions<S>): FaultKind {
  return {
    kind: options.kind,
    summary: options.summary,
    exclusive: false,
    holds: 'links',
    schema: options.schema,
    defaultTarget: () => 'all',
    needs: () => [options.needs],
    contradiction: () => null,
    impossible: (request, nodeCount) => impossible(options.kind, request, nodeCount),
    whyNothing: 'there is no link between these nodes and others',
    prepare(context, parameters) {
      const { targets } = context;
      const nodes = context.cluster.nodes.map(node => node.name);
      const effects = options.rule(options.schema.parse(parameters));
      const affected = linksOf(targets, nodes);
      if (affected.length === 0) return null;
      const where = targets.length === nodes.length ? 'all links' : `links of ${targets.join(' ')}`;
      return networkFault({
        context,
        rules: affected.map(link => ({ ...link, ...effects })),
        description: `${options.describe(effects)} on ${where}`,
        targets,
        effect: options.effect,
      });
    },
  };
}

function impossible(kind: string, { target }: FaultRequest, nodeCount: number): string | null {
  if (nodeCount < 2) return `${kind} needs 2 nodes`;
  return targetSize(target, nodeCount) === 0 ? `${target} of ${nodeCount} nodes is nobody` : null;
}

/** Every link that one of the targets sends on or receives on. */
function linksOf(targets: readonly string[], nodes: readonly string[]): Link[] {
  return nodes
    .flatMap(from => nodes.map(to => ({ from, to })))
    .filter(({ from, to }) => from !== to && (targets.includes(from) || targets.includes(to)));
}

function percent(fraction = 0): string {
  return `${Number((fraction * 100).toFixed(1))} %`;
}
