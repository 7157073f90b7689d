/**
 * The checker against the definition of sequential consistency, on random small histories: of an object that does one
 * thing after the other, of a store whose reads lag behind, and of pure chance. `ORDEAL_FUZZ_RUNS` sets the number of runs.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultBudget } from '../../src/checker/checker.ts';
import { judgedOperations } from '../../src/checker/parts.ts';
import { tryAllOrders } from '../../src/checker/sequential/all-orders.ts';
import { sequentialCore } from '../../src/checker/sequential/core.ts';
import { searchOrder } from '../../src/checker/sequential/search.ts';
import { sequential } from '../../src/checker/sequential.ts';
import { subhistoryOf } from '../../src/checker/subhistory/cut.ts';
import type { History } from '../../src/history/history.ts';
import type { Operation } from '../../src/history/operation.ts';
import { casRegister } from '../../src/model/cas-register.ts';
import { modelByName } from '../../src/model/catalogue.ts';
import type { Model } from '../../src/model/model.ts';
import { register } from '../../src/model/register.ts';
import { fuzzRuns } from '../fuzz-runs.ts';
import { historyKinds, samples } from './linearizable/histories.ts';

const numRuns = fuzzRuns(3_000);

describe('sequential consistency agrees with trying every order', () => {
  const values = historyKinds.filter(({ model }) => model === 'register' || model === 'cas-register');
  test.each(values.map(kind => [kind.model, kind] as const))('%s, one after the other', (name, kind) => {
    const tally = { valid: 0, invalid: 0 };
    const property = fc.property(samples(kind, 8), ({ operations, genuine }) => {
      const verdict = agree(modelByName(name), operations, tally);
      if (genuine) expect(verdict).toBe('valid');
    });
    fc.assert(property, { numRuns });
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 60);
  });

  test.each([register, casRegister])('$name, of a store whose reads lag behind', model => {
    const tally = { valid: 0, invalid: 0 };
    const property = fc.property(tapes(), fc.boolean(), fc.boolean(), (tape, unique, spoil) => {
      const operations = lagging({ tape, unique, cas: model === casRegister });
      if (spoil) spoilRead(tape, operations);
      const verdict = agree(model, operations, tally);
      if (!spoil) expect(verdict).toBe('valid');
    });
    fc.assert(property, { numRuns });
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 60);
  });

  test.each([register, casRegister])('$name, of pure chance', model => {
    const tally = { valid: 0, invalid: 0 };
    const property = fc.property(tapes(), fc.boolean(), (tape, unique) => {
      agree(model, byChance({ tape, unique, cas: model === casRegister }), tally);
    });
    fc.assert(property, { numRuns });
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 60);
  });

  // Models of another kind have nothing but the search.
  const others = historyKinds.filter(kind => !values.includes(kind));
  test.each(others.map(kind => [kind.model, kind] as const))('%s', (name, kind) => {
    const tally = { valid: 0, invalid: 0 };
    const property = fc.property(samples(kind, 6), ({ operations }) => {
      agree(modelByName(name), operations, tally);
    });
    fc.assert(property, { numRuns: numRuns / 10 });
    expect(tally.valid).toBeGreaterThan(0);
  });
});

test('a counterexample is impossible, smaller in no single way, and made by weakening alone', () => {
  let found = 0;
  const property = fc.property(tapes(), fc.boolean(), (tape, unique) => {
    const operations = byChance({ tape, unique, cas: true });
    const judged = judgedOperations(subhistoryOf(casRegister, operations));
    if (explainable(casRegister, judged)) return;
    found++;
    const core = sequentialCore(casRegister, judged, () => false);
    expect(core.minimal).toBe(true);
    expect(explainable(casRegister, core.operations)).toBe(false);
    for (const one of core.operations) {
      const original = operations[one.id] as Operation;
      const open = { ...original, outcome: 'info', output: undefined, return: Infinity };
      expect([original, open, { ...open, call: -Infinity }]).toContainEqual(one);
      if (one.call === -Infinity) continue;
      const observes = one.outcome === 'fail' || casRegister.isRead(one);
      const weaker = core.operations.flatMap(other => (other !== one ? [other] : observes ? [] : [anyTime(one)]));
      expect(explainable(casRegister, weaker), `#${one.id} is not needed`).toBe(true);
    }
    // What was left out may have happened or not: that does not help.
    const kept = new Set(core.operations.map(({ id }) => id));
    const rest = judged.filter(one => !kept.has(one.id) && one.outcome !== 'fail' && !casRegister.isRead(one));
    expect(explainable(casRegister, [...core.operations, ...rest.map(anyTime)])).toBe(false);
  });
  fc.assert(property, { numRuns: numRuns / 3 });
  expect(found).toBeGreaterThan(numRuns / 90);
});

function agree(model: Model, operations: readonly Operation[], tally: { valid: number; invalid: number }): string {
  const keys = [...new Set(operations.map(({ key }) => key))];
  const parts = keys.map(key =>
    judgedOperations(
      subhistoryOf(
        model,
        operations.filter(one => !model.partition || one.key === key),
      ),
    ),
  );
  const expected = parts.every(part => explainable(model, part)) ? 'valid' : 'invalid';
  tally[expected]++;
  // `check` replays the order of a valid history, and tries every order of the counterexample of an invalid one.
  const result = sequential(model).check({ operations } as unknown as History, defaultBudget);
  expect(result.validity).toBe(expected);
  if (result.validity === 'invalid') expect(result.stats['confirmed']).toBe('every order of the core was tried');
  for (const part of parts) {
    const right = explainable(model, part);
    // The search alone is asked as well, also where the versions have decided; and so is the check of counterexamples.
    const steps = searchOrder(model, part);
    let step = steps.next();
    while (step.done !== true) step = steps.next();
    expect(step.value !== null).toBe(right);
    expect(tryAllOrders(model, part) === 'explained').toBe(right);
  }
  return expected;
}

function anyTime(operation: Operation): Operation {
  return { ...operation, outcome: 'info', output: undefined, return: Infinity, call: -Infinity };
}

/** The definition: some order of the completed operations, and of any of the others, in which each process is in order. */
function explainable(model: Model, judged: readonly Operation[]): boolean {
  const extend = (state: unknown, left: readonly Operation[]): boolean => {
    if (left.every(({ outcome }) => outcome === 'info')) return true;
    return left.some(next => {
      const waits = left.some(
        one => one.outcome !== 'info' && one.process === next.process && one.id < next.id && next.call !== -Infinity,
      );
      if (waits) return false;
      const rest = left.filter(one => one !== next);
      return model.step(state, next).some(after => extend(after, rest));
    });
  };
  return extend(model.initial, judged);
}

