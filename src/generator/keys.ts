/**
 * Independent keys: a long run made of many short, small histories.
 *
 * Judging one key is exponential in what overlaps on it, so a run uses each key for a while and then a fresh one. The
 * lengths differ, so that the keys do not all end, and begin, together.
 *
 * A key is exhausted as soon as its generator says `done` to anybody: it should end for all threads at once, as `limit`
 * does. What a key's generator gives depends on the key and not on when or by whom it is used, as far as `perKey` sees to
 * it (fork the random stream by the key).
 */
import { AssertionError, assert } from '../base/assert.ts';
import type { Key, Nanos } from '../base/names.ts';
import type { Random } from '../base/random.ts';
import type { Generator, GeneratorContext, Step } from './generator.ts';
import { limit } from './limits.ts';
import { done, noted, type OperationEvent, replaced, soonest, within } from './step.ts';
import { inFlight } from './threads.ts';

export interface KeysOptions<T> {
  readonly random: Random;
  /** The `serial`-th key, from 0; null when there are no more. The same key must not come twice. */
  keys(serial: number): Key | null;
  perKey(key: Key): Generator<T>;
  /** At most so many operations on a key. @default as many as `perKey` gives */
  readonly operationsPerKey?: number;
  /** The shortest life of a key, as a part of `operationsPerKey`. @default 0.9 */
  readonly shortest?: number;
}

/** Every thread on any of `activeKeys` keys at a time. The key of the n-th operation follows from the seed and n. */
export function onKeys<T>(options: KeysOptions<T> & { readonly activeKeys: number }): Generator<T> {
  const { activeKeys, random } = options;
  assert(activeKeys > 0, 'onKeys needs at least one active key');
  const layout: Layout = {
    turns: activeKeys,
    place: (index, turn) => (random.fork('place', index).integer(0, activeKeys - 1) + turn) % activeKeys,
    seen: context => context,
    threadAt: thread => thread,
  };
  return keyed(options, layout, { slots: [], busy: [], begun: 0, index: 0, owners: [] });
}

/**
 * Threads in groups of `threadsPerKey`, each group on a key of its own; threads that are left over join the last group.
 * Within a group they are counted from 0. Which group gets which key depends on which is first to need one.
 */
export function concurrentKeys<T>(options: KeysOptions<T> & { readonly threadsPerKey: number }): Generator<T> {
  const size = options.threadsPerKey;
  assert(size > 0, 'concurrentKeys needs at least one thread per key');
  const groups = (context: GeneratorContext): number => Math.max(1, Math.floor(context.threads / size));
  const layout: Layout = {
    turns: 1,
    place: (_index, _turn, context) => Math.min(Math.floor(context.thread / size), groups(context) - 1),
    seen(context, place, busy) {
      const first = place * size;
      const threads = place === groups(context) - 1 ? context.threads - first : size;
      return within(context, { thread: context.thread - first, threads, busy });
    },
    threadAt: (thread, place) => thread - place * size,
  };
  return keyed(options, layout, { slots: [], busy: [], begun: 0, index: 0, owners: [] });
}

/** How threads and active keys go together. A *place* holds one active key after another. */
interface Layout {
  /** How many places may be asked for one operation. */
  readonly turns: number;
  place(index: number, turn: number, context: GeneratorContext): number;
  seen(context: GeneratorContext, place: number, busy: number): GeneratorContext;
  threadAt(thread: number, place: number): number;
}

interface Slot<T> {
  readonly serial: number;
  readonly generator: Generator<T>;
}

interface Owner {
  readonly place: number;
  readonly serial: number;
}

interface Keyring<T> {
  /** By place: its key; null when it has none open. */
  readonly slots: readonly (Slot<T> | null)[];
  /** By place: operations in flight, also those on a key that it has left. */
  readonly busy: readonly number[];
  /** Keys begun so far. */
  readonly begun: number;
  /** Operations given so far. */
  readonly index: number;
  /** By thread: where the operation that it was last given comes from. */
  readonly owners: readonly (Owner | null)[];
}

function keyed<T>(options: KeysOptions<T>, layout: Layout, ring: Keyring<T>): Generator<T> {
  const self: Generator<T> = {
    next(context) {
      let slots = ring.slots;
      let begun = ring.begun;
      let until: Nanos | null = null;
      let anyPending = false;
      for (let turn = 0; turn < layout.turns; turn++) {
        const place = layout.place(ring.index, turn, context);
        const seen = layout.seen(context, place, ring.busy[place] ?? 0);
        const asked = askPlace(options, { slot: slots[place] ?? null, begun, seen });
        if (asked === null) continue;
        const { step, serial } = asked;
        begun = asked.begun;
        if (step.next !== slots[place]?.generator) {
          slots = noted<Slot<T> | null>(slots, place, { serial, generator: step.next }, null);
        }
        if (step.kind === 'invoke') {
          const owners = noted<Owner | null>(ring.owners, context.thread, { place, serial }, null);
          const next = keyed(options, layout, { slots, begun, busy: ring.busy, index: ring.index + 1, owners });
          return { kind: 'invoke', value: step.value, next };
        }
        anyPending = true;
        until = soonest(until, step.until);
      }
      if (!anyPending) return done;
      const next = slots === ring.slots ? self : keyed(options, layout, { ...ring, slots, begun });
      return { kind: 'pending', until, next };
    },
    after(event, thread) {
      const owner = ring.owners[thread];
      return owner ? keyed(options, layout, told(ring, owner, event, layout.threadAt(thread, owner.place))) : self;
    },
  };
  return self;
}

/** An exhausted key is followed by fresh ones until one has something; so many in a row without anything are a mistake. */
const emptyKeysInARow = 1000;

/** What the key at a place says, or the first fresh one that has something to say. Null when there are no more keys. */
function askPlace<T>(
  options: KeysOptions<T>,
  at: { readonly slot: Slot<T> | null; readonly begun: number; readonly seen: GeneratorContext },
): { readonly step: Exclude<Step<T>, { kind: 'done' }>; readonly serial: number; readonly begun: number } | null {
  let { slot, begun } = at;
  for (let tries = 0; tries <= emptyKeysInARow; tries++) {
    if (slot === null) {
      const key = options.keys(begun);
      if (key === null) return null;
      slot = { serial: begun++, generator: freshKey(options, key) };
    }
    const step = slot.generator.next(at.seen);
    if (step.kind !== 'done') return { step, serial: slot.serial, begun };
    slot = null;
  }
  throw new AssertionError(`the generators of ${emptyKeysInARow} keys in a row had nothing to do`);
}

function freshKey<T>(options: KeysOptions<T>, key: Key): Generator<T> {
  const { operationsPerKey, shortest = 0.9, random } = options;
  const generator = options.perKey(key);
  if (operationsPerKey === undefined) return generator;
  const part = shortest + (1 - shortest) * random.fork('length', key).fraction();
  return limit(Math.max(1, Math.round(operationsPerKey * part)), generator);
}

/** The key that gave the operation is told; one that is exhausted need not be. */
function told<T>(ring: Keyring<T>, owner: Owner, event: OperationEvent, thread: number): Keyring<T> {
  const { place, serial } = owner;
  const busy = noted(ring.busy, place, (ring.busy[place] ?? 0) + inFlight(event), 0);
  const slot = ring.slots[place] ?? null;
  if (slot === null || slot.serial !== serial) return { ...ring, busy };
  const generator = slot.generator.after(event, thread);
  const slots = generator === slot.generator ? ring.slots : replaced(ring.slots, place, { serial, generator });
  return { ...ring, busy, slots };
}
