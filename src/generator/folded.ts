/**
 * A generator that learns: what it asks next depends on what came of what it asked before.
 *
 * Its state is folded over its own operations: `next` makes a value and the state that remembers having made it, `after`
 * takes in how an operation ended. Choices that a seed must repeat belong in `next`, drawn by number; what `after` brings
 * in depends on the system's timing, and so do values made of it.
 */
import type { CompletionEvent } from '../history/event.ts';
import type { Generator, GeneratorContext } from './generator.ts';
import { noted, type OperationEvent } from './step.ts';

/** How an operation of this generator ended. */
export interface Ended<T> {
  readonly value: T;
  readonly completion: CompletionEvent;
  readonly thread: number;
}

export interface Fold<S, T> {
  readonly initial: S;
  /** The `index`-th value, from 0 over all threads. Pure. */
  next(state: S, index: number, context: GeneratorContext): { readonly value: T; readonly state: S };
  /** The state that knows of it. Pure; the same state when it changes nothing. */
  after(state: S, ended: Ended<T>): S;
}

/** Endless. */
export function folded<S, T>(fold: Fold<S, T>): Generator<T> {
  return remembering(fold, { state: fold.initial, index: 0, asked: [] });
}

interface Memory<S, T> {
  readonly state: S;
  readonly index: number;
  /** What each thread was last given. */
  readonly asked: readonly (T | null)[];
}

function remembering<S, T>(fold: Fold<S, T>, memory: Memory<S, T>): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      const { value, state } = fold.next(memory.state, memory.index, context);
      const asked = noted<T | null>(memory.asked, context.thread, value, null);
      return { kind: 'invoke', value, next: remembering(fold, { state, index: memory.index + 1, asked }) };
    },
    after(event: OperationEvent, thread) {
      if (event.type === 'invoke') return self;
      const value = memory.asked[thread];
      if (value === null || value === undefined) return self;
      const state = fold.after(memory.state, { value, completion: event, thread });
      return state === memory.state ? self : remembering(fold, { ...memory, state });
    },
  };
  return self;
}
