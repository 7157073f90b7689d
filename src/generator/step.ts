/**
 * The small change of generators: the answers that every combinator gives, and the arrays it keeps by thread.
 *
 * A combinator that has not changed answers with itself as `next`, not with an equal copy: the interpreter asks again
 * only when something changed, and an unchanged part costs nothing.
 */
import type { Nanos } from '../base/names.ts';
import type { CompletionEvent, InvokeEvent } from '../history/event.ts';
import type { Generator, GeneratorContext, Step } from './generator.ts';

/** What a generator is told: an invocation that it gave, or how it ended. */
export type OperationEvent = InvokeEvent | CompletionEvent;

export const done: Step<never> = { kind: 'done' };

/** Gives nothing, to nobody. */
export const empty: Generator<never> = { next: () => done, after: () => empty };

/** The earlier of two times to ask again. Null: not before the next event. */
export function soonest(one: Nanos | null, other: Nanos | null): Nanos | null {
  if (one === null) return other;
  if (other === null) return one;
  return Math.min(one, other);
}

/** The step of a generator that holds another: what the inner one said, with the outer one put around what follows. */
export function around<T>(
  step: Step<T>,
  outer: Generator<T>,
  inner: Generator<T>,
  wrap: (inner: Generator<T>) => Generator<T>,
): Step<T> {
  if (step.kind === 'done') return step;
  const next = step.next === inner ? outer : wrap(step.next);
  return step.kind === 'invoke'
    ? { kind: 'invoke', value: step.value, next }
    : { kind: 'pending', until: step.until, next };
}

/** The array with one item changed; the same array when it is that item already. */
export function replaced<T>(items: readonly T[], index: number, item: T): readonly T[] {
  if (items[index] === item) return items;
  const copy = items.slice();
  copy[index] = item;
  return copy;
}

/** As `replaced`, for an array by thread that grows: threads not heard of yet have `blank`. */
export function noted<T>(items: readonly T[], thread: number, item: T, blank: T): readonly T[] {
  if (thread < items.length) return replaced(items, thread, item);
  const copy = items.slice();
  while (copy.length < thread) copy.push(blank);
  copy.push(item);
  return copy;
}

/** The context as seen by a generator that serves only some threads, which it counts from 0. */
export function within(
  context: GeneratorContext,
  part: { readonly thread: number; readonly threads: number; readonly busy: number },
): GeneratorContext {
  return {
    time: context.time,
    thread: part.thread,
    process: context.process,
    node: context.node,
    busy: part.busy,
    threads: part.threads,
  };
}
