import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { MonitorVerdict } from '../../../src/checker/monitor/monitor.ts';
import { casRegisterMonitor } from '../../../src/checker/monitor/value/cas-register.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { cas, judged, read, refused, type Written, write, written } from '../linearizable/operations.ts';
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

const model = modelByName('cas-register');

function judge(...list: readonly Written[]): MonitorVerdict {
  return casRegisterMonitor.judge(subhistoryOf(model, written(list)));
}
const valid = (...order: readonly number[]) => ({ validity: 'valid', order: Int32Array.from(order) });
const invalid = (until: number, ...culprits: readonly number[]) => ({ validity: 'invalid', culprits, until });
const inapplicable = (why: string) => ({ validity: 'inapplicable', why });

describe('the monitor of a register with cas finds an order', () => {
  test('without any cas', () => {
    expect(judge(write(1, 0, 1), read(1, 2, 3))).toEqual(valid(0, 1));
  });

  test('in which cas follow one another, with what was read in between', () => {
    expect(judge(cas(2, 3, 0, 9), cas(1, 2, 1, 8), read(2, 2, 7), read(3, 3, 6), write(1, 4, 5))).toEqual(
      valid(4, 1, 2, 0, 3),
    );
  });

  test('that begins with what was there at first', () => {
    expect(judge(cas(null, 1, 0, 1), read(null, 2, 3))).toMatchObject({ validity: 'invalid' });
    expect(judge(cas(null, 1, 0, 2), read(null, 1, 3), read(1, 4, 5))).toEqual(valid(1, 0, 2));
  });

  test('in which a cas that changes nothing is a read', () => {
    expect(judge(write({ a: 1 }, 0, 1), cas({ a: 1 }, { a: 1 }, 2, 3), cas({ a: 1 }, 2, 4, 5))).toEqual(valid(0, 1, 2));
  });

  test('in which what crashed is there if something builds on it, and is left out otherwise', () => {
    expect(judge(write(1, 0), cas(1, 2, 1), cas(2, 3, 2), cas(2, 4, 3), read(3, 4, 5))).toEqual(valid(0, 1, 2, 4));
  });

  test('in which refused cas stand where the value is another', () => {
    const list = [refused(1, 9, 0, 1), write(1, 2, 5), refused(null, 9, 3, 6), refused(1, 9, 7, 9), write(2, 8, 10)];
    expect(judge(...list)).toEqual(valid(0, 1, 2, 4, 3));
  });
});

describe('the monitor of a register with cas accuses', () => {
  test('a cas from what nobody wrote, alone', () => {
    expect(judge(cas(7, 8, 0, 1), read(null, 2, 3))).toEqual(invalid(1, 0));
  });

  test('what builds on a crashed cas from what nobody wrote', () => {
    expect(judge(cas(7, 8, 0), cas(8, 9, 1), write(1, 2, 3), read(9, 4, 5))).toEqual(invalid(5, 0, 1, 3));
  });

  test('cas that made each other possible', () => {
    expect(judge(cas(1, 2, 0, 2), cas(2, 1, 1, 3), read(null, 4, 5))).toEqual(invalid(2, 0, 1));
  });

  test('two cas that replaced one value', () => {
    const list = [write(1, 0, 1), read(1, 2, 3), cas(1, 2, 4, 6), cas(1, 3, 5, 7)];
    expect(judge(...list)).toEqual(invalid(7, 0, 2, 3));
  });

  test('two crashed cas that replaced one value, with what was seen of them', () => {
    const list = [cas(null, 2, 0), cas(null, 3, 1), read(2, 2, 3), read(3, 4, 5)];
    expect(judge(...list)).toEqual(invalid(5, 0, 1, 2, 3));
  });

  test('a read that comes after its value was replaced', () => {
    const list = [write(1, 0, 1), cas(1, 2, 2, 3), cas(2, 3, 4, 5), read(3, 6, 7), read(1, 8, 9)];
    expect(judge(...list)).toEqual(invalid(9, 0, 1, 4));
  });

  test('a write that comes between what belongs together, with all that led to it', () => {
    const list = [write(1, 0, 1), cas(1, 2, 2, 3), write(5, 4, 5), cas(2, 3, 6, 7)];
    expect(judge(...list)).toEqual(invalid(7, 0, 1, 2, 3));
  });

  test('a crashed cas that was called too late, with a read that had waited for it', () => {
    const list = [write(1, 0, 1), read(2, 2, 9), write(5, 4, 5), cas(1, 2, 6)];
    expect(judge(...list)).toEqual(invalid(6, 0, 1, 2, 3));
  });

  test('nobody by name when a cas was refused what the next one found, but knows the moment', () => {
    const list = [write(1, 0, 1), refused(1, 9, 2, 3)];
    const until = (rank: number) => ({ validity: 'invalid', culprits: null, until: rank });
    expect(judge(...list, cas(1, 2, 4, 5), read(2, 6, 7))).toEqual(until(5));
    expect(judge(...list, cas(1, 2, 4), read(2, 6, 7))).toEqual(until(6));
  });

  test('nobody by name when a cas was refused what was there all the time, but knows the moment', () => {
    expect(judge(write(1, 0, 1), write(2, 2), refused(1, 9, 3, 4), read(1, 5, 7), read(2, 6, 8))).toEqual({
      validity: 'invalid',
      culprits: null,
      until: 7,
    });
  });
});

