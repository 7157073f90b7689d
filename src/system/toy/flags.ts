/**
 * The command line of a toy node.
 */
import { parseArgs } from 'node:util';
import { type BugName, isBugName } from './bugs.ts';

export interface Flags {
  /** Where the node keeps its file. */
  readonly data: string;
  readonly bugs: ReadonlySet<BugName>;
  /** Added to the wall clock. */
  readonly skewMs: number;
  readonly workload: string;
  /** Names the node's random choices; the same in every life of the node. */
  readonly seed: string;
}

/** Throws on an unknown flag or bug: a run with a misspelt bug would prove nothing. */
export function parseFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      bug: { type: 'string', multiple: true, default: [] },
      'skew-ms': { type: 'string', default: '0' },
      workload: { type: 'string', default: '' },
      seed: { type: 'string', default: '' },
    },
  });
  const skewMs = Number(values['skew-ms']);
  if (values.data === undefined) throw new Error('--data DIR is missing');
  if (!Number.isFinite(skewMs)) throw new Error(`--skew-ms must be a number, not ${values['skew-ms']}`);
  const unknown = values.bug.find(name => !isBugName(name));
  if (unknown !== undefined) throw new Error(`unknown bug ${unknown}`);
  return {
    data: values.data,
    bugs: new Set(values.bug.filter(isBugName)),
    skewMs,
    workload: values.workload,
    seed: values.seed,
  };
}
