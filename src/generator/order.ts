/**
 * Generators one after another: with a barrier between them, or without.
 */
import type { Generator, GeneratorContext, Step } from './generator.ts';
import { around, done, noted, replaced } from './step.ts';

/** One after another, each thread for itself: a thread goes on as soon as the one before has nothing more for it. */
export function concat<T>(...children: readonly Generator<T>[]): Generator<T> {
  return following(children, []);
}

/** `positions`: by thread, which child it has come to. A thread has at most one operation, so its child is its owner. */
function following<T>(children: readonly Generator<T>[], positions: readonly number[]): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      for (let position = positions[context.thread] ?? 0; position < children.length; position++) {
        const child = children[position] as Generator<T>;
        const step = child.next(context);
        if (step.kind === 'done') continue;
        const reached = noted(positions, context.thread, position, 0);
        const outer = reached === positions ? self : following(children, reached);
        return around(step, outer, child, changed => following(replaced(children, position, changed), reached));
      }
      return done;
    },
    after(event, thread) {
      const position = positions[thread] ?? 0;
      const child = children[position];
      if (child === undefined) return self;
      const changed = replaced(children, position, child.after(event, thread));
      return changed === children ? self : following(changed, positions);
    },
  };
  return self;
}

/**
 * One after another, together: the next begins when every thread has been told that this one is done. A thread is told
 * so only when it is free, so nothing is in flight then.
 */
export function phases<T>(...children: readonly Generator<T>[]): Generator<T> {
  return phase(children, []);
}

/** `children`: the present one, and those to come. `waiting`: by thread, whether it is at the barrier. */
function phase<T>(children: readonly Generator<T>[], waiting: readonly boolean[]): Generator<T> {
  const [present, ...coming] = children;
  const wrap = (changed: Generator<T>): Generator<T> => phase([changed, ...coming], waiting);
  const self: Generator<T> = {
    next(context) {
      if (present === undefined) return done;
      if (waiting[context.thread] === true) return { kind: 'pending', until: null, next: self };
      const step = present.next(context);
      if (step.kind !== 'done' || coming.length === 0) return around(step, self, present, wrap);
      const arrived = noted(waiting, context.thread, true, false);
      if (arrived.filter(Boolean).length < context.threads) {
        return { kind: 'pending', until: null, next: phase(children, arrived) };
      }
      return opened(phase(coming, []), context);
    },
    after(event, thread) {
      const changed = present?.after(event, thread);
      return changed === present || changed === undefined ? self : wrap(changed);
    },
  };
  return self;
}

/** The barrier opens. `done` could not tell the others so, hence `pending`: the same thread is told when it asks again. */
function opened<T>(next: Generator<T>, context: GeneratorContext): Step<T> {
  const step = next.next(context);
  return step.kind === 'done' ? { kind: 'pending', until: null, next } : step;
}
