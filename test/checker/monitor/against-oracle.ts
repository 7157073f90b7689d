/**
 * A monitor against the definition: its verdict is that of trying every order; its order can be replayed; its culprits alone,
 * and what had happened by the moment that it names, are impossible.
 */
import { expect } from 'vitest';
import type { Monitor, MonitorVerdict } from '../../../src/checker/monitor/monitor.ts';
import { partsOf } from '../../../src/checker/parts.ts';
import { Search } from '../../../src/checker/search/search.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import type { Subhistory } from '../../../src/checker/subhistory/subhistory.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';
import { explainable } from '../linearizable/oracle.ts';
import { witnessFault } from '../linearizable/replay.ts';

/** What is counted, so that a fuzzer that only makes easy histories is noticed. */
export interface Tally {
  valid: number;
  invalid: number;
  inapplicable: number;
  unfinished: number;
}

export const emptyTally = (): Tally => ({ valid: 0, invalid: 0, inapplicable: 0, unfinished: 0 });

export interface Judge {
  readonly model: Model;
  readonly monitor: Monitor;
  readonly tally: Tally;
}

/** Each key by itself. */
export function agrees({ model, monitor, tally }: Judge, operations: readonly Operation[]): void {
  for (const one of partsOf(model, operations)) {
    const { key } = one;
    const subhistory = one.subhistory();
    const part = operations.filter(operation => operation.key === key);
    const verdict = monitor.judge(subhistory);
    tally[verdict.validity]++;
    if (verdict.validity === 'inapplicable') continue;
    if (part.some(({ outcome }) => outcome === 'info')) tally.unfinished++;
    expect(verdict.validity).toBe(explainable(model, part) ? 'valid' : 'invalid');
    if (verdict.validity === 'valid') expectReplayed(model, { subhistory, part, verdict });
    else expectRefuted(model, subhistory, verdict);
  }
}

/** Of a search, in configurations. */
const mostStates = 2_000;

/** For longer histories: the search is asked, as long as it does not take too long. Whether it was decided. */
export function agreesWithSearch({ model, monitor, tally }: Judge, operations: readonly Operation[]): boolean {
  const subhistory = subhistoryOf(model, operations);
  const verdict = monitor.judge(subhistory);
  tally[verdict.validity]++;
  if (verdict.validity === 'inapplicable') return false;
  if (operations.some(({ outcome }) => outcome === 'info')) tally.unfinished++;
  if (verdict.validity === 'valid') expect(orderFault(model, subhistory, verdict.order)).toBe(null);
  else if (verdict.culprits) {
    const inOrder = verdict.culprits.toSorted((one, other) => one - other);
    const some = inOrder.map(position => subhistory.operation(position));
    expect(new Search(model, subhistoryOf(model, some)).run(mostStates, () => false)).not.toBe('valid');
  }
  const found = new Search(model, subhistory).run(mostStates, () => false);
  if (found !== 'paused') expect(verdict.validity).toBe(found);
  return found !== 'paused';
}

interface Valid {
  readonly subhistory: Subhistory;
  readonly part: readonly Operation[];
  readonly verdict: MonitorVerdict & { readonly validity: 'valid' };
}

function expectReplayed(model: Model, { subhistory, part, verdict }: Valid): void {
  const ids = Array.from(verdict.order, position => subhistory.id[position]!);
  expect(witnessFault(model, part, ids)).toBe(null);
}

function expectRefuted(
  model: Model,
  subhistory: Subhistory,
  { culprits, until }: MonitorVerdict & { readonly validity: 'invalid' },
): void {
  const some = (culprits ?? []).map(position => subhistory.operation(position));
  expect(new Set(some.map(({ id }) => id)).size).toBe(some.length);
  if (culprits) expect(explainable(model, some), 'the culprits').toBe(false);
  const begun = Array.from(subhistory.call.keys()).filter(position => subhistory.call[position]! <= until);
  const soFar = begun.map((position): Operation => {
    const operation = subhistory.operation(position);
    const ended = subhistory.return[position]! <= until;
    return ended ? operation : { ...operation, outcome: 'info', output: undefined, return: Infinity };
  });
  expect(explainable(model, soFar), 'what had happened by then').toBe(false);
}
