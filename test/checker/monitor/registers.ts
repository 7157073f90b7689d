/**
 * Histories of registers whose values are nearly always distinct, and what a verdict of a monitor on them must fulfil.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { Monitor, MonitorVerdict } from '../../../src/checker/monitor/monitor.ts';
import { isJudged } from '../../../src/checker/subhistory/classify.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import type { Subhistory } from '../../../src/checker/subhistory/subhistory.ts';
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';
import { type Kind, samples, type Tape } from '../linearizable/histories.ts';
import { explainable } from '../linearizable/oracle.ts';
import { witnessFault } from '../linearizable/replay.ts';

export interface Tally {
  valid: number;
  invalid: number;
  inapplicable: number;
  /** Of the inapplicable: because of a refused cas. */
  stuck: number;
  withoutCulprits: number;
  unfinished: number;
}

export const noTally = (): Tally => ({
  valid: 0,
  invalid: 0,
  inapplicable: 0,
  stuck: 0,
  withoutCulprits: 0,
  unfinished: 0,
});

/** Values of all kinds that JSON has. */
export function shaped(number: number): unknown {
  return [number, `v${number}`, { v: number }, -number, [number]][number % 5];
}

/** `cas`: whether it has them. */
export function distinctKind(model: string, cas: boolean): Kind {
  /** What the object made last holds, so that many cas succeed. */
  let current: unknown = null;
  const fresh = (tape: Tape, unique: number) => {
    const chance = tape.below(24);
    return chance === 0 ? null : chance === 1 ? shaped(tape.below(3)) : shaped(10 + unique);
  };
  const known = (tape: Tape) => (tape.below(6) === 0 ? null : shaped(10 + tape.below(9)));
  return {
    model,
    ask(tape, unique) {
      const choice = tape.below(cas ? 4 : 2);
      if (choice === 0) return { f: 'read', input: null };
      if (choice === 1) return { f: 'write', input: fresh(tape, unique) };
      const from = tape.below(4) === 0 ? known(tape) : current;
      return { f: 'cas', input: [from, tape.below(12) === 0 ? from : fresh(tape, unique)] };
    },
    create() {
      let own: unknown = null;
      current = null;
      return ({ f, input }) => {
        if (f === 'read') return { outcome: 'ok', output: own };
        const [from, to] = f === 'write' ? [own, input] : (input as readonly unknown[]);
        if (JSON.stringify(from) !== JSON.stringify(own)) return { outcome: 'fail', output: 'refused' };
        current = own = to;
        return { outcome: 'ok' };
      };
    },
    wrong: (tape, { f }) => (f === 'read' ? known(tape) : undefined),
  };
}

/** Small histories; half of them with changed answers. */
export function distinctHistories(kind: Kind, mostOperations: number): fc.Arbitrary<readonly Operation[]> {
  return fc
    .tuple(samples(kind, mostOperations), fc.boolean(), fc.nat(0xffff_ffff))
    .map(([{ operations }, spoil, seed]) => (spoil ? spoilt(operations, { seed, times: 2 }) : operations));
}

/** Some reads have seen another value, some cas ended otherwise, some crashed operations returned at last. */
export function spoilt(
  operations: readonly Operation[],
  { seed, times }: { readonly seed: number; readonly times: number },
): readonly Operation[] {
  const tape = tapeFrom(seed);
  const changed = [...operations];
  for (let time = 0; time < times && changed.length > 0; time++) {
    const index = tape.below(changed.length);
    const operation = changed[index]!;
    const near = changed[Math.max(index - tape.below(8), 0)]!;
    const seen = near.f === 'read' ? near.output : near.f === 'write' ? near.input : argumentsOf(near)[1];
    if (operation.outcome === 'info') {
      changed[index] = { ...operation, outcome: 'ok', output: null, return: 2 * changed.length + operation.id };
    } else if (operation.f === 'read') changed[index] = { ...operation, output: seen ?? null };
    else if (operation.f === 'cas' && operation.outcome === 'ok') {
      changed[index] = { ...operation, outcome: 'fail', output: 'refused' };
    } else changed[index] = { ...operation, outcome: 'ok', output: null };
  }
  return changed;
}

/** By key. */
export function partsOf(operations: readonly Operation[]): readonly (readonly Operation[])[] {
  const keys = [...new Set(operations.map(({ key }) => key))];
  return keys.map(key => operations.filter(operation => operation.key === key));
}

/** The verdict, counted, after all that it promises about small histories was tried. */
export function verify(
  { monitor, model, tally }: { readonly monitor: Monitor; readonly model: Model; readonly tally: Tally },
  operations: readonly Operation[],
): void {
  const subhistory = subhistoryOf(model, operations);
  const verdict = monitor.judge(subhistory);
  tally[verdict.validity]++;
  if (operations.some(({ outcome }) => outcome === 'info')) tally.unfinished++;
  if (verdict.validity === 'inapplicable') {
    if (verdict.why.startsWith('a refused cas')) tally.stuck++;
    return;
  }
  expect(verdict.validity).toBe(explainable(model, operations) ? 'valid' : 'invalid');
  if (verdict.validity === 'valid') expect(faultOf(model, operations, subhistory, verdict)).toBe(null);
  else verifyInvalid(model, operations, { subhistory, verdict, tally });
}

