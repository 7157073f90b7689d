/** What all faults that take hold of nodes have in common. */
import { z } from 'zod';
import type { FaultKind } from './fault.ts';
import { targetSize } from './target.ts';

/** Without parameters, aimed at one node, and possible wherever there is one. */
export const nodeKind: Pick<
  FaultKind,
  'exclusive' | 'holds' | 'schema' | 'defaultTarget' | 'contradiction' | 'impossible' | 'whyNothing'
> = {
  exclusive: true,
  holds: 'process',
  schema: z.strictObject({}),
  defaultTarget: () => 'one',
  contradiction: () => null,
  impossible: ({ target }, nodeCount) =>
    targetSize(target, nodeCount) === 0 ? `${target} of ${nodeCount} nodes is nobody` : null,
  whyNothing: 'no node is left for it',
};
