/**
 * Makes the evidence of a counterexample: of all orders that end somewhere, those that a person wants to see.
 *
 * For each blocked operation these are the orders that come closest to it (they explain most answers and end where it is
 * refused), and the one that has it in it and explains most. Each gets its best before any gets its second, and one order
 * may serve several. What is shown has been replayed (`verify.ts`): a fault there is a bug of ours.
 */
import { assert, present } from '../../base/assert.ts';
import type { Operation } from '../../history/operation.ts';
import { hasBit } from '../../model/bit-text.ts';
import type { Model } from '../../model/model.ts';
import type { Core } from '../minimise.ts';
import type { BlockedOperation, Evidence, PartialLinearization } from './evidence.ts';
import {
  compareEnds,
  type DeadEnd,
  type Exploration,
  explore,
  isCompleted,
  nextInTime,
  type Place,
} from './explore.ts';
import { evidenceFault } from './verify.ts';
import { evidenceOperation, refusal } from './words.ts';

/** Orders of more operations are not tried. */
const mostOperations = 256;
/** Operations that are listed where no order is tried. */
const listedOperations = 64;
const mostPartials = 8;
const mostSteps = 64;
const mostStarts = 8;

/** `part`: all operations of the part, as they were recorded. */
export function evidenceOf(model: Model, core: Core, part: readonly Operation[]): Evidence {
  const ids = new Set(core.operations.map(({ id }) => id));
  const recorded = new Map(part.filter(({ id }) => ids.has(id)).map(operation => [operation.id, operation]));
  const tooMany = core.operations.length > mostOperations;
  const listed = tooMany ? core.operations.slice(-listedOperations) : core.operations;
  const found: Exploration = tooMany ? { ends: [], longestWith: [], complete: false } : explore(model, core);
  const { shown, all } = choose(found);
  const blocked = blockedOperations(found.ends, shown);
  const longest = found.ends[0]?.place.explained;
  const evidence: Evidence = {
    operations: listed.map(operation => evidenceOperation(model, operation, present(recorded.get(operation.id)))),
    starts: core.starts.map(state => model.describe.state(state)).slice(0, mostStarts),
    anyStart: core.anyStart,
    blocked: blocked.filter(({ refusedIn }) => refusedIn.length > 0),
    partials: shown.map(end => partialOf(model, core, end)),
    farthest: found.ends.filter(({ place }) => place.explained === longest).length,
    complete: found.complete,
    leftOut: {
      operations: core.operations.length - listed.length,
      starts: Math.max(0, core.starts.length - mostStarts),
      blocked: blocked.filter(({ refusedIn }) => refusedIn.length === 0).length,
      partials: all - shown.length,
    },
  };
  const fault = evidenceFault(model, core, { evidence, recorded });
  assert(fault === null, `the evidence is wrong: ${fault}`);
  return { ...evidence, partials: evidence.partials.map(withoutEarlySteps) };
}

/** `all`: how many there are to choose from. */
function choose({ ends, longestWith }: Exploration): { readonly shown: readonly DeadEnd[]; readonly all: number } {
  const leading = [...leadingTo(ends).values()];
  const rounds = Math.max(0, ...leading.map(({ length }) => length));
  const chosen = new Set<DeadEnd>(leading.flatMap(([closest]) => closest ?? []));
  for (const position of leadingTo(ends).keys()) {
    const longest = longestWith[position] ?? null;
    if (longest !== null) chosen.add(longest);
  }
  for (let round = 1; round < rounds; round++) {
    for (const list of leading) if (list[round]) chosen.add(present(list[round]));
  }
  return { shown: [...chosen].slice(0, mostPartials).toSorted(compareEnds), all: chosen.size };
}

/** By blocked operation: the longest that end before it. Ends and operations of the longest orders come first. */
function leadingTo(ends: readonly DeadEnd[]): ReadonlyMap<number, readonly DeadEnd[]> {
  const leading = new Map<number, DeadEnd[]>();
  for (const end of ends) {
    for (const position of end.stuck) {
      const list = leading.get(position);
      if (!list) leading.set(position, [end]);
      else if (list[0]?.place.explained === end.place.explained) list.push(end);
    }
  }
  return leading;
}

function blockedOperations(ends: readonly DeadEnd[], shown: readonly DeadEnd[]): readonly BlockedOperation[] {
  const indexes = [...shown.keys()];
  return [...leadingTo(ends).keys()].map(operation => ({
    operation,
    refusedIn: indexes.filter(index => shown[index]?.stuck.includes(operation)),
    placedIn: indexes.filter(index => hasBit(shown[index]?.place.taken ?? '', operation)),
  }));
}

function partialOf(model: Model, core: Core, { place }: DeadEnd): PartialLinearization {
  const path = pathTo(place);
  const steps = path.slice(1).map(({ operation, state }) => ({ operation, state: model.describe.state(state) }));
  const next = nextInTime(core.operations, position => hasBit(place.taken, position));
  return {
    start: startsMatter(model, core, path) ? model.describe.state(present(path[0]).state) : null,
    earlierSteps: 0,
    steps,
    explained: place.explained,
    next: next.map(position => {
      const operation = present(core.operations[position]);
      const isRefused = isCompleted(operation) || model.step(place.state, operation).length === 0;
      return { operation: position, refused: isRefused ? refusal(model, operation, place.state) : null };
    }),
  };
}

/** From its start. */
function pathTo(place: Place): readonly Place[] {
  const path = [place];
  for (let at = place.parent; at !== null; at = at.parent) path.push(at);
  return path.toReversed();
}

/** Whether another start may not lead to the same states. */
function startsMatter(model: Model, { operations, starts, anyStart }: Core, [, first]: readonly Place[]): boolean {
  if (!anyStart || !first) return true;
  const operation = present(operations[first.operation]);
  // After the first step the states are the same, so the others need not be looked at.
  return !starts.every(start => {
    const after = model.step(start, operation);
    return after.length === 1 && model.stateKey(after[0]) === model.stateKey(first.state);
  });
}

function withoutEarlySteps(partial: PartialLinearization): PartialLinearization {
  const earlierSteps = Math.max(0, partial.steps.length - mostSteps);
  return { ...partial, earlierSteps, steps: partial.steps.slice(earlierSteps) };
}
