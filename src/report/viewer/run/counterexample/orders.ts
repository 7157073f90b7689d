/**
 * The partial orders in the order in which they are shown: what explains most comes first, and of those one after which as
 * little as possible is left that may come and does not help, for it is the easiest to follow.
 */
import type { Evidence, PartialLinearization } from '../../../../checker/evidence/evidence.ts';

export function ordersOf({ partials }: Evidence): readonly PartialLinearization[] {
  return partials.toSorted(
    (one, other) =>
      other.explained - one.explained || idleCount(one) - idleCount(other) || one.steps.length - other.steps.length,
  );
}

function idleCount({ next }: PartialLinearization): number {
  return next.filter(({ refused }) => refused === null).length;
}

/** What was there before the first step, in words. One of many starts that were tried is only supposed. */
export function startOf({ anyStart }: Pick<Evidence, 'anyStart'>, { start }: PartialLinearization): string {
  if (start === null) return 'whatever was there before';
  return anyStart ? `if ${start}` : start;
}

/** The index that a link asks for, if there is such a thing. */
export function clamped(index: number, length: number): number {
  return Math.max(0, Math.min(Math.floor(index), length - 1));
}

/** How many steps are done: null is all of them, which is said in one way only. */
export function stepOf(step: number | null, { steps }: PartialLinearization): number | null {
  return step === null || step >= steps.length ? null : Math.max(0, Math.floor(step));
}

/** One step on or back. */
export function walked(step: number | null, by: 1 | -1, order: PartialLinearization): number | null {
  const done = stepOf(step, order) ?? order.steps.length;
  return stepOf(Math.max(0, done + by), order);
}
