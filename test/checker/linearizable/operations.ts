/**
 * Operations of one key for tests, written as intervals of event indexes. An index is 10 ms long.
 */
import { type Budget, type CheckResult, defaultBudget } from '../../../src/checker/checker.ts';
import { linearizable } from '../../../src/checker/linearizable.ts';
import type { History } from '../../../src/history/history.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { modelByName } from '../../../src/model/catalogue.ts';

export interface Written {
  readonly f: string;
  readonly input?: unknown;
  readonly output?: unknown;
  /** Call, and return when it is known. */
  readonly at: readonly [number, number?];
  /** @default ok, or info when no return is known */
  readonly outcome?: Operation['outcome'];
  /** @default the position in the list */
  readonly process?: number;
  readonly node?: string;
  readonly key?: string;
}

const nanosPerIndex = 1e7;

/** Listed in order of their calls. */
export function written(list: readonly Written[]): readonly Operation[] {
  return list.map(({ f, input = null, output, at: [call, end], process, node, key = null, outcome }, id) => ({
    id,
    process: process ?? id,
    node: node ?? null,
    f,
    key,
    input,
    output,
    error: null,
    call,
    outcome: outcome ?? (end === undefined ? 'info' : 'ok'),
    return: end === undefined || outcome === 'info' ? Infinity : end,
    callTime: call * nanosPerIndex,
    returnTime: end === undefined ? Infinity : end * nanosPerIndex,
  }));
}

/** `write 5 from 3 to 4`: the usual operations of a register. */
export const write = (input: unknown, ...at: readonly [number, number?]): Written => ({ f: 'write', input, at });
export const read = (output: unknown, ...at: readonly [number, number]): Written => ({ f: 'read', output, at });
export const cas = (from: unknown, to: unknown, ...at: readonly [number, number?]): Written => ({
  f: 'cas',
  input: [from, to],
  at,
});
export const refused = (from: unknown, to: unknown, ...at: readonly [number, number]): Written => ({
  f: 'cas',
  input: [from, to],
  at,
  outcome: 'fail',
  output: 'refused',
});

/** `operations` need not be a whole history: the checker looks at nothing else. */
export function judged(model: string, operations: readonly Operation[], budget: Budget = defaultBudget): CheckResult {
  return linearizable(modelByName(model)).check({ operations } as unknown as History, budget);
}
