/**
 * Linearizable keys: reads, writes, and compare-and-set.
 *
 * Values written to a key are 1, 2, 3, ..., each once, so that a read says which write it saw. A cas expects the value
 * that was last seen there, so a good part of them succeed although others write meanwhile. Which operation comes n-th,
 * on which key, and which value it writes follows from the seed; which value a cas expects depends on the answers.
 */
import type { Key } from '../../base/names.ts';
import type { Random } from '../../base/random.ts';
import type { Invocation } from '../../history/event.ts';
import { type Ended, folded } from '../folded.ts';
import type { Generator } from '../generator.ts';
import { onKeys } from '../keys.ts';
import type { Workload } from '../workload.ts';

const activeKeys = 5;
/** At most, and half as many at least: enough to catch a stale read, few enough to be judged quickly. */
const operationsPerKey = 120;
const readShare = 0.5;
const writeShare = 0.3;

export const linKv: Workload = {
  name: 'lin-kv',
  summary: 'reads, writes and compare-and-set on keys; each key must behave as if there were one copy',
  functions: ['read', 'write', 'cas'],
  model: 'cas-register',
  checkers: ['linearizable', 'convergence'],
  main: ({ random }) =>
    onKeys({
      random,
      activeKeys,
      operationsPerKey,
      shortest: 0.5,
      // Numbers, as nodes written for Maelstrom expect them.
      keys: serial => serial,
      perKey: key => register(key, random.fork('key', key)),
    }),
  finalReads: keys => keys.map(key => ({ f: 'read', key, value: null })),
};

interface Register {
  /** How many values were written, or offered by a cas. */
  readonly values: number;
  /** The last that was asked to be written; null before. */
  readonly written: number | null;
  /** The last that was known to be there; null when none is known. */
  readonly seen: number | null;
}

function register(key: Key, random: Random): Generator<Invocation> {
  return folded<Register, Invocation>({
    initial: { values: 0, written: null, seen: null },
    next(state, index) {
      const roll = random.fork(index).fraction();
      if (roll < readShare) return { value: { f: 'read', key, value: null }, state };
      const values = state.values + 1;
      // Of a key without a value some systems say "not found" and not "refused", so a cas never expects null.
      if (roll < readShare + writeShare || state.written === null) {
        return { value: { f: 'write', key, value: values }, state: { ...state, values, written: values } };
      }
      const expected = state.seen ?? state.written;
      return { value: { f: 'cas', key, value: [expected, values] }, state: { ...state, values } };
    },
    after(state, ended) {
      const seen = valueSeen(ended);
      return seen === null || seen === state.seen ? state : { ...state, seen };
    },
  });
}

/** What the register held when this operation took effect; null when it does not tell. */
function valueSeen({ value: { f, value }, completion }: Ended<Invocation>): number | null {
  if (completion.type !== 'ok') return null;
  const held = f === 'read' ? completion.value : Array.isArray(value) ? value[1] : value;
  return typeof held === 'number' ? held : null;
}
