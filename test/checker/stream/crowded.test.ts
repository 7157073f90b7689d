/**
 * Many operations open at once on one register, few values, answers by chance: what the rules for writes that nobody sees
 * (free ones, hidden ones) must survive, and what clients that take turns hardly ever do.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LinearizabilityStream } from '../../../src/checker/stream/stream.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { eventsOf, firstImpossible } from './events.ts';

const numRuns = fuzzRuns(4_000);
const model = modelByName('cas-register');
const value = fc.nat(2);

const asked = fc.oneof(
  { weight: 6, arbitrary: value.map(input => ({ f: 'write', input, output: undefined })) },
  { weight: 6, arbitrary: value.map(output => ({ f: 'read', input: null, output })) },
  { weight: 2, arbitrary: fc.tuple(value, value).map(input => ({ f: 'cas', input, output: undefined })) },
  { weight: 1, arbitrary: fc.tuple(value, value).map(input => ({ f: 'cas', input, output: 'refused' })) },
);

/** Each somewhere: where it is called, and how long it takes; now and then it never returns. */
const crowd = fc
  .array(fc.tuple(asked, fc.nat(999), fc.nat(400), fc.nat(11)), { minLength: 4, maxLength: 9, size: 'max' })
  .map(drawn => {
    const times = drawn
      .flatMap(([, begin, length], id) => [
        { id, at: begin, isCall: true },
        { id, at: begin + length + 0.5, isCall: false },
      ])
      .toSorted((one, other) => one.at - other.at || one.id - other.id);
    const indexOf = (id: number, isCall: boolean) => times.findIndex(one => one.id === id && one.isCall === isCall);
    const operations = drawn.map(([{ f, input, output }, , , luck], process): Operation => {
      const outcome = luck === 0 ? 'info' : output === 'refused' ? 'fail' : 'ok';
      const end = indexOf(process, false);
      const call = indexOf(process, true);
      return {
        id: process,
        process,
        node: null,
        f,
        key: null,
        input,
        outcome,
        output: outcome === 'info' ? undefined : output,
        error: null,
        call,
        return: outcome === 'info' ? Infinity : end,
        callTime: call * 1e6,
        returnTime: end * 1e6,
      };
    });
    return operations.toSorted((one, other) => one.call - other.call).map((operation, id) => ({ ...operation, id }));
  });

test('the first impossible completion is that of the first prefix which no order explains', {
  timeout: 3_600_000,
}, () => {
  const tally = { valid: 0, impossible: 0 };
  const property = fc.property(crowd, fc.integer({ min: 1, max: 20 }), (operations, interval) => {
    const expected = firstImpossible(model, operations);
    tally[expected === null ? 'valid' : 'impossible']++;
    const stream = new LinearizabilityStream(model, { interval, entries: 0 });
    for (const event of eventsOf(operations)) stream.add(event);
    expect(stream.check()?.index ?? null).toBe(expected);
  });
  fc.assert(property, { numRuns });
  expect(tally.valid).toBeGreaterThan(numRuns / 30);
  expect(tally.impossible).toBeGreaterThan(numRuns / 30);
});
