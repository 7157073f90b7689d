/**
 * The streaming checker against the checker of whole histories, on histories that are too long to try every order: it says
 * that the first impossible completion is so, and the one before it is not.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearizabilityStream } from '../../../src/checker/stream/stream.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { historyKinds, samples } from '../linearizable/histories.ts';
import { judged } from '../linearizable/operations.ts';
import { endOf, eventsOf, knownAt } from './events.ts';

const numRuns = fuzzRuns(40);
const mostOperations = 24;
const hours = 3_600_000;
const kinds = historyKinds.map(kind => [kind.model, kind] as const);

describe('the checker of whole histories finds the same', () => {
  const tally = { valid: 0, impossible: 0 };
  test.each(kinds)('%s', { timeout: hours }, (name, kind) => {
    const property = fc.property(samples(kind, mostOperations), fc.integer({ min: 1, max: 60 }), (sample, interval) => {
      const { operations } = sample;
      const stream = new LinearizabilityStream(modelByName(name), { interval, entries: 8, configurations: 500 });
      for (const event of eventsOf(operations)) stream.add(event);
      const alarm = stream.check();
      if (stream.givenUp.size > 0) return;
      const isExplained = (index: number) => judged(name, knownAt(operations, index)).validity === 'valid';
      if (alarm === null) {
        tally.valid++;
        expect(isExplained(Infinity)).toBe(true);
        return;
      }
      tally.impossible++;
      expect(alarm.isFirst).toBe(true);
      expect(isExplained(alarm.index)).toBe(false);
      const before = operations.map(endOf).filter(end => end < alarm.index && end !== Infinity);
      if (before.length > 0) expect(isExplained(before.reduce((one, other) => Math.max(one, other)))).toBe(true);
    });
    fc.assert(property, { numRuns });
  });
  test('and neither verdict was rare', () => {
    expect(tally.valid).toBeGreaterThan((kinds.length * numRuns) / 5);
    expect(tally.impossible).toBeGreaterThan((kinds.length * numRuns) / 10);
  });
});
