/**
 * What a model says of its operations is what its steps do. The search believes the one and runs the other.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgedOperations } from '../../src/checker/parts.ts';
import { subhistoryOf } from '../../src/checker/subhistory/cut.ts';
import type { Operation } from '../../src/history/operation.ts';
import { modelByName } from '../../src/model/catalogue.ts';
import type { Model } from '../../src/model/model.ts';
import { historyKinds, samples } from '../checker/linearizable/histories.ts';
import { fuzzRuns } from '../fuzz-runs.ts';

const numRuns = fuzzRuns(500);

interface Case {
  readonly model: Model;
  readonly operations: readonly Operation[];
  /** Some that the operations lead to. */
  readonly states: readonly unknown[];
}

/** Operations as a checker hands them to `step`, both as recorded and simplified. */
function cases(check: (found: Case) => void): void {
  for (const kind of historyKinds) {
    const model = modelByName(kind.model);
    const property = fc.property(samples(kind, 8), ({ operations }) => {
      const judged = judgedOperations(subhistoryOf(model, operations));
      for (const form of [judged, model.simplify?.(judged) ?? []]) {
        check({ model, operations: form, states: reached(model, form) });
      }
    });
    fc.assert(property, { numRuns });
  }
}

/** In the order of the calls, and backwards; what cannot happen is passed over. */
function reached(model: Model, operations: readonly Operation[]): readonly unknown[] {
  const walk = (order: readonly Operation[]): readonly unknown[] => {
    const states = [model.initial];
    for (const operation of order) states.push(model.step(states.at(-1), operation)[0] ?? states.at(-1));
    return states;
  };
  return [...walk(operations), ...walk(operations.toReversed())];
}

interface Ahead {
  readonly model: Model;
  readonly operations: readonly Operation[];
  /** How many operations are tried one after another. */
  readonly ahead: number;
}

/** Whether what can happen from the second state can happen from the first as well: a lock that knows no token allows any. */
function allows({ model, operations, ahead }: Ahead, state: unknown, other: unknown): boolean {
  if (model.stateKey(state) === model.stateKey(other) || ahead === 0) return true;
  return operations.every(operation => {
    const possible = model.step(state, operation);
    return model
      .step(other, operation)
      .every(after => possible.some(one => allows({ model, operations, ahead: ahead - 1 }, one, after)));
  });
}

const keysOf = (model: Model, states: readonly unknown[]) => states.map(state => model.stateKey(state));

describe('a model keeps what it says', () => {
  test('a single copy that is changed in place does what the steps say', () => {
    let impossible = 0;
    cases(({ model, operations }) => {
      if (!model.object) return;
      const single = model.object();
      let state = model.initial;
      for (const operation of operations.filter(({ input }) => typeof input !== 'object' || input === null)) {
        const after = model.step(state, operation);
        expect(single.apply(operation)).toBe(after.length > 0);
        impossible += after.length === 0 ? 1 : 0;
        state = after[0] ?? state;
      }
    });
    expect(impossible).toBeGreaterThan(numRuns);
  });

  test('what is called a read never changes the state', () => {
    cases(({ model, operations, states }) => {
      for (const operation of operations.filter(one => model.isRead(one))) {
        for (const state of states) {
          const after = keysOf(model, model.step(state, operation));
          expect(after.every(key => key === model.stateKey(state))).toBe(true);
        }
      }
    });
  });

  test('what is said to overwrite is always possible, and leaves the same', () => {
    cases(({ model, operations, states }) => {
      for (const operation of operations.filter(one => model.overwrites?.(one))) {
        const left = states.map(state => keysOf(model, model.step(state, operation)));
        expect(new Set(left.map(keys => JSON.stringify(keys))).size).toBe(1);
        expect(left[0]).toHaveLength(1);
      }
    });
  });

  test('what needs one state is possible in no other, and what leaves one leaves nothing else', () => {
    const seen = { needs: 0, leaves: 0 };
    cases(({ model, operations, states }) => {
      for (const operation of operations) {
        const needed = model.needs?.(operation) ?? null;
        const left = model.isRead(operation) ? null : (model.leaves?.(operation) ?? null);
        seen.needs += needed === null ? 0 : 1;
        seen.leaves += left === null ? 0 : 1;
        for (const state of states) {
          const after = keysOf(model, model.step(state, operation));
          if (needed !== null && model.stateKey(state) !== model.stateKey(needed.state)) expect(after).toEqual([]);
          if (left !== null && after.length > 0) expect(after).toEqual([model.stateKey(left.state)]);
        }
      }
    });
    expect(Math.min(seen.needs, seen.leaves)).toBeGreaterThan(numRuns);
  });

  test('an operation of unknown outcome may have had every effect of one that was answered, or one that allows as much', () => {
    cases(({ model, operations, states }) => {
      for (const operation of operations.filter(one => one.outcome === 'ok' && !model.isRead(one))) {
        const unknown: Operation = { ...operation, outcome: 'info', output: undefined, return: Infinity };
        for (const state of states) {
          const possible = model.step(state, unknown);
          for (const after of model.step(state, operation)) {
            const isCovered = possible.some(one => allows({ model, operations, ahead: 2 }, one, after));
            expect(isCovered, model.describe.operation(operation)).toBe(true);
          }
        }
      }
    });
  });

  test('what yields to another is as possible after it, and both orders leave the same', () => {
    let yielding = 0;
    cases(({ model, operations, states }) => {
      if (!model.yields) return;
      for (const first of operations.filter(one => !model.isRead(one))) {
        for (const second of operations.filter(one => one !== first && model.yields?.(first, one))) {
          yielding++;
          for (const state of states) {
            const before = model.step(state, first).flatMap(between => model.step(between, second));
            const after = model.step(state, second).flatMap(between => model.step(between, first));
            expect(keysOf(model, after)).toEqual(expect.arrayContaining(keysOf(model, before)));
          }
        }
      }
    });
    expect(yielding).toBeGreaterThan(numRuns);
  });

  test('a hopeless read stays impossible until something resets', () => {
    let hopeless = 0;
    cases(({ model, operations, states }) => {
      for (const read of operations.filter(one => one.outcome === 'ok' && model.isRead(one))) {
        for (const start of states.filter(one => model.isHopeless?.(one, read))) {
          hopeless++;
          let state = start;
          expect(model.step(state, read)).toEqual([]);
          for (const operation of operations.filter(one => !model.resets?.(one))) {
            state = model.step(state, operation)[0] ?? state;
            expect(model.step(state, read)).toEqual([]);
          }
        }
      }
    });
    expect(hopeless).toBeGreaterThan(numRuns / 30);
  });

  test('a read that is possible is possible piece by piece', () => {
    let pieces = 0;
    cases(({ model, operations, states }) => {
      for (const read of operations.filter(one => one.outcome === 'ok' && model.isRead(one))) {
        for (const state of states.filter(one => model.step(one, read).length > 0)) {
          for (const piece of model.weaker?.(read, operations) ?? []) {
            pieces++;
            expect(model.isRead(piece)).toBe(true);
            expect(model.step(state, piece)).toHaveLength(1);
          }
        }
      }
    });
    expect(pieces).toBeGreaterThan(numRuns / 30);
  });
});
