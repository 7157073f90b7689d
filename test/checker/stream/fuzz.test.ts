/**
 * The streaming checker against the definition, on every prefix of random small histories of every model: half of them
 * spoilt, with operations that crashed, failed, were refused or never returned. `ORDEAL_FUZZ_RUNS` sets the number of runs.
 */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LinearizabilityStream, type StreamOptions } from '../../../src/checker/stream/stream.ts';
import { modelByName } from '../../../src/model/catalogue.ts';
import type { Model } from '../../../src/model/model.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { historyKinds, type Sample, samples } from '../linearizable/histories.ts';
import { eventsOf, firstImpossible } from './events.ts';

const numRuns = fuzzRuns(500);
const mostOperations = 8;
const hours = 3_600_000;
const kinds = historyKinds.map(kind => [kind.model, kind] as const);

interface Tally {
  valid: number;
  impossible: number;
  /** What was impossible was so because something had not happened after all. */
  byFailure: number;
  unfinished: number;
}

describe('the first impossible completion is that of the first prefix which no order explains', () => {
  test.each(kinds)('%s', { timeout: hours }, (name, kind) => {
    const model = modelByName(name);
    const tally: Tally = { valid: 0, impossible: 0, byFailure: 0, unfinished: 0 };
    const property = fc.property(samples(kind, mostOperations), fc.integer({ min: 2, max: 9 }), (sample, interval) =>
      agree(model, sample, { interval, tally }),
    );
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.impossible).toBeGreaterThan(numRuns / 60);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 60);
  });
});

function agree(
  model: Model,
  { operations, genuine }: Sample,
  { interval, tally }: { readonly interval: number; readonly tally: Tally },
): void {
  const expected = firstImpossible(model, operations);
  if (genuine) expect(expected).toBe(null);
  if (expected === null) tally.valid++;
  else tally.impossible++;
  if (operations.some(({ outcome }) => outcome === 'info')) tally.unfinished++;
  const events = eventsOf(operations);
  if (events.some(({ index, type }) => index === expected && type === 'fail')) tally.byFailure++;
  // Asked at every event it says so at once, and does not know what comes later.
  const atOnce = new LinearizabilityStream(model, { interval: 1, entries: 0, keys: 0 });
  for (const event of events) {
    const alarm = atOnce.add(event);
    expect(alarm?.index ?? null).toBe(expected !== null && event.index >= expected ? expected : null);
  }
  // Asked now and then, or in the end, it says the same.
  for (const options of [{ interval }, { interval: 1_000, keys: 0 }]) {
    expect(indexOf(model, operations, options)).toBe(expected);
  }
  // With few configurations it may give up, but says nothing that is wrong.
  const narrow = new LinearizabilityStream(model, { configurations: 3, interval });
  for (const event of events) narrow.add(event);
  const alarm = narrow.check();
  if (alarm?.isFirst && narrow.givenUp.size === 0) expect(alarm.index).toBe(expected);
  if (alarm) expect(alarm.index).toBeGreaterThanOrEqual(expected ?? Infinity);
  else if (narrow.givenUp.size === 0) expect(expected).toBe(null);
}

function indexOf(model: Model, operations: Sample['operations'], options: StreamOptions): number | null {
  const stream = new LinearizabilityStream(model, options);
  for (const event of eventsOf(operations)) stream.add(event);
  const alarm = stream.check();
  if (alarm) expect(alarm).toMatchObject({ isFirst: true, key: alarm.operation.key });
  return alarm?.index ?? null;
}
