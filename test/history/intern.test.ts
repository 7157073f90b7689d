import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalText, Interner } from '../../src/history/intern.ts';
import { areEqual, hashOf } from '../../src/history/structure.ts';
import { anyValue } from './arbitrary.ts';
import { runs } from './files.ts';

/** Few different ones, so that equal and nearly equal values are met often. */
const similarValues = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom<unknown>(null, true, false, 0, -0, 1, -1, 0.5, 255, 256, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 5e-324),
    fc.constantFrom('', '0', '1', 'null', 'true', 'é', 'e\u0301', '\uD800', '😀', '[]', '{}'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('', 'a', 'b', '0', '1', '__proto__', 'constructor', 'é', 'toJSON'), tie('value'), {
      maxKeys: 3,
    }),
  ),
})).value;

describe('ids of an interner', () => {
  test('are equal exactly when the canonical texts are', () => {
    const tally = { same: 0, different: 0 };
    fc.assert(
      fc.property(
        fc.array(fc.oneof(similarValues, anyValue), { maxLength: 20 }),
        fc.infiniteStream(fc.nat()),
        (some, seeds) => {
          const values = [...some, ...some.map(value => permuted(value, seeds))];
          const interner = new Interner<unknown>();
          const ids = values.map((value, at) => interner.id(value, at % 2 === 0));
          const texts = values.map(canonicalText);
          for (const [i, id] of ids.entries()) {
            expect(canonicalText(interner.values[id])).toBe(texts[i]);
            for (let j = 0; j < i; j++) {
              const isSame = texts[i] === texts[j];
              if ((id === ids[j]) !== isSame) expect([values[i], id]).toEqual([values[j], ids[j]]);
              if (areEqual(values[i], values[j]) !== isSame) expect(values[i]).toEqual(values[j]);
              if (isSame) expect(hashOf(values[i])).toBe(hashOf(values[j]));
              tally[isSame ? 'same' : 'different']++;
            }
          }
          expect(interner.values).toHaveLength(new Set(texts).size);
        },
      ),
      { numRuns: runs * 2 },
    );
    expect(Math.min(tally.same, tally.different)).toBeGreaterThan(runs);
  });

  test('stay apart for many values that are nearly equal', () => {
    const interner = new Interner<unknown>();
    const pairs = Array.from({ length: 40_000 }, (_, n) => [n % 200, Math.floor(n / 200)]);
    const records = pairs.map(([a, b]) => ({ a, b }));
    const halves = pairs.map(([a = 0, b = 0]) => [a / 8, b * 1024, 'x']);
    const all = [...pairs, ...records, ...halves];
    expect(all.map(value => interner.id(value, false))).toEqual(all.map((_, at) => at));
    expect(all.map(value => interner.id(value, true))).toEqual(all.map((_, at) => at));
  });

  test('know hashes that hardly ever agree', () => {
    const values = [
      ...Array.from({ length: 50_000 }, (_, n) => [n]),
      ...Array.from({ length: 50_000 }, (_, n) => [n * 4096, 1]),
      ...Array.from({ length: 50_000 }, (_, n) => ({ [`k${n % 250}`]: Math.floor(n / 250) })),
    ];
    // Of 150,000 random hashes about 3 pairs agree, and 2^18 low bits are met 114,000 times.
    expect(new Set(values.map(hashOf)).size).toBeGreaterThan(149_900);
    expect(new Set(values.map(value => hashOf(value) & 0x3ffff)).size).toBeGreaterThan(112_000);
  });

  test('of what is not JSON are those of the JSON it becomes', () => {
    const interner = new Interner<unknown>();
    const date = new Date(0);
    const ids = [{}, [null, null], date, { a: undefined }, [undefined, Number.NaN], new Map([[1, 2]]), date.toJSON()];
    expect(ids.map(value => interner.id(value, false))).toEqual([0, 1, 2, 0, 1, 0, 2]);
    expect(interner.values).toEqual([{}, [null, null], '1970-01-01T00:00:00.000Z']);
  });

  test('are those of zero for both zeros, and zero is what is kept', () => {
    const interner = new Interner<unknown>();
    expect([-0, 0, [-0], [0]].map(value => interner.id(value, true))).toEqual([0, 0, 1, 1]);
    expect(Object.is(interner.values[0], 0)).toBe(true);
  });
});

/** The same value with the members of its objects in another order. */
function permuted(value: unknown, seeds: Iterator<number>): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(item => permuted(item, seeds));
  const left = Object.entries(value);
  const members: [string, unknown][] = [];
  while (left.length > 0) {
    const [taken] = left.splice((seeds.next().value as number) % left.length, 1);
    if (taken !== undefined) members.push([taken[0], permuted(taken[1], seeds)]);
  }
  return Object.fromEntries(members);
}
