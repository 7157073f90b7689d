/**
 * What `broadcast` and `g-set` have in common: elements 0, 1, 2, ... go in, each once, and a read brings all of them.
 *
 * Reads get rarer as the set grows: each is as long as the set, and a history of them would grow with its square.
 */
import type { Random } from '../../base/random.ts';
import type { Invocation } from '../../history/event.ts';
import { folded } from '../folded.ts';
import type { Generator } from '../generator.ts';

/** Part of the operations that read, while the set is small. */
const readShare = 0.2;
/** From then on a read is drawn so rarely that each operation brings this many elements on average. */
const elementsPerOperation = 200;

/** Endless. `f` is the operation that puts an element in. */
export function growing(options: { readonly f: string; readonly random: Random }): Generator<Invocation> {
  const { f, random } = options;
  return folded<number, Invocation>({
    initial: 0,
    next(count, index) {
      const share = Math.min(readShare, elementsPerOperation / (count + 1));
      return random.fork(index).chance(share)
        ? { value: readAll, state: count }
        : { value: { f, key: null, value: count }, state: count + 1 };
    },
    after: count => count,
  });
}

export const readAll: Invocation = { f: 'read', key: null, value: null };
