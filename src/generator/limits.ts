/**
 * Generators that end before the one inside them does: after so many operations, or after what somebody was waiting for.
 */
import type { CompletionEvent } from '../history/event.ts';
import type { Generator } from './generator.ts';
import { around, done, empty } from './step.ts';

/** At most `count` invocations, over all threads. Counts what was asked, however it ends. */
export function limit<T>(count: number, inner: Generator<T>): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      if (count <= 0) return done;
      const step = inner.next(context);
      return step.kind === 'invoke'
        ? { kind: 'invoke', value: step.value, next: limit(count - 1, step.next) }
        : around(step, self, inner, changed => limit(count, changed));
    },
    after(event, thread) {
      const changed = inner.after(event, thread);
      return changed === inner ? self : limit(count, changed);
    },
  };
  return self;
}

/** Until a completion is what was waited for. Operations in flight then still end as they end. */
export function until<T>(wanted: (completion: CompletionEvent) => boolean, inner: Generator<T>): Generator<T> {
  const wrap = (changed: Generator<T>): Generator<T> => until(wanted, changed);
  const self: Generator<T> = {
    next: context => around(inner.next(context), self, inner, wrap),
    after(event, thread) {
      if (event.type !== 'invoke' && wanted(event)) return empty;
      const changed = inner.after(event, thread);
      return changed === inner ? self : wrap(changed);
    },
  };
  return self;
}

/** Until one operation has succeeded. */
export function untilOk<T>(inner: Generator<T>): Generator<T> {
  return until(completion => completion.type === 'ok', inner);
}
