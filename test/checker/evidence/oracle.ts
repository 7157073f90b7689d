/**
 * What evidence may say, spelled out: it is read as a person reads it, from the words, and every order of the operations is
 * tried without any cleverness. It shares nothing with what made the evidence but the model.
 */
import type { Evidence, EvidenceOperation } from '../../../src/checker/evidence/evidence.ts';
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';

/** The operations of the evidence, weakened as it says. */
export function operationsOf(model: Model, { operations }: Evidence, part: readonly Operation[]): readonly Operation[] {
  return operations.map(told => {
    const original = part.find(({ id }) => id === told.id) as Operation;
    const looks = told.weakened.includes('part-of-answer') ? (model.weaker?.(original, part) ?? []) : [original];
    return looks
      .map(one => weakenedAs(told, one))
      .find(one => model.describe.operation(one) === told.words) as Operation;
  });
}

function weakenedAs({ completed, weakened }: EvidenceOperation, operation: Operation): Operation {
  const early = weakened.includes('call-forgotten') ? { ...operation, call: -Infinity } : operation;
  return completed ? early : { ...early, outcome: 'info', output: undefined, return: Infinity };
}

export interface Longest {
  /** By position of a blocked operation: how many answers the longest order explains that ends before it. */
  readonly before: ReadonlyMap<number, number>;
  /** How many different states, and what is blocked there, the farthest orders end in. */
  readonly ends: number;
}

/** Tries all orders. */
export function longestOrders(model: Model, operations: readonly Operation[], starts: readonly unknown[]): Longest {
  const before = new Map<number, number>();
  let farthest = -1;
  let ends = new Set<string>();
  const goOn = (state: unknown, left: readonly Operation[]): void => {
    const next = left.filter(one => left.every(other => other.return >= one.call));
    for (const one of next) {
      for (const after of model.step(state, one)) goOn(after, without(left, one));
    }
    if (explainsMore(model, state, left)) return;
    const stuck = next.filter(({ outcome }) => outcome !== 'info').map(one => operations.indexOf(one));
    const explained = operations.filter(one => one.outcome !== 'info' && !left.includes(one)).length;
    for (const position of stuck) before.set(position, Math.max(explained, before.get(position) ?? 0));
    if (explained > farthest) ends = new Set();
    farthest = Math.max(farthest, explained);
    if (explained === farthest) ends.add(`${model.stateKey(state)} ${stuck.join(' ')}`);
  };
  for (const start of starts) goOn(start, operations);
  return { before, ends: ends.size };
}

/** Whether a completed operation can come next, or can after others that may have happened. */
function explainsMore(model: Model, state: unknown, left: readonly Operation[]): boolean {
  return left
    .filter(one => left.every(other => other.return >= one.call))
    .some(one =>
      model.step(state, one).some(after => one.outcome !== 'info' || explainsMore(model, after, without(left, one))),
    );
}

/** What is wrong with the orders, or null. The states are found again by their words. */
export function wrongOrder(
  model: Model,
  operations: readonly Operation[],
  { evidence, starts }: { readonly evidence: Evidence; readonly starts: readonly unknown[] },
): string | null {
  for (const { start, steps, next, explained } of evidence.partials) {
    const begins = starts.filter(state => start === null || model.describe.state(state) === start);
    if (begins.length === 0) return 'no such start';
    const done = steps.map(({ operation }) => operations[operation] as Operation);
    const left = operations.filter(one => !done.includes(one));
    const inOrder = [...done, ...left];
    if (inOrder.length !== operations.length) return 'an operation comes twice';
    for (const [index, one] of done.entries()) {
      if (inOrder.slice(index + 1).some(later => later.return < one.call)) return 'out of order in time';
    }
    for (const run of start === null ? begins.map(begin => [begin]) : [begins]) {
      let states: readonly unknown[] = run;
      for (const { operation, state } of steps) {
        const after = states.flatMap(before => model.step(before, operations[operation] as Operation));
        states = after.filter(one => model.describe.state(one) === state);
        if (states.length === 0) return `not ${state}`;
      }
      const isTheEnd = (state: unknown): boolean =>
        !explainsMore(model, state, left) &&
        next.every(({ operation, refused }) => {
          const isPossible = model.step(state, operations[operation] as Operation).length > 0;
          return refused === null ? isPossible : !isPossible && refused.includes(model.describe.state(state));
        });
      if (!states.some(isTheEnd)) return 'it does not end there';
    }
    const mayCome = left.filter(one => left.every(other => other.return >= one.call));
    if (mayCome.some(one => !next.some(({ operation }) => operations[operation] === one))) return 'one is not told';
    if (next.length !== mayCome.length) return 'one too many is told';
    if (done.filter(({ outcome }) => outcome !== 'info').length !== explained) return 'wrong count';
  }
  return null;
}

function without(list: readonly Operation[], gone: Operation): readonly Operation[] {
  return list.filter(one => one !== gone);
}
