/**
 * From a part that cannot be explained to the few operations that show it.
 *
 * Minimising only *weakens*: what comes too late is cut off, a read is forgotten, a mutator forgets that it returned (so
 * it may happen later, or never) or when it was called. Whatever explains the whole also explains what is weaker; so what
 * cannot be explained when weakened could not be explained before. A mutator is never left out, which would invent bugs (a
 * read of what it wrote would come from nowhere), unless the model's licence says that nobody can notice it.
 *
 * Where the model can list all states that matter, the beginning is forgotten too: the core is then impossible whatever
 * went before. Else a register with few values would keep every old write of the value that was read too late.
 */
import { present } from '../base/assert.ts';
import type { Operation } from '../history/operation.ts';
import type { Model } from '../model/model.ts';
import { noticeableOperations } from './search/problem.ts';
import { Search } from './search/search.ts';

export interface MinimiseOptions {
  /** The judged operations of a part that is invalid. */
  readonly operations: readonly Operation[];
  /** Event index of the first return that no search could explain. */
  readonly until: number;
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

export function minimise(model: Model, { operations, until, isOver }: MinimiseOptions): Core {
  let minimal = true;
  const startsOf = (part: readonly Operation[], anyStart: boolean): readonly unknown[] | null =>
    anyStart ? (model.representatives?.(part) ?? null) : [model.initial];
  const isImpossible = (part: readonly Operation[], anyStart: boolean, steps = stepsPerQuestion): boolean => {
    const starts = startsOf(part, anyStart);
    if (starts === null) return false;
    const outcome = isOver() ? 'paused' : new Search(model, part, starts).run(steps, isOver);
    if (outcome === 'paused') minimal = false;
    return outcome === 'invalid';
  };
  const cut = operations.flatMap(operation => cutOff(model, operation, until));
  const ended = isImpossible(cut, false, Infinity) ? cut : operations;
  const window = model.representatives ? latestWindow(model, ended, part => isImpossible(part, true)) : null;
  const anyStart = window !== null;
  const still = (part: readonly Operation[]): boolean => isImpossible(part, anyStart);
  let core = weakenEach(window ?? ended, forgotten(model), still);
  const parts = core.flatMap(one => (isObservation(model, one) ? (model.weaker?.(one, core) ?? [one]) : [one]));
  if (parts.length > core.length && still(parts)) core = weakenEach(parts, forgotten(model), still);
  for (const weaken of weakenings(model)) core = weakenEach(core, weaken, still);
  const noticed = noticeableOperations(model, core);
  if (noticed.length < core.length && still(noticed)) core = noticed;
  const ordered = core.toSorted((one, other) => one.id - other.id);
  return { operations: ordered, starts: present(startsOf(ordered, anyStart)), anyStart, minimal };
}

/** Whether it may happen at any time, or never. */
export function isWeakened(operation: Operation): boolean {
  return operation.outcome === 'info' && operation.call === -Infinity;
}

/** As it was known at that moment: what had not been called is not there, what had not returned is open. */
function cutOff(model: Model, operation: Operation, until: number): readonly Operation[] {
  if (operation.call > until) return [];
  return operation.return <= until || operation.outcome === 'info' ? [operation] : opened(model, operation);
}

/** As it was known of the time since then: what had returned is not there, what was open may have happened before. */
function begunBefore(model: Model, operation: Operation, from: number): readonly Operation[] {
  if (operation.call >= from) return [operation];
  return operation.return < from ? [] : opened(model, operation).map(early);
}

/** The shortest end of the history that is impossible whatever went before, or null when only the whole is. */
function latestWindow(
  model: Model,
  operations: readonly Operation[],
  isImpossible: (part: readonly Operation[]) => boolean,
): readonly Operation[] | null {
  const calls = operations.map(operation => operation.call).toSorted((one, other) => other - one);
  const window = (length: number): readonly Operation[] =>
    operations.flatMap(operation => begunBefore(model, operation, present(calls[length - 1])));
  // A longer window is more impossible: double the length until it is, then bisect.
  let high = 1;
  while (high < calls.length && !isImpossible(window(high))) high = Math.min(2 * high, calls.length);
  if (high === calls.length && !isImpossible(window(high))) return null;
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = (low + high) >>> 1;
    if (isImpossible(window(middle))) high = middle;
    else low = middle;
  }
  return window(high);
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
function weakenEach(
  operations: readonly Operation[],
  weaken: Weakening,
  isImpossible: (part: readonly Operation[]) => boolean,
): readonly Operation[] {
  const pieces: (readonly Operation[])[] = operations.map(operation => [operation]);
  const attempt = (begin: number, end: number): void => {
    const before = pieces.slice(begin, end);
    const after = before.map(piece => piece.flatMap(weaken));
    if (after.every((piece, index) => piece[0] === before[index]?.[0])) return;
    pieces.splice(begin, end - begin, ...after);
    if (isImpossible(pieces.flat())) return;
    pieces.splice(begin, end - begin, ...before);
    if (end - begin === 1) return;
    const middle = (begin + end) >>> 1;
    attempt(begin, middle);
    attempt(middle, end);
  };
  if (pieces.length > 0) attempt(0, pieces.length);
  return pieces.flat();
}

function isObservation(model: Model, operation: Operation): boolean {
  return operation.outcome === 'fail' || model.isRead(operation);
}

/** Has not returned: nobody knows whether it happened. */
function opened(model: Model, operation: Operation): readonly Operation[] {
  if (isObservation(model, operation)) return [];
  if (operation.outcome === 'info') return [operation];
  return [{ ...operation, outcome: 'info', output: undefined, return: Infinity }];
}

/** Was called before everything else. */
function early(operation: Operation): Operation {
  return operation.call === -Infinity ? operation : { ...operation, call: -Infinity };
}
