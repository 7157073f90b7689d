/**
 * The evidence of every invalid history, against an oracle that reads its words and tries every order.
 * `ORDEAL_FUZZ_RUNS=200000` makes it long.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Anomaly, defaultBudget } from '../../../src/checker/checker.ts';
import { evidenceOf } from '../../../src/checker/evidence/build.ts';
import type { Evidence } from '../../../src/checker/evidence/evidence.ts';
import { linearizable } from '../../../src/checker/linearizable.ts';
import type { History } from '../../../src/history/history.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import type { Model } from '../../../src/model/model.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { historyKinds, samples } from '../linearizable/histories.ts';
import { explainable } from '../linearizable/oracle.ts';
import { longestOrders, operationsOf, wrongOrder } from './oracle.ts';

const numRuns = fuzzRuns(1_000);
const mostOperations = 8;
const hours = 3_600_000;
const kinds = historyKinds.map(kind => [kind.model, kind] as const);

interface Tally {
  invalid: number;
  /** Evidence with steps before the end. */
  steps: number;
  /** Evidence with operations that may have happened. */
  open: number;
}

describe('the evidence of what has no order is true, and its orders are the longest', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (name, kind) => {
    const model = modelByName(name);
    const tally: Tally = { invalid: 0, steps: 0, open: 0 };
    const property = fc.property(samples(kind, mostOperations), ({ operations }) => {
      const result = linearizable(model).check({ operations } as unknown as History, defaultBudget);
      if (result.validity === 'invalid') isTrue(model, { anomaly: result.anomalies[0], operations, tally });
    });
    fc.assert(property, { numRuns });
    expect(tally.invalid).toBeGreaterThan(numRuns / 120);
    expect(tally.steps).toBeGreaterThan(0);
  });
});

describe('so is the evidence of what was not made smaller', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (name, kind) => {
    const model = modelByName(name);
    const tally: Tally = { invalid: 0, steps: 0, open: 0 };
    const property = fc.property(samples(kind, mostOperations - 1), fc.nat(), ({ operations }, whose) => {
      for (const part of partsOf(model, operations)) {
        if (explainable(model, part)) continue;
        const judged = part.filter(operation => isJudged(model, operation));
        // Some of them may have happened before they were called.
        const core = judged.map(one =>
          one.outcome === 'info' && (whose >> one.id) & 1 ? { ...one, call: -Infinity } : one,
        );
        if (explainable(model, core)) continue;
        const starts = [model.initial];
        const evidence = evidenceOf(model, { operations: core, starts, anyStart: false, minimal: false }, part);
        expect(evidence.complete).toBe(true);
        expect(operationsOf(model, evidence, part)).toEqual(core);
        expect(wrongOrder(model, core, { evidence, starts })).toBe(null);
        isLongest(evidence, longestOrders(model, core, starts));
        count(tally, evidence);
      }
    });
    fc.assert(property, { numRuns });
    expect(tally.invalid).toBeGreaterThan(numRuns / 120);
    expect(tally.steps).toBeGreaterThan(numRuns / 300);
    expect(tally.open).toBeGreaterThan(numRuns / 300);
  });
});

function partsOf(model: Model, operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const keyOf = (operation: Operation) => model.partition?.(operation) ?? null;
  return [...new Set(operations.map(keyOf))].map(key => operations.filter(operation => keyOf(operation) === key));
}

function isJudged(model: Model, operation: Operation): boolean {
  if (operation.outcome === 'info') return !model.isRead(operation);
  return operation.outcome === 'ok' || model.observes?.(operation) === true;
}

interface Shown {
  readonly anomaly: Anomaly;
  readonly operations: readonly Operation[];
  readonly tally: Tally;
}

function isTrue(model: Model, { anomaly, operations, tally }: Shown): void {
  const part = operations.filter(operation => (model.partition?.(operation) ?? null) === anomaly.key);
  const evidence = anomaly.evidence as Evidence;
  expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
  expect(evidence).toMatchObject({ complete: true, leftOut: { operations: 0 } });
  const core = operationsOf(model, evidence, part);
  const starts = evidence.anyStart ? (model.representatives?.(core) ?? []) : [model.initial];
  expect(starts.map(state => model.describe.state(state)).slice(0, 8)).toEqual(evidence.starts);
  expect(explainable(model, core, starts)).toBe(false);
  expect(wrongOrder(model, core, { evidence, starts })).toBe(null);
  isLongest(evidence, longestOrders(model, core, starts));
  count(tally, evidence);
}

function count(tally: Tally, { partials, operations }: Evidence): void {
  tally.invalid++;
  if (partials[0]?.steps.length) tally.steps++;
  if (operations.some(({ completed }) => !completed)) tally.open++;
}

function isLongest(evidence: Evidence, { before, ends }: ReturnType<typeof longestOrders>): void {
  const { blocked, partials, leftOut, farthest } = evidence;
  expect(blocked.length).toBeGreaterThan(0);
  expect(blocked.length + leftOut.blocked).toBe(before.size);
  expect(farthest).toBe(ends);
  expect(partials.length).toBeLessThanOrEqual(8);
  for (const { operation, refusedIn, placedIn } of blocked) {
    const shown = refusedIn.map(index => partials[index]);
    expect(shown.every(one => one?.next.some(next => next.operation === operation))).toBe(true);
    expect(shown[0]?.explained).toBe(before.get(operation));
    expect(placedIn).toEqual(
      [...partials.keys()].filter(index => partials[index]?.steps.some(step => step.operation === operation)),
    );
  }
}
