/**
 * The checker against the definition, on random small histories of every model: half of them spoilt, with operations that
 * crashed, failed, were refused or never returned. `ORDEAL_FUZZ_RUNS=200000` makes it as long as it should be before a
 * release; fast-check prints the seed of a failure.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultBudget } from '../../../src/checker/checker.ts';
import { defectsOf } from '../../../src/checker/defect/catalogue.ts';
import { linearizable } from '../../../src/checker/linearizable.ts';
import { type Core, minimise } from '../../../src/checker/minimise.ts';
import { judgedOperations } from '../../../src/checker/parts.ts';
import { Search } from '../../../src/checker/search/search.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import type { History } from '../../../src/history/history.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import type { Model } from '../../../src/model/model.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { historyKinds, type Sample, samples } from './histories.ts';
import { explainable } from './oracle.ts';

const numRuns = fuzzRuns(2_000);
const mostOperations = 8;
const hours = 3_600_000;
const kinds = historyKinds.map(kind => [kind.model, kind] as const);

/** What is counted, so that a fuzzer that only makes easy histories is noticed. */
interface Tally {
  valid: number;
  invalid: number;
  unfinished: number;
  defects: number;
}

describe('linearizability agrees with trying every order', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (name, kind) => {
    const model = modelByName(name);
    const tally: Tally = { valid: 0, invalid: 0, unfinished: 0, defects: 0 };
    const property = fc.property(samples(kind, mostOperations), sample => agree(model, sample, tally));
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 60);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 60);
  });
});

describe('a search from the states that stand for all finds what a search from every state finds', () => {
  const everyState = new Map<string, readonly unknown[]>([
    ['register', [null, 0, 1, 2, 'else', ...Array.from({ length: mostOperations }, (_, index) => 10 + index)]],
    ['cas-register', [null, 0, 1, 2, 'else', ...Array.from({ length: mostOperations }, (_, index) => 10 + index)]],
    ['counter', Array.from({ length: 121 }, (_, index) => index - 60)],
    ['mutex', [null, ...Array.from({ length: 4 + mostOperations }, (_, index) => index), 99]],
  ]);
  test.each(kinds.filter(([name]) => everyState.has(name)))('%s', { timeout: 3 * hours }, (name, kind) => {
    const model = modelByName(name);
    let found = 0;
    const property = fc.property(samples(kind, mostOperations), ({ operations }) => {
      for (const part of partsOf(model, operations)) {
        const judged = judgedOperations(subhistoryOf(model, part));
        const search = new Search(model, subhistoryOf(model, part), { starts: model.representatives?.(judged) ?? [] });
        const expected = explainable(model, part, everyState.get(name));
        expect(search.run(Infinity, () => false)).toBe(expected ? 'valid' : 'invalid');
        if (!expected) found++;
      }
    });
    fc.assert(property, { numRuns });
    expect(found).toBeGreaterThan(numRuns / 150);
  });
});

function agree(model: Model, { operations, genuine }: Sample, tally: Tally): void {
  const expected = explainable(model, operations);
  if (genuine) expect(expected).toBe(true);
  tally[expected ? 'valid' : 'invalid']++;
  if (operations.some(operation => operation.outcome === 'info')) tally.unfinished++;
  // `check` replays the witness of a valid history, and tries every order of the counterexample of an invalid one.
  const result = linearizable(model).check({ operations } as unknown as History, defaultBudget);
  expect(result.validity).toBe(expected ? 'valid' : 'invalid');
  if (result.validity === 'invalid') {
    expect(result.stats).toMatchObject({ minimal: 'yes', confirmed: 'every order of the core was tried' });
    expect(result.anomalies[0].operations.length).toBeGreaterThan(0);
  }
  for (const part of partsOf(model, operations)) {
    const right = explainable(model, part);
    if (!right) verifyCore(model, part);
    // A search that soon looks for windows comes to the same.
    const search = new Search(model, subhistoryOf(model, part), { patience: 1 });
    expect(search.run(Infinity, () => false)).toBe(right ? 'valid' : 'invalid');
    // The conditions of a sentence are never met where nothing is wrong, whatever operation is suspected.
    const suspects = judgedOperations(subhistoryOf(model, part)).filter(operation => operation.outcome !== 'info');
    const defect = defectsOf(model)(part, suspects);
    if (right) expect(defect).toBe(null);
    if (defect) tally.defects++;
  }
}

/** The core of a part that cannot be explained cannot be explained either, and was made by weakening alone. */
function verifyCore(model: Model, part: readonly Operation[]): void {
  const subhistory = subhistoryOf(model, part);
  const judged = judgedOperations(subhistory);
  const search = new Search(model, subhistory);
  expect(search.run(Infinity, () => false)).toBe('invalid');
  const until = subhistory.time(search.deepest);
  const core = minimise(model, { subhistory, until: search.deepest, suspects: null, isOver: () => false });
  const isExplained = (operations: readonly Operation[]) => explainable(model, operations, core.starts);
  expect(isExplained(core.operations)).toBe(false);
  for (const operation of core.operations) {
    const original = part.find(candidate => candidate.id === operation.id) as Operation;
    const looks = model.isRead(original) ? (model.weaker?.(original, judged) ?? []) : [];
    const weaker = [original, ...looks, { ...original, outcome: 'info', output: undefined, return: Infinity }];
    expect([...weaker, ...weaker.map(one => ({ ...one, call: -Infinity }))]).toContainEqual(operation);
  }
  // Whatever else had been called by then may have happened since, or never; but where the core does not care what went
  // before a certain moment, what had returned before it is not asked.
  const others = judged.filter(({ id, call }) => call <= until && !core.operations.some(one => one.id === id));
  const completed = core.operations.filter(({ outcome }) => outcome !== 'info').map(({ id }) => id);
  const latestMoment = Math.min(...judged.filter(({ id }) => completed.includes(id)).map(({ call }) => call));
  const moments = core.anyStart ? judged.map(({ call }) => call).filter(call => call <= latestMoment) : [-Infinity];
  const refutedFrom = (moment: number) => {
    const added = others.filter(other => other.return >= moment).flatMap(other => opened(model, other));
    return !isExplained([...core.operations, ...added]);
  };
  expect(moments.some(refutedFrom)).toBe(true);
  verifyMinimal(model, core, isExplained);
}

function verifyMinimal(model: Model, core: Core, isExplained: (operations: readonly Operation[]) => boolean): void {
  expect(core.minimal).toBe(true);
  for (const operation of core.operations) {
    if (operation.outcome === 'info' && operation.call === -Infinity) continue;
    const weaker = core.operations.flatMap(one => (one === operation ? anyTime(model, one) : [one]));
    expect(isExplained(weaker), `#${operation.id} is not needed`).toBe(true);
  }
}

function anyTime(model: Model, operation: Operation): readonly Operation[] {
  return opened(model, operation).map(open => ({ ...open, call: -Infinity }));
}

function opened(model: Model, operation: Operation): readonly Operation[] {
  if (model.isRead(operation) || operation.outcome === 'fail') return [];
  return [{ ...operation, outcome: 'info', output: undefined, return: Infinity }];
}

function partsOf(model: Model, operations: readonly Operation[]): readonly (readonly Operation[])[] {
  return [...new Set(operations.map(operation => model.partition?.(operation) ?? null))].map(key =>
    operations.filter(operation => (model.partition?.(operation) ?? null) === key),
  );
}
