/**
 * What the tests of the monitors of locks have in common: clients that mostly acquire and release in turn.
 */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Monitor } from '../../../src/checker/monitor/monitor.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import { orderFault } from '../../../src/checker/witness.ts';
import type { Model } from '../../../src/model/model.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';
import { agrees, agreesWithSearch, emptyTally } from './against-oracle.ts';
import { type Asked, randomHistory, shapes } from './random-histories.ts';

const runs = fuzzRuns(2_000);
const hours = 3_600_000;

interface Lock {
  readonly model: Model;
  readonly monitor: Monitor;
  /** Of a lock that gives tokens. */
  readonly hasTokens: boolean;
  readonly permits: number;
  /** Of how many histories are tried. @default 1 */
  readonly share?: number;
  /** What the acquires say in turn. @default that there are none to speak of */
  readonly inputs?: readonly unknown[];
}

interface Manners {
  /** How often a client does not keep to the rules, of 1000. */
  readonly errors: number;
  /** How often one that holds a permit wants another instead of giving it back, of 1000. */
  readonly greed: number;
}

/** For one history: it remembers what the clients hold. */
function clientsOf({ model, hasTokens, permits, inputs = [null] }: Lock, { errors, greed }: Manners): Asked {
  const asked = new Map<number, number>();
  const holders: number[] = [];
  let token = 0;
  return {
    model: model.name,
    ask(tape, unique, process) {
      const held = asked.get(process) ?? 0;
      const isRight = tape.below(1000) >= errors;
      const wantsMore = held < permits && tape.below(1000) < greed;
      const releases = isRight ? held > 0 && !wantsMore : tape.below(2) === 0;
      asked.set(process, held + (releases ? -1 : 1));
      if (releases) return { f: 'release', input: null };
      return { f: 'acquire', input: inputs[unique % inputs.length] };
    },
    create: () => (ask, process) => {
      if (ask.f === 'acquire') {
        if (holders.length >= permits) return null;
        holders.push(process);
        token += 1 + (process % 2);
        return hasTokens ? { outcome: 'ok', output: token } : { outcome: 'ok' };
      }
      const index = holders.indexOf(process);
      if (index === -1) return null;
      holders.splice(index, 1);
      return { outcome: 'ok' };
    },
    wrong: (tape, { f }) => (hasTokens && f === 'acquire' ? [null, '1', 0, 1, 2, 3, 4, 5][tape.below(8)] : undefined),
  };
}

export function lockTests(lock: Lock): void {
  const { model, monitor, share = 1 } = lock;

  test('the monitor agrees with trying every order', { timeout: 3 * hours }, () => {
    const tally = emptyTally();
    const numRuns = Math.ceil(runs * 10 * share);
    const property = fc.property(shapes({ operations: [3, 9], clients: [1, 4] }), shape =>
      agrees({ model, monitor, tally }, randomHistory(clientsOf(lock, { errors: 30, greed: 500 }), shape)),
    );
    fc.assert(property, { numRuns });
    expect(tally.valid).toBeGreaterThan(numRuns / 12);
    expect(tally.invalid).toBeGreaterThan(numRuns / 36);
    expect(tally.unfinished).toBeGreaterThan(numRuns / 12);
    expect(tally.inapplicable).toBeLessThan(numRuns / 4);
  });

  test('the monitor agrees with the search on longer histories', { timeout: hours }, () => {
    const tally = emptyTally();
    let decided = 0;
    const numRuns = Math.ceil((runs / 5) * share);
    const property = fc.property(shapes({ operations: [30, 150], clients: [3, 8] }), shape => {
      const operations = randomHistory(clientsOf(lock, { errors: 1, greed: 20 }), {
        ...shape,
        crashes: shape.crashes / 16,
      });
      if (agreesWithSearch({ model, monitor, tally }, operations)) decided++;
    });
    fc.assert(property, { numRuns });
    expect(decided).toBeGreaterThan(numRuns / 6);
    expect(Math.min(tally.valid, tally.invalid)).toBeGreaterThan(numRuns / 150);
  });

  test('an order is found for as many operations as there are', () => {
    const shape = { seed: 1, operations: 200_000, clients: 4, crashes: 0 };
    const subhistory = subhistoryOf(model, randomHistory(clientsOf(lock, { errors: 0, greed: 0 }), shape));
    expect(subhistory.length).toBe(200_000);
    const verdict = monitor.judge(subhistory);
    expect(verdict.validity === 'valid' ? orderFault(model, subhistory, verdict.order) : verdict).toBe(null);
  });
}
