/**
 * How the columns of a report lie in its payload. Writer and reader walk the same list, so that they cannot disagree.
 *
 * `delta`: the difference to the entry before. `plain`: the number itself, plus one, as -1 stands for nothing. Times are
 * whole microseconds; ends are written as the time since the begin, plus one, 0 being "never".
 */
import type { ReportMessages, ReportOperations } from '../data.ts';

export const nanosPerMicro = 1000;

type Way = 'plain' | 'delta';

/** Columns of whole numbers, in order. */
export const operationColumns = [
  ['process', 'delta'],
  ['node', 'plain'],
  ['f', 'plain'],
  ['key', 'plain'],
  ['input', 'delta'],
  ['output', 'delta'],
  ['error', 'plain'],
  ['call', 'delta'],
] as const satisfies readonly (readonly [keyof ReportOperations, Way])[];

export const messageColumns = [
  ['from', 'plain'],
  ['to', 'plain'],
  ['body', 'delta'],
] as const satisfies readonly (readonly [keyof ReportMessages, Way])[];

/** What stands before the columns, as JSON. */
export interface PayloadHead {
  readonly data: unknown;
  readonly operations: {
    readonly length: number;
    readonly nodes: readonly string[];
    readonly functions: readonly string[];
    readonly keys: readonly string[];
    readonly values: readonly string[];
    readonly errors: readonly string[];
  };
  readonly messages: { readonly length: number; readonly names: readonly string[]; readonly bodies: readonly string[] };
}
