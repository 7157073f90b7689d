/**
 * How old the sets are that were read (`add` or `broadcast`, and `read` of a list; each key is a set of its own).
 *
 * A read is out of date when it lacks an element that had been acknowledged before it was asked. Of all that it lacks, the
 * element that was acknowledged first gives the age.
 *
 * The elements of a set are ranked by when they were first acknowledged. Then all that must be known of a list is the first
 * rank that it lacks, whoever reads it: equal answers are one object in a history, and each is looked at once.
 */
import { absent, columnsOf, type OperationColumns, outcomeCodes } from '../../../history/columns.ts';
import type { Operations } from '../../../history/history.ts';
import { countBelow } from '../../bisect.ts';
import { type Ages, fresh, unknownAges } from './ages.ts';
import { type Ranks, ranksOf } from './ranks.ts';

/** Looks at an element of a list: more would take seconds. */
const mostLooks = 20_000_000;

/**
 * Null when something that was read is no list. When the lists are longer than `looks` in all, only every second read is
 * looked at, or every third, and so on.
 */
export function elementAges(operations: Operations, looks = mostLooks): Ages | null {
  const columns = columnsOf(operations);
  const { deed, length } = readsOf(columns);
  if (length === null) return null;
  const every = Math.max(1, Math.ceil(length / looks));
  const ages = unknownAges(operations.length);
  let reads = 0;
  for (const ids of operations.byKey().values()) {
    const looked = ids.filter(id => deed[id] === read && reads++ % every === 0);
    const ranks = ranksOf(
      ids.filter(id => deed[id] === addition),
      columns,
    );
    findAges({ looked, ranks, columns }, ages);
  }
  return ages;
}

const [nothing, addition, read] = [0, 1, 2];

/** By operation: whether it is an acknowledged addition or an answered read; and how long all different answers are. */
function readsOf({ f, functions, outcome, output, values }: OperationColumns): {
  readonly deed: Uint8Array;
  /** Null when one is no list. */
  readonly length: number | null;
} {
  const reading = functions.indexOf('read');
  const deed = new Uint8Array(f.length).fill(nothing);
  const isMet = new Uint8Array(values.length);
  let length = 0;
  for (let id = 0; id < f.length; id++) {
    const answer = output[id] as number;
    if (outcome[id] !== outcomeCodes.ok) continue;
    if (f[id] !== reading) deed[id] = addition;
    else if (answer !== absent && values[answer] !== null) {
      const list = values[answer];
      if (!Array.isArray(list)) return { deed, length: null };
      if (isMet[answer] === 0) length += list.length;
      isMet[answer] = 1;
      deed[id] = read;
    }
  }
  return { deed, length };
}

/** One key. */
interface SetReads {
  readonly looked: Int32Array;
  readonly ranks: Ranks;
  readonly columns: OperationColumns;
}

function findAges({ looked, ranks, columns }: SetReads, ages: Ages): void {
  const { call, callTime, output, returnTime, values } = columns;
  /** By answer. */
  const lacking = new Map<number, number>();
  for (const id of looked) {
    const answer = output[id] as number;
    let first = lacking.get(answer);
    if (first === undefined) lacking.set(answer, (first = ranks.firstLacking(values[answer] as readonly unknown[])));
    const acknowledged = countBelow(ranks.returned, call[id] as number);
    const oldest = ranks.ids[first];
    ages[id] =
      first < acknowledged && oldest !== undefined ? (callTime[id] as number) - (returnTime[oldest] as number) : fresh;
  }
}
