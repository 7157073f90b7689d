/**
 * From a part that cannot be explained to the few operations that show it.
 *
 * Minimising only *weakens*: what comes too late is cut off, a read is forgotten, a mutator forgets that it returned (so
 * it may happen later, or never) or when it was called. Whatever explains the whole also explains what is weaker; so what
 * cannot be explained when weakened could not be explained before. A mutator is never left out, which would invent bugs (a
 * read of what it wrote would come from nowhere), unless the model's licence says that nobody can notice it, or a monitor
 * has named operations that refute the whole without the others (`MonitorVerdict.culprits`).
 *
 * Where the model can list all states that matter, the beginning is forgotten too: the core is then impossible whatever
 * went before. Else a register with few values would keep every old write of the value that was read too late.
 */
import { present } from '../base/assert.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { Decision } from './decision.ts';
import { judgedOperations } from './parts.ts';
import { Search } from './search/search.ts';
import { subhistoryOf } from './subhistory/cut.ts';
import type { Subhistory } from './subhistory/subhistory.ts';
import { early, isObservation, opened, windowOf } from './subhistory/window.ts';

export interface MinimiseOptions {
  /** Of a part that is invalid. */
  readonly subhistory: Subhistory;
  /** Rank of an event; what had been called by then cannot be explained, whatever was called later. */
  readonly until: number;
  /** Operations of which a monitor knows that they show it by themselves. Null when none are known. */
  readonly suspects: readonly Operation[] | null;
  /** Asked now and then; when it is over, what has been reached is the answer. */
  readonly isOver: () => boolean;
}

/** Operations that cannot be explained, some of them weakened, in order of their calls. */
export interface Core {
  readonly operations: readonly Operation[];
  /** The states in which they may begin: none of them helps. */
  readonly starts: readonly unknown[];
  /** Whether `starts` stands for every state: then what went before does not matter. */
  readonly anyStart: boolean;
  /** Whether no single one can be weakened further. False when the budget ended it. */
  readonly minimal: boolean;
}

/** Steps that one question may cost. Harder ones are answered "it may be needed". */
const stepsPerQuestion = 20_000;

type Weakening = (operation: Operation) => readonly Operation[];

export function minimise(model: Model, { subhistory, until, suspects, isOver }: MinimiseOptions): Core {
  let minimal = true;
  const startsOf = (part: readonly Operation[], anyStart: boolean): readonly unknown[] | null =>
    anyStart ? (model.representatives?.(part) ?? null) : [model.initial];
  const isImpossible = (part: readonly Operation[], anyStart: boolean, steps = stepsPerQuestion): boolean => {
    const starts = startsOf(part, anyStart);
    if (starts === null) return false;
    const search = (): Search | Decision =>
      anyStart
        ? new Search(model, subhistoryOf(model, part), { starts, patience: Infinity })
        : new Decision(model, subhistoryOf(model, part));
    const outcome = isOver() ? 'paused' : search().run(steps, isOver);
    if (outcome === 'paused') minimal = false;
    return outcome === 'invalid';
  };
  const found = ended(model, { subhistory, until, suspects }, isImpossible);
  const { anyStart } = found;
  const still = (part: readonly Operation[]): boolean => isImpossible(part, anyStart);
  const weakenEach = (part: readonly Operation[], weaken: Weakening): readonly Operation[] =>
    weakened(part, weaken, { isImpossible: still, isOver });
  let core = weakenEach(found.operations, forgotten(model));
  const parts = core.flatMap(one => (isObservation(model, one) ? (model.weaker?.(one, core) ?? [one]) : [one]));
  if (parts.length > core.length && still(parts)) core = weakenEach(parts, forgotten(model));
  for (const weaken of weakenings(model)) core = weakenEach(core, weaken);
  const noticed = noticeableOperations(model, core);
  if (noticed.length < core.length && still(noticed)) core = noticed;
  const ordered = core.toSorted((one, other) => one.id - other.id);
  return { operations: ordered, starts: present(startsOf(ordered, anyStart)), anyStart, minimal };
}

/** What to begin with: the shortest end that is impossible whatever went before, or what is known, or the whole. */
function ended(
  model: Model,
  { subhistory, until, suspects }: Omit<MinimiseOptions, 'isOver'>,
  isImpossible: (part: readonly Operation[], anyStart: boolean, steps?: number) => boolean,
): { readonly operations: readonly Operation[]; readonly anyStart: boolean } {
  if (suspects !== null && isImpossible(suspects, false, Infinity)) {
    return { operations: suspects, anyStart: isImpossible(suspects, true) };
  }
  const alone = withoutSource(model, subhistory, until);
  if (alone !== null && isImpossible(alone, false)) return { operations: alone, anyStart: false };
  const calm = calmBefore(model, subhistory, until);
  const window = model.representatives
    ? latestWindow(subhistory, until, latest => {
        const { operations } = windowOf(model, subhistory, { from: calm(latest), to: until });
        return isImpossible(operations, true) ? operations : null;
      })
    : null;
  if (window !== null) return { operations: window, anyStart: true };
  const { operations } = windowOf(model, subhistory, { from: 0, to: until });
  if (isImpossible(operations, false, Infinity)) return { operations, anyStart: false };
  return { operations: judgedOperations(subhistory), anyStart: false };
}

