/**
 * Generators that know the time: how long, and how often.
 *
 * The n-th operation is due at a time that follows from the seed and n, not from when the n-1st was answered. A system
 * that stalls is owed at most `catchUpNanos` of operations when it comes back, not everything that it missed.
 */
import type { Nanos } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import { nanosPerMs } from '../base/time.ts';
import type { Generator } from './generator.ts';
import { around, done, soonest } from './step.ts';

/** Ends `nanos` after it was first asked, on every thread. Operations in flight then still end as they end. */
export function timeLimit<T>(nanos: Nanos, inner: Generator<T>): Generator<T> {
  return ending(nanos, null, inner);
}

function ending<T>(nanos: Nanos, end: Nanos | null, inner: Generator<T>): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      const limit = end ?? context.time + nanos;
      if (context.time >= limit) return done;
      const step = inner.next(context);
      if (step.kind === 'done') return step;
      const next = step.next === inner && limit === end ? self : ending(nanos, limit, step.next);
      return step.kind === 'invoke'
        ? { kind: 'invoke', value: step.value, next }
        : { kind: 'pending', until: soonest(step.until, limit), next };
    },
    after(event, thread) {
      const changed = inner.after(event, thread);
      return changed === inner ? self : ending(nanos, end, changed);
    },
  };
  return self;
}

/**
 * How late operations may be and still be made up for. Longer than what timers and a busy event loop are late by, far
 * shorter than a fault.
 */
const catchUpNanos = 50 * nanosPerMs;

/**
 * Operations at this mean interval over all threads, each gap drawn from [0, 2 * meanIntervalNanos) by its number. Zero
 * is as fast as the answers come.
 */
export function stagger<T>(
  options: { readonly meanIntervalNanos: Nanos; readonly random: Random },
  inner: Generator<T>,
): Generator<T> {
  const { meanIntervalNanos, random } = options;
  if (meanIntervalNanos <= 0) return inner;
  return paced(
    index => Math.round(random.fork(index).fraction() * 2 * meanIntervalNanos),
    { index: 0, due: null },
    inner,
  );
}

/** Operations at exactly this interval over all threads, as far as the timers are exact. */
export function delay<T>(intervalNanos: Nanos, inner: Generator<T>): Generator<T> {
  return intervalNanos <= 0 ? inner : paced(() => intervalNanos, { index: 0, due: null }, inner);
}

interface Pace {
  /** Operations given so far. */
  readonly index: number;
  /** When the next one is due; null before the first, which is due at once. */
  readonly due: Nanos | null;
}

function paced<T>(gap: (index: number) => Nanos, pace: Pace, inner: Generator<T>): Generator<T> {
  const wrap = (changed: Generator<T>): Generator<T> => paced(gap, pace, changed);
  const self: Generator<T> = {
    next(context) {
      const { index, due } = pace;
      if (due !== null && context.time < due) return { kind: 'pending', until: due, next: self };
      const step = inner.next(context);
      if (step.kind !== 'invoke') return around(step, self, inner, wrap);
      const begin = due === null ? context.time : Math.max(due, context.time - catchUpNanos);
      const after: Pace = { index: index + 1, due: begin + gap(index) };
      return { kind: 'invoke', value: step.value, next: paced(gap, after, step.next) };
    },
    after(event, thread) {
      const changed = inner.after(event, thread);
      return changed === inner ? self : wrap(changed);
    },
  };
  return self;
}