describe('the monitor of a register with cas leaves to others', () => {
  test('a value that is read and comes from two operations', () => {
    const why = 'the value 2 is left by a cas, and comes from another operation as well';
    expect(judge(write(1, 0, 1), write(2, 2, 3), cas(1, 2, 4, 5), read(2, 6, 7))).toEqual(inapplicable(why));
  });

  test('null that is read and was left by a cas', () => {
    const why = 'the value null is there at first, and left by a cas as well';
    expect(judge(write(1, 0, 1), cas(1, null, 2, 3), read(null, 4, 5))).toEqual(inapplicable(why));
  });

  test('a refused cas for which only another order has a place', () => {
    const why = 'a refused cas from 2 may need another order';
    expect(judge(write(1, 0, 2), write(2, 1, 3), refused(2, 9, 4, 5))).toEqual(inapplicable(why));
  });
});

describe('the monitor of a register with cas agrees', () => {
  test('with trying every order', () => {
    const tally = noTally();
    const numRuns = fuzzRuns(20_000);
    const histories = distinctHistories(distinctKind('cas-register', true), 9);
    const property = fc.property(histories, operations => {
      for (const part of partsOf(operations)) verify({ monitor: casRegisterMonitor, model, tally }, part);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 24);
    expect(tally.inapplicable).toBeLessThan(numRuns / 4);
    expect(tally.stuck).toBeLessThan(numRuns / 10);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 12);
    expect(tally.withoutCulprits).toBeGreaterThan(numRuns / 1500);
  });

  test('with the search', () => {
    const sizes = { seed: fc.nat(0xffff_ffff), length: fc.integer({ min: 30, max: 150 }) };
    const shapes = { ...sizes, clients: fc.integer({ min: 3, max: 8 }), crashes: fc.constantFrom(0, 12) };
    const tally = { valid: 0, invalid: 0, inapplicable: 0 };
    const numRuns = fuzzRuns(300);
    const property = fc.property(fc.record(shapes), fc.constantFrom(0, 3), fc.boolean(), (shape, times, refusals) => {
      const all = longHistory({ ...shape, cas: true });
      const kept = refusals ? all : all.filter(({ outcome }) => outcome !== 'fail');
      const operations = spoilt(kept, { seed: shape.seed, times });
      const { validity } = casRegisterMonitor.judge(subhistoryOf(model, operations));
      tally[validity]++;
      if (validity !== 'inapplicable') expect(validity).toBe(judged('cas-register', operations).validity);
    });
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 24);
    expect(tally.invalid).toBeGreaterThan(numRuns / 24);
  });
});

describe('the monitor of a register with cas takes long histories', () => {
  const long = longHistory({ seed: 1, length: 200_000, clients: 10, cas: true, crashes: 500 });

  test('and orders them', () => {
    const operations = long.filter(({ outcome }) => outcome !== 'fail');
    const subhistory = subhistoryOf(model, operations);
    expect(faultOf(model, operations, subhistory, casRegisterMonitor.judge(subhistory))).toBe(null);
  });

  test('and finds the places of many refused cas', () => {
    const rounds = Array.from({ length: 66_666 }, (_, index) => index * 6);
    const round = (at: number) => [write(at, at, at + 3), refused(at, 0, at + 1, at + 2), read(at, at + 4, at + 5)];
    const operations = written(rounds.flatMap(round));
    const subhistory = subhistoryOf(model, operations);
    expect(faultOf(model, operations, subhistory, casRegisterMonitor.judge(subhistory))).toBe(null);
  });

  test('also one chain from the first operation to the last', () => {
    const links = Array.from({ length: 200_000 }, (_, index) =>
      cas(index || null, index + 1, index * 3, index * 3 + 4),
    );
    const chain = written([...links, read(200_000, 700_000, 700_001)]);
    const subhistory = subhistoryOf(model, chain);
    expect(faultOf(model, chain, subhistory, casRegisterMonitor.judge(subhistory))).toBe(null);
    const stale = written([...links, read(100_000, 700_000, 700_001)]);
    const verdict = casRegisterMonitor.judge(subhistoryOf(model, stale));
    expect(verdict).toMatchObject({ validity: 'invalid', until: 400_001 });
  });
});