export function faultOf(
  model: Model,
  operations: readonly Operation[],
  { id }: Subhistory,
  verdict: MonitorVerdict,
): string | null {
  if (verdict.validity !== 'valid') return `it is ${verdict.validity}`;
  return witnessFault(
    model,
    operations,
    Array.from(verdict.order, position => id[position]!),
  );
}

interface Refuted {
  readonly subhistory: Subhistory;
  readonly verdict: MonitorVerdict & { readonly validity: 'invalid' };
  readonly tally: Tally;
}

function verifyInvalid(model: Model, operations: readonly Operation[], { subhistory, verdict, tally }: Refuted): void {
  const { culprits, until } = verdict;
  expect(explainable(model, upTo(model, operations, subhistory.time(until)))).toBe(false);
  if (culprits === null) {
    expect(operations.some(({ outcome }) => outcome === 'fail')).toBe(true);
    tally.withoutCulprits++;
    return;
  }
  const accused = culprits.map(position => subhistory.operation(position));
  expect(accused).toEqual(operations.filter(one => accused.includes(one)));
  expect(accused.every(one => isJudged(model, one) && one.outcome !== 'fail')).toBe(true);
  expect(explainable(model, accused)).toBe(false);
  // So an order of all would explain them as well: what is left out makes no value that those who stay need.
  const needed = accused.flatMap(one =>
    one.f === 'read' ? [one.output] : one.f === 'cas' ? [argumentsOf(one)[0]] : [],
  );
  const keys = new Set(needed.map(value => JSON.stringify(value ?? null)));
  const others = operations.filter(one => isJudged(model, one) && !accused.includes(one));
  for (const other of others) {
    if (other.f === 'read' || other.outcome === 'fail') continue;
    const [from, to] = other.f === 'write' ? [Symbol('any'), other.input] : argumentsOf(other);
    if (JSON.stringify(from) !== JSON.stringify(to)) expect(keys).not.toContain(JSON.stringify(to));
  }
}

function argumentsOf({ input }: Operation): readonly unknown[] {
  return input as readonly unknown[];
}

/** What had happened by then: what had not returned may have taken effect, unless it was refused later. */
function upTo(model: Model, operations: readonly Operation[], moment: number): readonly Operation[] {
  return operations
    .filter(one => isJudged(model, one) && one.call <= moment && (one.outcome !== 'fail' || one.return <= moment))
    .map(one => (one.return <= moment ? one : { ...one, outcome: 'info', output: undefined, return: Infinity }));
}

/** Numbers that look random: for histories that are too long for fast-check. */
export function tapeFrom(seed: number): Tape {
  let state = seed >>> 0;
  return {
    ended: false,
    below(limit) {
      state = (state + 0x9e37_79b9) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 16), 0x85eb_ca6b);
      mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2_ae35);
      return ((mixed ^ (mixed >>> 16)) >>> 0) % limit;
    },
  };
}

export interface Long {
  readonly seed: number;
  readonly length: number;
  readonly clients: number;
  readonly cas: boolean;
  /** One in so many crashes. */
  readonly crashes: number;
  /** @default every kind of value */
  readonly shape?: (number: number) => unknown;
}

interface Running {
  readonly operation: { -readonly [P in keyof Operation]: Operation[P] };
  happened: boolean;
  accepted: boolean;
  output: unknown;
}

/** Clients on one register, one after another or at once. Each operation happens at some moment while it runs. */
export function longHistory({ seed, length, clients, cas, crashes, shape = shaped }: Long): readonly Operation[] {
  const tape = tapeFrom(seed);
  const operations: Operation[] = [];
  const running: (Running | null)[] = Array.from({ length: clients }, () => null);
  let current: unknown = null;
  let index = 0;
  const happen = (one: Running): void => {
    one.happened = true;
    const { f, input } = one.operation;
    if (f === 'read') one.output = current;
    const [from, to] = f === 'cas' ? (input as readonly unknown[]) : [current, f === 'write' ? input : current];
    one.accepted = from === current;
    if (one.accepted) current = to;
  };
  const call = (process: number): Running => {
    const choice = tape.below(cas ? 3 : 2);
    const fresh = shape(1 + operations.length);
    const operation: Running['operation'] = {
      id: operations.length,
      process,
      node: null,
      f: ['read', 'write', 'cas'][choice]!,
      key: null,
      input: [null, fresh, [current, fresh]][choice],
      outcome: 'info',
      output: undefined,
      error: null,
      call: index,
      return: Infinity,
      callTime: index,
      returnTime: Infinity,
    };
    index++;
    operations.push(operation);
    return { operation, happened: false, accepted: false, output: undefined };
  };
  for (let open = 0; operations.length < length || open > 0; ) {
    const client = tape.below(clients);
    const one = running[client] ?? null;
    if (one === null) {
      if (operations.length === length) continue;
      running[client] = call(client);
      open++;
    } else if (!one.happened && tape.below(3) > 0) happen(one);
    else if (one.happened || (crashes > 0 && tape.below(crashes) === 0)) {
      running[client] = null;
      open--;
      if (crashes > 0 && tape.below(crashes) === 0) continue;
      if (!one.happened) continue;
      one.operation.outcome = one.accepted ? 'ok' : 'fail';
      one.operation.output = one.accepted ? one.output : 'refused';
      one.operation.return = index;
      one.operation.returnTime = index;
      index++;
    }
  }
  return operations;
}
