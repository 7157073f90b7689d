/**
 * The monitor of the set against trying every order, and against the search.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setMonitor } from '../../../src/checker/monitor/set.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { set } from '../../../src/model/set.ts';
import { runs } from '../fuzz.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';
import { agrees, agreesWithSearch, emptyTally, type Judge, type Tally } from './against-oracle.ts';
import { namesTheFirst } from './first-impossible.ts';
import { randomHistory, shapes } from './random-histories.ts';

const hours = 3_600_000;

/** `functions`: each as often as it is listed. */
function setKind(functions: readonly string[], elements: number): Kind {
  return {
    model: 'set',
    ask(tape) {
      const f = functions[tape.below(functions.length)]!;
      return { f, input: f === 'read' ? null : tape.below(elements) };
    },
    create() {
      const inside = new Set<unknown>();
      return ({ f, input }) => {
        if (f === 'read') return { outcome: 'ok', output: [...inside] };
        if (f === 'contains') return { outcome: 'ok', output: inside.has(input) };
        if (f === 'add') inside.add(input);
        else inside.delete(input);
        return { outcome: 'ok' };
      };
    },
    wrong(tape, { f, output }) {
      if (f === 'contains') return tape.below(9) === 0 ? 'x' : tape.below(2) === 0;
      if (f !== 'read') return undefined;
      return tape.below(9) === 0 ? tape.below(2) : changed(tape, output as readonly unknown[], elements);
    },
  };
}

/** An element more, or less, or another order, or an element twice. */
function changed(tape: Tape, list: readonly unknown[], elements: number): readonly unknown[] {
  const shown = Array.isArray(list) ? list : [];
  if (tape.below(4) === 0) return shown.toReversed();
  const element = tape.below(elements + 1);
  return shown.includes(element) && tape.below(3) > 0 ? shown.filter(one => one !== element) : [...shown, element];
}

const adds = (times: number) => Array.from({ length: times }, () => 'add');
const looks = (times: number) => Array.from({ length: times }, () => 'contains');
const reads = (times: number) => Array.from({ length: times }, () => 'read');
const removes = (times: number) => Array.from({ length: times }, () => 'remove');

const kinds = [
  ['an element that comes and goes', setKind([...adds(2), ...removes(2), ...looks(4)], 1)],
  ['an element that is often looked at', setKind([...adds(1), ...removes(1), ...looks(3)], 1)],
  ['elements that come and go', setKind([...adds(2), ...removes(2), ...looks(4)], 2)],
  ['elements that only come', setKind([...adds(2), ...looks(3)], 2)],
  ['elements that only come, and reads', setKind([...adds(3), ...reads(4)], 4)],
  ['elements that only come, reads and looks', setKind([...adds(3), ...reads(2), ...looks(2)], 3)],
  ['everything at once', setKind([...adds(4), ...removes(1), ...reads(2), ...looks(1)], 2)],
] as const;

const judge = (tally: Tally): Judge => ({ model: set, monitor: setMonitor, tally });

describe('the monitor agrees with trying every order', () => {
  test.each(kinds)('%s', { timeout: 3 * hours }, (name, kind) => {
    const tally = emptyTally();
    const numRuns = runs(5_000);
    const sizes = shapes({ operations: [3, 9], clients: [1, 5] });
    const property = fc.property(sizes, shape => {
      const history = randomHistory(kind, shape);
      agrees(judge(tally), history);
      namesTheFirst(set, setMonitor, history);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 5);
    expect(tally.invalid).toBeGreaterThan(numRuns / 10);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 5);
    expect(tally.inapplicable > 0).toBe(name === 'everything at once');
  });
});

test('the monitor agrees with the search on longer histories', { timeout: hours }, () => {
  const tally = emptyTally();
  let decided = 0;
  const numRuns = runs(50);
  const sizes = shapes({ operations: [30, 150], clients: [3, 8] });
  for (const [, kind] of kinds.slice(0, -1)) {
    const property = fc.property(sizes, shape => {
      if (agreesWithSearch(judge(tally), randomHistory(kind, { ...shape, crashes: shape.crashes / 8 }))) decided++;
    });
    fc.assert(property, { numRuns });
  }
  expect(decided).toBeGreaterThan(numRuns);
  expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 2);
});

describe('an order is found for as many operations as there are', () => {
  const big = [
    ['elements that come and go', setKind(['add', 'remove', 'contains'], 100)],
    ['one element that comes and goes', setKind(['add', 'remove', 'contains'], 1)],
    ['elements that only come, and reads', setKind([...adds(4), 'read'], 20)],
  ] as const;
  test.each(big)('%s', (_, kind) => {
    const history = randomHistory(kind, { seed: 1, operations: 200_000, clients: 10, crashes: 0.01 });
    const subhistory = subhistoryOf(set, history);
    const verdict = setMonitor.judge(subhistory);
    expect(verdict.validity === 'valid' ? orderFault(set, subhistory, verdict.order) : verdict).toBe(null);
  });
});
