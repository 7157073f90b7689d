import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MonitorVerdict } from '../../../src/checker/monitor/monitor.ts';
import { registerMonitor } from '../../../src/checker/monitor/value/register.ts';
import { partsOf as keysApart } from '../../../src/checker/parts.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { judged, read, type Written, write, written } from '../linearizable/operations.ts';
import {
  distinctHistories,
  distinctKind,
  faultOf,
  longHistory,
  noTally,
  partsOf,
  spoilt,
  verify,
} from './registers.ts';

const model = modelByName('register');

function judge(...list: readonly Written[]): MonitorVerdict {
  return registerMonitor.judge(subhistoryOf(model, written(list)));
}
const valid = (...order: readonly number[]) => ({ validity: 'valid', order: Int32Array.from(order) });
const invalid = (until: number, ...culprits: readonly number[]) => ({ validity: 'invalid', culprits, until });
const inapplicable = (why: string) => ({ validity: 'inapplicable', why });

describe('the monitor of a register finds an order', () => {
  test('of nothing', () => {
    expect(judge()).toEqual(valid());
  });

  test('of reads of what was there at first, whether they say null or nothing', () => {
    expect(judge(read(null, 0, 2), read(undefined, 1, 3))).toEqual(valid(0, 1));
  });

  test('in which every read follows its write', () => {
    expect(judge(read(1, 0, 9), write(2, 1, 8), write(1, 2, 7), read(2, 3, 4))).toEqual(valid(2, 0, 1, 3));
  });

  test('in which a write that nobody read waits until what is seen all the time is over', () => {
    expect(judge(write(1, 0, 1), write(2, 2, 9), read(1, 3, 4))).toEqual(valid(0, 2, 1));
  });

  test('in which a crashed write is there if it was read, and is left out otherwise', () => {
    expect(judge(write(1, 0), write(2, 1), read(1, 2, 3))).toEqual(valid(0, 2));
  });

  test('also where a value that nobody reads is written twice, or is null', () => {
    expect(judge(write(1, 0, 1), write(1, 2, 3), write(null, 4, 5), write(2, 6, 7), read(2, 8, 9))).toEqual(
      valid(0, 1, 2, 3, 4),
    );
  });

  test('and tells 1 from "1", and knows an object whatever the order of its members', () => {
    const list = [write({ a: 1, b: 2 }, 0, 1), read({ b: 2, a: 1 }, 2, 3), write('1', 4, 5), write(1, 6, 7)];
    expect(judge(...list, read(1, 8, 9))).toEqual(valid(0, 1, 2, 3, 4));
    expect(judge(...list, read('1', 8, 9))).toMatchObject({ validity: 'invalid', culprits: [2, 3, 4] });
  });
});

describe('the monitor of a register accuses', () => {
  test('a read of what nobody wrote, alone', () => {
    expect(judge(write(1, 0, 1), read(7, 2, 3), read(1, 4, 5))).toEqual(invalid(3, 1));
  });

  test('a read that returned before the write was called, from then on', () => {
    expect(judge(write(1, 0, 9), read(2, 1, 2), write(2, 3, 4))).toEqual(invalid(2, 1, 2));
  });

  test('a read of what was there at first, after a write', () => {
    expect(judge(write(1, 0, 1), write(2, 2, 3), read(null, 4, 5))).toEqual(invalid(5, 0, 2));
  });

  test('a read of what was overwritten, with the two writes', () => {
    expect(judge(write(1, 0, 1), read(1, 2, 3), write(2, 4, 5), read(2, 6, 7), read(1, 8, 9))).toEqual(
      invalid(9, 0, 2, 4),
    );
  });

  test('reads that contradict each other, with writes that crashed', () => {
    const reads = [read(1, 2, 3), read(2, 4, 5), read(1, 6, 7), read(2, 8, 9)];
    expect(judge(write(1, 0), write(2, 1), ...reads)).toEqual(invalid(7, 0, 1, 2, 3, 4));
  });
});

describe('the monitor of a register leaves to others', () => {
  test('a value that is read and was written twice', () => {
    const why = 'the value "a" is written, and comes from another operation as well';
    expect(judge(write('a', 0, 1), write('a', 2), read('a', 3, 4))).toEqual(inapplicable(why));
  });

  test('null that is read and was written', () => {
    const why = 'the value null is there at first, and written as well';
    expect(judge(write(1, 0, 1), write(null, 2, 3), read(null, 4, 5))).toEqual(inapplicable(why));
  });
});

describe('the monitor of a register agrees', () => {
  test('with trying every order', () => {
    const tally = noTally();
    const numRuns = fuzzRuns(20_000);
    const histories = distinctHistories(distinctKind('register', false), 9);
    const property = fc.property(histories, operations => {
      for (const part of partsOf(operations)) verify({ monitor: registerMonitor, model, tally }, part);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 24);
    expect(tally.inapplicable).toBeLessThan(numRuns / 4);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 12);
    expect(tally.withoutCulprits).toBe(0);
  });

  test('with the search', () => {
    const sizes = { seed: fc.nat(0xffff_ffff), length: fc.integer({ min: 30, max: 150 }) };
    const shapes = { ...sizes, clients: fc.integer({ min: 3, max: 8 }), crashes: fc.constantFrom(0, 12) };
    const tally = { valid: 0, invalid: 0, inapplicable: 0 };
    const numRuns = fuzzRuns(300);
    const property = fc.property(fc.record(shapes), fc.constantFrom(0, 6), (shape, times) => {
      const operations = spoilt(longHistory({ ...shape, cas: false }), { seed: shape.seed, times });
      const { validity } = registerMonitor.judge(subhistoryOf(model, operations));
      tally[validity]++;
      expect(validity).toBe(judged('register', operations).validity);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 15);
    expect(tally.invalid).toBeGreaterThan(numRuns / 15);
  });
});

describe('the monitor of a register takes long histories', () => {
  const long = longHistory({ seed: 1, length: 200_000, clients: 10, cas: false, crashes: 500 });

  test('and orders them', () => {
    const subhistory = subhistoryOf(model, long);
    expect(faultOf(model, long, subhistory, registerMonitor.judge(subhistory))).toBe(null);
  });

  test('and shows what is wrong by a few operations', () => {
    const last = long.findLast(({ f, outcome }) => f === 'read' && outcome === 'ok')!;
    const first = long.find(({ f, outcome }) => f === 'read' && outcome === 'ok')!;
    const operations = long.map(one => (one === last ? { ...one, output: first.output } : one));
    const verdict = registerMonitor.judge(subhistoryOf(model, operations));
    expect(verdict.validity === 'invalid' && verdict.culprits!.length < 6).toBe(true);
  });

  test('also of many keys', () => {
    const operations = long.map(one => ({ ...one, key: `k${Math.trunc(one.id / 500) % 40}` }));
    const verdicts = keysApart(model, operations).map(part => registerMonitor.judge(part.subhistory()).validity);
    // A read may see what was written to another key: that is no reason to fail in any other way.
    expect(verdicts).toHaveLength(40);
    expect(verdicts).not.toContain('inapplicable');
  });
});