/** Whether it may happen at any time, or never. */
export function isWeakened(operation: Operation): boolean {
  return operation.outcome === 'info' && operation.call === -Infinity;
}

/** More operations than these are no help. */
const fewSources = 200;

/**
 * The operation that returns last, with those that could explain it whenever they happened: a read of what nobody wrote
 * stands alone. Null when there are many.
 */
function withoutSource(model: Model, subhistory: Subhistory, until: number): readonly Operation[] | null {
  const { events, call, class: classOf, classes } = subhistory;
  const last = subhistory.operation(events[until]! >> 1);
  const anyTime = (position: number): readonly Operation[] => opened(model, subhistory.operation(position)).map(early);
  const ofClass = Array.from(classes.example, (position, id) => anyTime(position).map(one => ({ ...one, id })));
  const useful = model.noticeable?.([...ofClass.flat(), { ...last, id: classes.length }]);
  if (!useful) return null;
  const found: Operation[] = [];
  for (let position = 0; position < subhistory.length && call[position]! <= until; position++) {
    const own = classOf[position]!;
    if (ofClass[own]!.length === 0 || (useful.get(own) ?? Infinity) === -Infinity || position === events[until]! >> 1)
      continue;
    found.push(...anyTime(position));
    if (found.length > fewSources) return null;
  }
  return [...found, last].toSorted((one, other) => one.id - other.id);
}

/**
 * The last rank, no later than one that is asked for, at which nothing is open that leaves the state which the last
 * operation needs: a window that begins there cannot have that happen late. Any rank, where there is no such moment.
 */
function calmBefore(
  model: Model,
  { events, class: classOf, classes, operation }: Subhistory,
  until: number,
): (rank: number) => number {
  const needed = model.needs?.(operation(events[until]! >> 1)) ?? null;
  if (needed === null || !model.leaves) return rank => rank;
  const key = model.stateKey(needed.state);
  const isSource = Array.from(classes.example, position => {
    const left = isObservation(model, operation(position)) ? null : model.leaves?.(operation(position));
    return left ? model.stateKey(left.state) === key : false;
  });
  const calm = new Int32Array(until + 2).fill(-1);
  let open = 0;
  for (let rank = 0; rank <= until; rank++) {
    calm[rank] = open === 0 ? rank : (calm[rank - 1] ?? -1);
    if (isSource[classOf[events[rank]! >> 1]!]) open += events[rank]! & 1 ? -1 : 1;
  }
  return rank => {
    const found = calm[rank] ?? -1;
    return found === -1 ? rank : found;
  };
}

/**
 * The shortest window that ends with this rank and is impossible, or null when none is. It begins no later than the call
 * of the operation that returns there. A longer window is more impossible.
 */
function latestWindow(
  { call, events }: Subhistory,
  until: number,
  impossible: (from: number) => readonly Operation[] | null,
): readonly Operation[] | null {
  const latest = call[events[until]! >> 1]!;
  let [possible, length] = [-1, 0];
  let window = impossible(latest);
  while (window === null && length < latest) {
    possible = length;
    length = Math.min(Math.max(4, 2 * length), latest);
    window = impossible(latest - length);
  }
  if (window === null) return null;
  while (length - possible > 1) {
    const middle = (possible + length) >> 1;
    const shorter = impossible(latest - middle);
    if (shorter === null) possible = middle;
    else [window, length] = [shorter, middle];
  }
  return window;
}

/** Observations are left out. */
function forgotten(model: Model): Weakening {
  return operation => (isObservation(model, operation) ? [] : [operation]);
}

/** From the most that can be forgotten to the least. */
function weakenings(model: Model): readonly Weakening[] {
  return [
    operation => (isObservation(model, operation) ? [operation] : opened(model, operation).map(early)),
    operation => (isObservation(model, operation) ? [operation] : opened(model, operation)),
    operation => [operation.outcome === 'info' ? early(operation) : operation],
  ];
}

/**
 * Weakens as many as it can, the oldest first, halving the number that is tried at once. What could not be weakened alone
 * cannot be later either, when more is forgotten: so one pass finds the end.
 */
function weakened(
  operations: readonly Operation[],
  weaken: Weakening,
  {
    isImpossible,
    isOver,
  }: { readonly isImpossible: (part: readonly Operation[]) => boolean; readonly isOver: () => boolean },
): readonly Operation[] {
  const pieces: (readonly Operation[])[] = operations.map(operation => [operation]);
  const attempt = (begin: number, end: number): void => {
    if (isOver()) return;
    const before = pieces.slice(begin, end);
    const after = before.map(piece => piece.flatMap(weaken));
    if (after.every((piece, index) => piece[0] === before[index]?.[0])) return;
    after.forEach((piece, index) => (pieces[begin + index] = piece));
    if (isImpossible(pieces.flat())) return;
    before.forEach((piece, index) => (pieces[begin + index] = piece));
    if (end - begin === 1) return;
    const middle = (begin + end) >>> 1;
    attempt(begin, middle);
    attempt(middle, end);
  };
  if (pieces.length > 0) attempt(0, pieces.length);
  return pieces.flat();
}

/** Without the `info` operations that, by the model's licence, nobody can notice. */
function noticeableOperations(model: Model, operations: readonly Operation[]): readonly Operation[] {
  const until = model.noticeable?.(operations);
  return until ? operations.filter(({ id, call }) => (until.get(id) ?? Infinity) > call) : operations;
}
