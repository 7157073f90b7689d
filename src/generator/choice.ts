/**
 * Generators that choose between others: at random, or the first that has something.
 *
 * A choice that has nothing just now is passed over, so one that waits never holds up the rest. It keeps its weight: once
 * it has something again it is drawn as often as before. That the n-th operation is the same for the same seed holds as
 * long as nothing was passed over.
 */
import type { Nanos } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Generator, GeneratorContext } from './generator.ts';
import { done, noted, replaced, soonest } from './step.ts';

export interface Weighted<T> {
  /** Relative to the others; not negative. */
  readonly weight: number;
  readonly generator: Generator<T>;
}

/** Each operation from one of these, drawn by its number. Ends for a thread when all of them have. */
export function mix<T>(random: Random, choices: readonly Weighted<T>[]): Generator<T> {
  const weights = choices.map(choice => choice.weight);
  const order = (index: number): NextChild => weightedOrder(random.fork(index), weights);
  return chosen(
    order,
    choices.map(choice => choice.generator),
    nothingGiven,
  );
}

/** The first of these that has something, earlier ones before later ones. Ends for a thread when all of them have. */
export function any<T>(...choices: readonly Generator<T>[]): Generator<T> {
  return chosen(() => turn => turn, choices, nothingGiven);
}

/** Which child to ask at the n-th turn (from 0) of one operation. */
type NextChild = (turn: number) => number;

interface Given {
  /** Operations so far. */
  readonly index: number;
  /** By thread: the child whose operation it was last given; -1 before the first. */
  readonly owners: readonly number[];
}

const nothingGiven: Given = { index: 0, owners: [] };

function chosen<T>(order: (index: number) => NextChild, children: readonly Generator<T>[], given: Given): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      const answer = askInTurn(children, order(given.index), context);
      if (answer.kind === 'done') return done;
      if (answer.kind === 'pending') {
        const next = answer.asked === children ? self : chosen(order, answer.asked, given);
        return { kind: 'pending', until: answer.until, next };
      }
      const owners = noted(given.owners, context.thread, answer.child, -1);
      const next = chosen(order, answer.asked, { index: given.index + 1, owners });
      return { kind: 'invoke', value: answer.value, next };
    },
    after(event, thread) {
      const owner = given.owners[thread] ?? -1;
      const child = children[owner];
      if (child === undefined) return self;
      const changed = replaced(children, owner, child.after(event, thread));
      return changed === children ? self : chosen(order, changed, given);
    },
  };
  return self;
}

/** The first answer in this order that is an operation, and the children as they are after it. */
type Asked<T> =
  | { readonly kind: 'invoke'; readonly value: T; readonly child: number; readonly asked: readonly Generator<T>[] }
  | { readonly kind: 'pending'; readonly until: Nanos | null; readonly asked: readonly Generator<T>[] }
  | { readonly kind: 'done' };

function askInTurn<T>(children: readonly Generator<T>[], order: NextChild, context: GeneratorContext): Asked<T> {
  let asked = children;
  let anyPending = false;
  let until: Nanos | null = null;
  for (let turn = 0; turn < children.length; turn++) {
    const child = order(turn);
    const step = (asked[child] as Generator<T>).next(context);
    if (step.kind === 'done') continue;
    asked = replaced(asked, child, step.next);
    if (step.kind === 'invoke') return { kind: 'invoke', value: step.value, child, asked };
    anyPending = true;
    until = soonest(until, step.until);
  }
  return anyPending ? { kind: 'pending', until, asked } : { kind: 'done' };
}

/** Draws without putting back, so that every child gets a turn. */
function weightedOrder(random: Random, weights: readonly number[]): NextChild {
  let left: number[] | null = null;
  let drawn = -1;
  return turn => {
    if (turn === 0) {
      drawn = drawWeighted(random, weights);
    } else {
      left ??= [...weights];
      left[drawn] = -1;
      drawn = drawWeighted(random, left);
    }
    return drawn;
  };
}

/** An index with a probability in proportion to its weight. Those with a negative weight are out; zero comes last. */
function drawWeighted(random: Random, weights: readonly number[]): number {
  let total = 0;
  for (const weight of weights) if (weight > 0) total += weight;
  let point = random.fraction() * total;
  let last = -1;
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] as number;
    if (weight < 0 || (weight === 0 && total > 0)) continue;
    last = index;
    point -= weight;
    if (point < 0) return index;
  }
  return last;
}
