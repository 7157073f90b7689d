/**
 * Histories of items that were strewn about: every item goes in and perhaps comes out at random times, which nobody ever
 * made happen. Most are impossible, and not because one answer of a possible history was changed.
 */
import { Random } from '../../../src/base/random.ts';
import type { Operation } from '../../../src/history/operation.ts';
import { type Written, written } from '../linearizable/operations.ts';

export interface Strewn {
  readonly seed: number;
  readonly items: number;
  /** Removals that found nothing, and removals of unknown result. */
  readonly empties: number;
  readonly unknown: number;
  /** How far an interval of an operation reaches, of 1,000 moments. */
  readonly width: number;
}

interface Words {
  readonly insert: string;
  readonly remove: string;
  readonly value: (item: number, random: Random) => unknown;
}

export function scatteredItems({ insert, remove, value }: Words, strewn: Strewn): readonly Operation[] {
  const random = Random.fromSeed(strewn.seed);
  let count = 0;
  /** No two are the same. */
  const moment = (from: number, to: number): number => random.integer(from, to) + ++count / 1_000;
  const interval = (after: number): readonly [number, number] => {
    const from = random.integer(after, 999);
    return [moment(from, from), moment(from, from + strewn.width)];
  };
  const list: Written[] = [];
  for (let item = 0; item < strewn.items; item++) {
    const input = value(item, random);
    const at = interval(0);
    const isCrashed = random.chance(0.1);
    list.push({ f: insert, input, at: isCrashed ? [at[0]] : at });
    if (random.chance(0.85))
      list.push({ f: remove, output: input, at: interval(random.chance(0.9) ? Math.floor(at[0]) : 0) });
  }
  for (let index = 0; index < strewn.empties; index++) list.push({ f: remove, output: null, at: interval(0) });
  for (let index = 0; index < strewn.unknown; index++) list.push({ f: remove, at: [interval(0)[0]] });
  return written(list.toSorted((one, other) => one.at[0] - other.at[0]));
}
