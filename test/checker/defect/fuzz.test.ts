/**
 * A sentence about a defect is never told of a history that some order explains, whatever operation is suspected.
 * `ORDEAL_FUZZ_RUNS=200000` makes it long.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defectsOf } from '../../../src/checker/defect/catalogue.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import type { Model } from '../../../src/model/model.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { historyKinds, samples } from '../linearizable/histories.ts';
import { type Written, written } from '../linearizable/operations.ts';
import { explainable } from '../linearizable/oracle.ts';

const numRuns = fuzzRuns(2_000);
const hours = 3_600_000;

type Count = Map<string, number>;

/** Nothing is told of what can be explained; what is told of the rest names operations of it. */
function examine(model: Model, part: readonly Operation[], { turn, found }: { turn: number; found: Count }): boolean {
  const completed = part.filter(one => one.outcome === 'ok' || model.observes?.(one) === true);
  const suspects = [...completed.slice(turn % 8), ...completed.slice(0, turn % 8)];
  const defect = defectsOf(model)(part, suspects);
  const isExplained = explainable(model, part);
  if (isExplained) expect(defect).toBe(null);
  if (defect === null) return isExplained;
  found.set(defect.shape, (found.get(defect.shape) ?? 0) + 1);
  expect(defect.operations.every(({ id }) => part.some(one => one.id === id))).toBe(true);
  expect(new Set(defect.operations).size).toBe(defect.operations.length);
  return isExplained;
}

describe('no sentence is told of what an order explains: an object that was used, and sometimes an answer changed', () => {
  test.each(historyKinds.map(kind => [kind.model, kind] as const))('%s', { timeout: 3 * hours }, (name, kind) => {
    const model = modelByName(name);
    const found: Count = new Map();
    let explained = 0;
    const property = fc.property(samples(kind, 8), fc.nat(), ({ operations }, turn) => {
      for (const part of partsOf(model, operations)) if (examine(model, part, { turn, found })) explained++;
    });
    fc.assert(property, { numRuns });
    expect(explained).toBeGreaterThan(numRuns / 12);
  });
});

type Step = readonly [f: string, input: unknown, outputs: readonly unknown[]];
const values = [1, 2, 3];
const entries = [[], [1], [2], [1, 2], [2, 1], [1, 1], [1, 2, 3], [2, 1, 3]];
const texts = ['', 'a', 'b', 'ab', 'ba'];
/** Operations, each with answers that are likely to be wrong. */
const wild: readonly (readonly [model: string, steps: readonly Step[]])[] = [
  ['queue', [...values.map((one): Step => ['enqueue', one, [undefined]]), ['dequeue', null, [null, ...values]]]],
  ['stack', [...values.map((one): Step => ['push', one, [undefined]]), ['pop', null, [null, ...values]]]],
  ['log', [...values.map((one): Step => ['append', one, [undefined, 0, 1, 2]]), ['read', null, entries]]],
  ['mutex', [...['acquire', 'release'].map((f): Step => [f, null, [undefined]])]],
  [
    'kv',
    [
      ['put', 'a', [undefined]],
      ['append', 'a', [undefined]],
      ['append', 'b', [undefined]],
      ['get', null, texts],
    ],
  ],
];

describe('nor of anything else that an order explains', () => {
  test.each(wild)('%s', { timeout: 3 * hours }, (name, steps) => {
    const model = modelByName(name);
    const found: Count = new Map();
    let explained = 0;
    const property = fc.property(historyOf(steps), fc.nat(), (operations, turn) => {
      if (examine(model, operations, { turn, found })) explained++;
    });
    fc.assert(property, { numRuns });
    expect(explained).toBeGreaterThan(numRuns / 150);
    const told = [...found.values()].reduce((sum, count) => sum + count, 0);
    expect(told).toBeGreaterThan(numRuns / 30);
  });
});

/** Up to six, at any time; the processes are not busy twice. */
function historyOf(steps: readonly Step[]): fc.Arbitrary<readonly Operation[]> {
  const drawn = fc.record({
    step: fc.constantFrom(...steps),
    answer: fc.nat(7),
    call: fc.nat(9),
    length: fc.nat(4),
    process: fc.nat(1),
    outcome: fc.constantFrom('ok', 'ok', 'ok', 'ok', 'info', 'fail'),
  });
  return fc.array(drawn, { minLength: 1, maxLength: 6 }).map(list => {
    const busyUntil = new Map<number, number>();
    const inOrder = list.toSorted((one, other) => one.call - other.call);
    const made = inOrder.map(({ step: [f, input, outputs], answer, call, length, process, outcome }): Written => {
      const own = (busyUntil.get(process) ?? -1) >= call ? 10 + call : process;
      busyUntil.set(own, outcome === 'info' ? Infinity : call + length);
      const output = outputs[answer % outputs.length];
      return {
        f,
        input,
        process: own,
        // No two events of a history have one index.
        ...(outcome === 'info' ? { at: [2 * call] } : { at: [2 * call, 2 * (call + length) + 1] }),
        ...(outcome === 'ok' ? { output } : {}),
        ...(outcome === 'fail' ? { outcome } : {}),
      };
    });
    return written(made);
  });
}

function partsOf(model: Model, operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const keyOf = (operation: Operation) => model.partition?.(operation) ?? null;
  return [...new Set(operations.map(keyOf))].map(key => operations.filter(operation => keyOf(operation) === key));
}
