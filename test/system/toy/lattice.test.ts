/**
 * The laws on which convergence rests: joins are commutative, associative and idempotent, and so are merges of maps.
 */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinSlots, type Slot } from '../../../src/system/toy/gossip/counter.ts';
import { growSet, type Member } from '../../../src/system/toy/gossip/grow-set.ts';
import { HybridClock, isNewer, type Stamp } from '../../../src/system/toy/gossip/hybrid-clock.ts';
import { bucketCount, bucketIndex, type Join, LatticeMap } from '../../../src/system/toy/gossip/lattice-map.ts';
import { joinWrites, type Write } from '../../../src/system/toy/gossip/lww-map.ts';
import { fuzzRuns } from '../../fuzz-runs.ts';

const parameters = { numRuns: fuzzRuns(300) };

const slot: fc.Arbitrary<Slot> = fc.record({ up: fc.nat(9), down: fc.nat(9) });
const stamp: fc.Arbitrary<Stamp> = fc.tuple(fc.nat(3), fc.nat(3), fc.constantFrom('n1', 'n2', 'n3'));
/** A stamp belongs to one write only, so what was written follows from it. */
const write: fc.Arbitrary<Write> = stamp.map(at =>
  at[1] === 0 ? { stamp: at, removed: true } : { stamp: at, value: at.join() },
);

lawful('slots of a counter', slot, joinSlots);
lawful('writes of a map', write, joinWrites);
lawful('members of a set', fc.constant<Member>(true), growSet('g-set', new Set()).join);

function lawful<V>(name: string, arbitrary: fc.Arbitrary<V>, join: Join<V>): void {
  describe(name, () => {
    test('join commutatively, associatively and idempotently', () => {
      fc.assert(
        fc.property(arbitrary, arbitrary, arbitrary, (a, b, c) => {
          expect(join(a, b)).toEqual(join(b, a));
          expect(join(join(a, b), c)).toEqual(join(a, join(b, c)));
          expect(join(a, a)).toBe(a);
          expect(join(join(a, b), b)).toEqual(join(a, b));
        }),
        parameters,
      );
    });

    test('give equal maps with equal digests, in whatever order and however often they are merged', () => {
      const entry = fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), arbitrary);
      const twoWays = fc.array(entry, { maxLength: 20 }).chain(entries =>
        fc.record({
          once: fc.constant(entries),
          shuffled: fc.shuffledSubarray([...entries, ...entries], { minLength: 2 * entries.length }),
        }),
      );
      fc.assert(
        fc.property(twoWays, ({ once, shuffled }) => {
          const [a, b] = [once, shuffled].map(entries => {
            const map = new LatticeMap<V>();
            for (const each of entries) map.merge(each, join);
            return { entries: new Map(map.entries()), digests: map.digests() };
          });
          expect(a).toEqual(b);
        }),
        parameters,
      );
    });
  });
}

describe('a lattice map', () => {
  const values = fc.array(fc.tuple(fc.string({ maxLength: 3 }), fc.nat(5)), { maxLength: 30 });

  test('has digests that tell which buckets differ, after deletions too', () => {
    fc.assert(
      fc.property(values, values, (some, others) => {
        const [a, b] = [new LatticeMap<number>(), new LatticeMap<number>()];
        for (const [key, value] of [...some, ...others]) a.set(key, value);
        for (const [key] of others) a.delete(key);
        const deleted = new Set(others.map(([key]) => key));
        for (const [key, value] of some) if (!deleted.has(key)) b.set(key, value);
        expect(a.digests()).toEqual(b.digests());
        b.set('one more', 1);
        const differing = b.digests().flatMap((digest, bucket) => (digest === a.digests()[bucket] ? [] : [bucket]));
        expect(differing).toEqual([bucketIndex('one more')]);
      }),
      parameters,
    );
  });

  test('deals its keys into all buckets', () => {
    const used = new Set(Array.from({ length: 1000 }, (_, key) => bucketIndex(`${key}`)));
    expect(used.size).toBe(bucketCount);
  });
});

describe('a hybrid clock', () => {
  const step = fc.oneof(
    fc.record({ wallMs: fc.integer({ min: -50, max: 50 }) }),
    fc.record({ heard: fc.tuple(fc.nat(3000), fc.nat(5), fc.constant('n9')) }),
  );

  test('stamps newer than everything it gave or heard of, wherever the wall clock jumps', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), steps => {
        let wallMs = 1000;
        let newest: Stamp = [0, 0, ''];
        const clock = new HybridClock({ node: 'n1', wallMs: () => wallMs, bugs: new Set() });
        for (const each of steps) {
          if ('wallMs' in each) wallMs += each.wallMs;
          else {
            clock.witness(each.heard);
            if (isNewer(each.heard, newest)) newest = each.heard;
          }
          const given = clock.next();
          expect(isNewer(given, newest)).toBe(true);
          newest = given;
        }
      }),
      parameters,
    );
  });

  test('stamps with the wall clock again as soon as that has caught up', () => {
    let wallMs = 1000;
    const clock = new HybridClock({ node: 'n1', wallMs: () => wallMs, bugs: new Set() });
    clock.witness([1500, 3, 'n2']);
    expect(clock.next()).toEqual([1500, 4, 'n1']);
    wallMs = 1501.7;
    expect(clock.next()).toEqual([1501, 0, 'n1']);
  });

  test('follows the slow wall clock of its node into the past when clock-wins is switched on', () => {
    const clock = new HybridClock({ node: 'n1', wallMs: () => 1000, bugs: new Set(['clock-wins']) });
    clock.witness([1500, 3, 'n2']);
    expect(clock.next()).toEqual([1000, 0, 'n1']);
  });
});
