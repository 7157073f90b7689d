/**
 * Cuts clients off from nodes, while the nodes still hear each other.
 *
 * `in`: requests do not arrive. `out`: they arrive and are done, and the answers are lost, so that nobody knows. How it
 * can mislead: a client that is cut off counts nothing as failed that it has sent; a run in which every client is cut off
 * shows little but timeouts.
 */
import { z } from 'zod';
import { everyClient, type LinkRule } from '../runtime/cluster.ts';
import type { FaultKind } from './fault.ts';
import { networkFault } from './network-fault.ts';
import { targetSize } from './target.ts';

const schema = z.strictObject({ direction: z.enum(['in', 'out', 'both']).default('both') });

export const cutClients: FaultKind = {
  kind: 'cut-clients',
  summary: 'cuts clients off from nodes: requests, answers, or both',
  exclusive: false,
  holds: 'links',
  schema,
  defaultTarget: () => 'one',
  needs: () => ['cut-clients'],
  contradiction: () => null,
  impossible: ({ target }, nodeCount) =>
    targetSize(target, nodeCount) === 0 ? `${target} of ${nodeCount} nodes is nobody` : null,
  whyNothing: 'there is no link between these nodes and clients',
  prepare(context, parameters) {
    const { direction } = schema.parse(parameters);
    const { targets } = context;
    const rules = targets.flatMap((node): LinkRule[] => {
      const requests: LinkRule = { from: everyClient, to: node, cut: true };
      const answers: LinkRule = { from: node, to: everyClient, cut: true };
      return { in: [requests], out: [answers], both: [requests, answers] }[direction];
    });
    const names = targets.join(' ');
    const description = {
      in: `no request reaches ${names}`,
      out: `no answer of ${names} reaches clients`,
      both: `clients | ${names}`,
    }[direction];
    return networkFault({ context, rules, description, targets, effect: 'dropped' });
  },
};
