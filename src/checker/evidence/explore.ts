/**
 * Tries all orders of a few operations that have none, and says where they end.
 *
 * Orders that have the same operations in them and lead to the same state are one *place*. The places that explain most are
 * gone on with first, so when there are too many, long orders have been found nevertheless. `info` operations that no model
 * can tell apart are taken in the order of their calls: whatever a later one can do, an earlier one can do in its place.
 */
import { assert } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { hasBit, withBit } from '../../model/bit-text.ts';
import type { Model } from '../../model/model.ts';
import { valueKey } from '../../model/value.ts';
import type { Core } from '../minimise.ts';

export interface Place {
  readonly parent: Place | null;
  /** Position of the one that led here; -1 at a start. */
  readonly operation: number;
  readonly state: unknown;
  readonly stateId: number;
  /** Positions, as a text of bits. */
  readonly taken: string;
  /** Completed operations that were taken. */
  readonly explained: number;
  /** Others that were taken. */
  readonly used: number;
}

/** A place from which no order explains more. */
export interface DeadEnd {
  readonly place: Place;
  /** Positions of the completed operations of which one would have to come next; none of them can. */
  readonly stuck: readonly number[];
}

export interface Exploration {
  /** Those that explain most first; of those that differ only in what may have happened, the shortest. */
  readonly ends: readonly DeadEnd[];
  /** By position: the dead end that explains most among those which have the operation in their order. */
  readonly longestWith: readonly (DeadEnd | null)[];
  readonly complete: boolean;
}

/** How much may be spent before it is given up: what is there is counted at each place, and each step of the model. */
const effort = 150_000;

interface Visit {
  readonly place: Place;
  /** Places to which an operation that may have happened leads from here. */
  readonly aside: Visit[];
  /** Null as long as it was not looked at. */
  stuck: readonly number[] | null;
  /** Whether a completed operation can come next, here or after others that may have happened. */
  goesOn: boolean;
}

export function explore(model: Model, { operations, starts }: Core): Exploration {
  const completed = operations.filter(isCompleted).length;
  const twins = earlierTwins(model, operations);
  const agenda: Visit[][] = Array.from({ length: completed + 1 }, () => []);
  const known = new Map<string, Visit>();
  const stateIds = new Map<string | number, number>();
  let spent = 0;
  const arrive = (at: Omit<Place, 'stateId'>): Visit => {
    const key = model.stateKey(at.state);
    const stateId = stateIds.get(key) ?? stateIds.size;
    stateIds.set(key, stateId);
    const name = `${stateId} ${at.taken}`;
    const before = known.get(name);
    if (before) return before;
    const visit: Visit = { place: { ...at, stateId }, aside: [], stuck: null, goesOn: false };
    known.set(name, visit);
    agenda[at.explained]?.push(visit);
    return visit;
  };
  const lookAt = (visit: Visit): void => {
    const { place } = visit;
    spent += operations.length;
    const next = nextInTime(operations, position => hasBit(place.taken, position));
    visit.stuck = next.filter(position => isCompleted(operations[position]!));
    for (const position of next) {
      const twin = twins[position]!;
      if (twin !== -1 && !hasBit(place.taken, twin)) continue;
      spent++;
      const counts = isCompleted(operations[position]!) ? 1 : 0;
      for (const state of model.step(place.state, operations[position]!)) {
        const taken = withBit(place.taken, position, true);
        const { explained, used } = place;
        const at = { parent: place, operation: position, state, taken };
        const reached = arrive({ ...at, explained: explained + counts, used: used + 1 - counts });
        if (counts === 1) visit.goesOn = true;
        else visit.aside.push(reached);
      }
    }
  };
  for (const state of starts) arrive({ parent: null, operation: -1, state, taken: '', explained: 0, used: 0 });
  assert(completed > 0, 'operations of which none was completed have an order');
  for (let level = completed; level >= 0 && spent < effort; ) {
    const visit = agenda[level]!.pop();
    assert(level < completed || !visit, 'an order explains the counterexample');
    if (visit) lookAt(visit);
    level = visit ? Math.min(level + 1, completed) : level - 1;
  }
  return { ...collect([...known.values()], operations.length), complete: agenda.every(({ length }) => length === 0) };
}

/** Positions of all that may come next: no other that is left had returned before they were called. */
export function nextInTime(
  operations: readonly Operation[],
  isTaken: (position: number) => boolean,
): readonly number[] {
  let firstReturn = Infinity;
  const left: number[] = [];
  operations.forEach((operation, position) => {
    if (isTaken(position)) return;
    left.push(position);
    firstReturn = Math.min(firstReturn, operation.return);
  });
  return left.filter(position => operations[position]!.call <= firstReturn);
}

export function isCompleted({ outcome }: Operation): boolean {
  return outcome !== 'info';
}

/** By position: the `info` operation before it that can do all that it can; else -1. */
function earlierTwins(model: Model, operations: readonly Operation[]): Int32Array {
  const twins = new Int32Array(operations.length).fill(-1);
  const last = new Map<string, number>();
  const inOrder = [...operations.keys()].toSorted((one, other) => callOf(one) - callOf(other));
  function callOf(position: number): number {
    return Math.max(-1, operations[position]!.call);
  }
  for (const position of inOrder) {
    const { f, key, input, output, process, outcome } = operations[position]!;
    if (outcome !== 'info') continue;
    const who = model.byProcess === true ? process : '';
    const name = JSON.stringify([f, who, valueKey(key), valueKey(input), valueKey(output)]);
    twins[position] = last.get(name) ?? -1;
    last.set(name, position);
  }
  return twins;
}

function collect(visits: readonly Visit[], length: number): Omit<Exploration, 'complete'> {
  // One more that may have happened leads to a place with one more taken: those are asked first.
  const byUsed = visits.toSorted((one, other) => other.place.used - one.place.used);
  for (const visit of byUsed) visit.goesOn ||= visit.aside.some(({ goesOn }) => goesOn);
  const dead = visits.flatMap(({ place, stuck, goesOn }) => (stuck === null || goesOn ? [] : [{ place, stuck }]));
  const inOrder = dead.toSorted((one, other) => compareEnds(one, other));
  const ends = new Map<string, DeadEnd>();
  const longestWith = Array.from({ length }, (): DeadEnd | null => null);
  for (const end of inOrder) {
    const name = `${end.stuck.join(' ')}: ${end.place.stateId}`;
    if (!ends.has(name)) ends.set(name, end);
    for (let position = 0; position < length; position++) {
      if (longestWith[position] === null && hasBit(end.place.taken, position)) longestWith[position] = end;
    }
  }
  return { ends: [...ends.values()], longestWith };
}

/** What explains most comes first, and then what needs fewest others for it. */
export function compareEnds({ place: one }: DeadEnd, { place: other }: DeadEnd): number {
  return other.explained - one.explained || one.used - other.used;
}
