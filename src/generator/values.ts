/**
 * Generators that make values: from a list, from a function, by number.
 *
 * They hand each value to whoever asks first, and learn nothing from what happens to it (`folded` does).
 */
import type { Generator, GeneratorContext } from './generator.ts';
import { done } from './step.ts';

/** Each value once, in order, over all threads. */
export function sequence<T>(values: readonly T[]): Generator<T> {
  return listed(values, 0);
}

function listed<T>(values: readonly T[], position: number): Generator<T> {
  const self: Generator<T> = {
    next: () =>
      position < values.length
        ? { kind: 'invoke', value: values[position] as T, next: listed(values, position + 1) }
        : done,
    after: () => self,
  };
  return self;
}

/** One value, once. */
export function once<T>(value: T): Generator<T> {
  return sequence([value]);
}

/** Endless: the same value, or what the function makes of who asks and when. */
export function repeat<T>(value: T | ((context: GeneratorContext) => T)): Generator<T> {
  const make = typeof value === 'function' ? (value as (context: GeneratorContext) => T) : () => value;
  const self: Generator<T> = {
    next: context => ({ kind: 'invoke', value: make(context), next: self }),
    after: () => self,
  };
  return self;
}

/**
 * Endless: values by number, counted from 0 over all threads. Draw from `random.fork(index)`: then the n-th value is the
 * same whatever else has drawn meanwhile.
 */
export function generate<T>(make: (index: number, context: GeneratorContext) => T): Generator<T> {
  return counted(make, 0);
}

function counted<T>(make: (index: number, context: GeneratorContext) => T, index: number): Generator<T> {
  const self: Generator<T> = {
    next: context => ({ kind: 'invoke', value: make(index, context), next: counted(make, index + 1) }),
    after: () => self,
  };
  return self;
}

/** The values of a generator, changed on their way out. */
export function map<T, U>(change: (value: T, context: GeneratorContext) => U, inner: Generator<T>): Generator<U> {
  const self: Generator<U> = {
    next(context) {
      const step = inner.next(context);
      if (step.kind === 'done') return step;
      const next = step.next === inner ? self : map(change, step.next);
      return step.kind === 'invoke'
        ? { kind: 'invoke', value: change(step.value, context), next }
        : { kind: 'pending', until: step.until, next };
    },
    after(event, thread) {
      const changed = inner.after(event, thread);
      return changed === inner ? self : map(change, changed);
    },
  };
  return self;
}
