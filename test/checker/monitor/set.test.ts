/**
 * The monitor of the set against trying every order, and against the search.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { setMonitor } from '../../../src/checker/monitor/set/set.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import { set } from '../../../src/model/set.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import type { Kind, Tape } from '../linearizable/histories.ts';
import { read, type Written, written } from '../linearizable/operations.ts';
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
    const numRuns = fuzzRuns(5_000);
    const sizes = shapes({ operations: [3, 9], clients: [1, 5] });
    const property = fc.property(sizes, shape => {
      const history = randomHistory(kind, shape);
      agrees(judge(tally), history);
      namesTheFirst(set, setMonitor, history);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 15);
    expect(tally.invalid).toBeGreaterThan(numRuns / 60);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 15);
    expect(tally.inapplicable > 0).toBe(name === 'everything at once');
  });
});

test('the monitor agrees with the search on longer histories', { timeout: hours }, () => {
  const tally = emptyTally();
  let decided = 0;
  const numRuns = fuzzRuns(50);
  const sizes = shapes({ operations: [30, 150], clients: [3, 8] });
  for (const [, kind] of kinds.slice(0, -1)) {
    const property = fc.property(sizes, shape => {
      if (agreesWithSearch(judge(tally), randomHistory(kind, { ...shape, crashes: shape.crashes / 8 }))) decided++;
    });
    fc.assert(property, { numRuns });
  }
  expect(decided).toBeGreaterThan(numRuns);
  expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 6);
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

/** What the monitor says, with ids for positions. */
function said(...list: readonly Written[]): unknown {
  return setMonitor.judge(subhistoryOf(set, written(list)));
}

type At = readonly [number, number?];
const add = (input: unknown, ...at: At): Written => ({ f: 'add', input, at });
const remove = (input: unknown, ...at: At): Written => ({ f: 'remove', input, at });
const contains = (input: unknown, output: unknown, ...at: At): Written => ({ f: 'contains', input, output, at });
const valid = (...order: readonly number[]) => ({ validity: 'valid', order: Int32Array.from(order) });
const invalid = (until: number, ...culprits: readonly number[]) => ({ validity: 'invalid', culprits, until });

describe('what the monitor says of a set of which nobody reads the whole', () => {
  test('an element that was removed is not there', () => {
    const list = [add(1, 0, 1), remove(1, 2, 3), contains(1, false, 4, 5)];
    expect(said(...list)).toEqual(valid(0, 1, 2));
    expect(said(...list, contains(1, true, 6, 7))).toEqual(invalid(7, 1, 3));
  });

  test('what was long before the last write does not matter, nor do other elements', () => {
    const before = [add(1, 0, 1), contains(1, true, 2, 3), remove(1, 4, 5), add(2, 6, 7), contains(2, true, 8, 9)];
    expect(said(...before, add(1, 10, 11), contains(1, false, 12, 13))).toEqual(invalid(13, 5, 6));
  });

  test('a write that was silent so far brings the element back before it returns', () => {
    //   add    |--|
    //   add   |---------------|
    //   remove       |--|
    //   look              |----------------|  finds it
    const list = [add(1, 1, 8), add(1, 2, 3), remove(1, 4, 5), contains(1, true, 6, 9)];
    expect(said(...list)).toEqual(valid(1, 2, 0, 3));
  });

  test('a write that returns takes the element away after a look that waits', () => {
    //   add    |---------------------|
    //   look   |-------------------------|  finds it
    //   remove   |--|
    //   look               |--|  misses it
    const list = [
      add(1, 0, 20),
      contains(1, true, 1, 9),
      remove(1, 2, 4),
      contains(1, false, 5, 6),
      contains(1, false, 10, 11),
    ];
    expect(said(...list)).toMatchObject({ validity: 'valid' });
  });

  test('a crashed write happens if it is needed, once', () => {
    const list = [remove(1, 0), add(1, 1, 2), contains(1, false, 3, 4), add(1, 5, 6)];
    expect(said(...list, contains(1, true, 7, 8))).toEqual(valid(1, 0, 2, 3, 4));
    expect(said(...list, contains(1, false, 7, 8))).toEqual(invalid(8, 0, 1, 2, 3, 4));
  });

  test('a look that sees neither true nor false', () => {
    expect(said(add(1, 0, 1), remove(1, 2, 3), contains(1, 'x', 4, 5))).toEqual(invalid(5, 2));
  });

  test('reads of the whole, where something is removed, are not for it', () => {
    const why = 'elements are removed, and the whole set is read';
    expect(said(add(1, 0, 1), remove(1, 2, 3), read([], 4, 5))).toEqual({ validity: 'inapplicable', why });
  });
});

describe('what the monitor says of a set from which nothing is removed', () => {
  test('of nothing', () => {
    expect(said()).toEqual(valid());
    expect(said(read([], 0, 1))).toEqual(valid(0));
  });

  test('reads say which of two adds was first', () => {
    const list = [
      add('a', 0, 9),
      add('b', 1, 8),
      read(['b'], 2, 7),
      read(['a', 'b'], 3, 6),
      contains('a', false, 4, 5),
    ];
    expect(said(...list)).toEqual(valid(1, 2, 4, 0, 3));
  });

  test('the order of a read does not count, nor what it lists twice, nor the order of members', () => {
    const list = [add({ a: 1, b: 2 }, 0, 1), add(1, 2, 3)];
    expect(said(...list, read([1, { b: 2, a: 1 }, 1], 4, 5), read([{ a: 1, b: 2 }, 1], 6, 7))).toEqual(
      valid(0, 1, 2, 3),
    );
    expect(said(...list, read(['1', { a: 1, b: 2 }], 4, 5))).toEqual(invalid(5, 0, 2));
  });

  test('two reads, each of which misses what the other shows', () => {
    const list = [add(1, 0, 9), add(2, 1, 8), add(3, 2, 7), read([1], 3, 4), read([2], 5, 6)];
    expect(said(...list)).toEqual(invalid(6, 0, 1, 3, 4));
  });

  test('a read that misses what a read before it showed', () => {
    const list = [add(1, 0), add(2, 1), read([1, 2], 2, 3), read([2], 4, 5), contains(2, true, 6, 7)];
    expect(said(...list)).toEqual(invalid(5, 0, 1, 2, 3));
  });

  test('a read that misses what was added before', () => {
    const list = [add(1, 0, 1), add(2, 2, 3), add(1, 4, 5), read([2], 6, 7)];
    expect(said(...list)).toEqual(invalid(7, 0, 1, 3));
  });

  test('a look that misses an element which came before another that was seen', () => {
    const list = [add('a', 0), add('b', 1), read(['a'], 2, 9), contains('b', true, 3, 4), contains('a', false, 5, 6)];
    expect(said(...list)).toEqual(invalid(7, 0, 1, 2, 3, 4));
  });

  test('adds that were called when the element was there are no culprits', () => {
    const again = Array.from({ length: 50 }, (_, index) => add(1, index * 2 + 2, index * 2 + 3));
    expect(said(add(1, 0, 1), ...again, contains(1, false, 200, 201))).toEqual(invalid(103, 0, 51));
  });

  test('a read of what nobody adds, or of no list', () => {
    expect(said(add(1, 0, 1), read([1, 2], 2, 3))).toEqual(invalid(3, 0, 1));
    expect(said(add(1, 0, 1), read(1, 2, 3), read(null, 4, 5))).toEqual(invalid(3, 1));
    expect(said(add(1, 0, 1), contains(1, null, 2, 3))).toEqual(invalid(3, 1));
  });
});