type Tape = (limit: number) => number;
type Draft = { -readonly [P in keyof Operation]: Operation[P] };
interface Story {
  readonly tape: Tape;
  /** Each value is written once. */
  readonly unique: boolean;
  readonly cas: boolean;
}

/** A source of numbers that fast-check can shrink. */
function tapes(): fc.Arbitrary<Tape> {
  return fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 80, size: 'max' }).map(numbers => {
    let next = 0;
    return limit => (numbers[next++ % numbers.length] ?? 0) % limit;
  });
}

function draft(list: Draft[], process: number, more: Partial<Draft>): Draft {
  const id = list.length;
  const operation: Draft = {
    id,
    process,
    node: null,
    f: 'read',
    key: null,
    input: null,
    outcome: 'ok',
    output: undefined,
    error: null,
    call: 2 * id,
    return: 2 * id + 1,
    callTime: 2 * id,
    returnTime: 2 * id + 1,
    ...more,
  };
  if (operation.outcome === 'info') operation.return = Infinity;
  list.push(operation);
  return operation;
}

/** Writes are done one after the other; each process reads what was there when it last looked, or later. */
function lagging({ tape, unique, cas }: Story): Draft[] {
  const list: Draft[] = [];
  const versions: unknown[] = [null];
  const seen = new Map<number, number>();
  const processes = [0, 1, 2];
  const count = 3 + tape(6);
  for (let step = 0; step < count; step++) {
    const thread = tape(3);
    const process = processes[thread] as number;
    const value = unique ? step + 1 : tape(3);
    const kind = tape(cas ? 4 : 3);
    const at = (seen.get(process) ?? 0) + tape(versions.length - (seen.get(process) ?? 0));
    if (kind <= 1) {
      draft(list, process, { output: versions[at] });
      seen.set(process, at);
      continue;
    }
    const outcome = tape(5) === 0 ? 'info' : 'ok';
    const from = versions[tape(versions.length)];
    if (kind === 2) draft(list, process, { f: 'write', input: value, outcome });
    else if (from === versions.at(-1)) draft(list, process, { f: 'cas', input: [from, value], outcome });
    else {
      draft(list, process, { f: 'cas', input: [from, value], outcome: 'fail', output: 'refused' });
      seen.set(process, versions.length - 1);
      continue;
    }
    if (outcome === 'ok' || tape(2) === 0) versions.push(value);
    if (outcome === 'ok') seen.set(process, versions.length - 1);
    else processes[thread] = Math.max(...processes) + 1;
  }
  return list;
}

function spoilRead(tape: Tape, list: readonly Draft[]): void {
  const reads = list.filter(({ f }) => f === 'read');
  const read = reads[tape(Math.max(1, reads.length))];
  if (read) read.output = tape(6) === 0 ? null : tape(6);
}

function byChance({ tape, unique, cas }: Story): Draft[] {
  const list: Draft[] = [];
  const processes = [0, 1, 2];
  const count = 2 + tape(6);
  const any = () => [null, 1, 2, 3, 4][tape(5)];
  for (let step = 0; step < count; step++) {
    const thread = tape(3);
    const process = processes[thread] as number;
    const value = unique ? step + 1 : 1 + tape(3);
    const outcome = tape(6) === 0 ? 'info' : 'ok';
    const kind = tape(cas ? 5 : 3);
    if (kind === 0) draft(list, process, { output: any() });
    else if (kind <= 2) draft(list, process, { f: 'write', input: value, outcome });
    else if (kind === 3) draft(list, process, { f: 'cas', input: [any(), value], outcome });
    else draft(list, process, { f: 'cas', input: [any(), value], outcome: 'fail', output: 'refused' });
    if (list.at(-1)?.outcome === 'info') processes[thread] = Math.max(...processes) + 1;
  }
  return list;
}
