/**
 * Decides about independent parts of a history (keys) under one budget: they take turns with growing shares of it, so that
 * the part that is easily refuted is found even when another is hard.
 *
 * Who is next is written on a board, so that several threads can share the work: each goes on with what it has begun.
 */
import type { Key } from '../base/names.ts';
import { type Clock, nanosPerMs } from '../base/time.ts';
import type { Budget, Witness } from './checker.ts';
import type { Part } from './parts.ts';
import { countOf, enumerate, showKey } from './words.ts';

/** A search for an order of one part, which can be interrupted and goes on where it was. */
export interface PartSearch {
  /** How many operations it judges. */
  readonly judged: number;
  /** `register-zones`, `search`; and why not a quicker one, or null. */
  readonly algorithm: string;
  readonly why: string | null;
  /** Steps that were done, and are kept. */
  readonly states: number;
  /** Up to so many steps. Any other word than these two: it is not decided yet. */
  run(limit: number, isOver: () => boolean): 'valid' | 'invalid' | (string & {});
}

export interface DecideOptions<S extends PartSearch> {
  readonly parts: readonly Part[];
  readonly begin: (part: Part) => S;
  /** Of a part that is valid: the ids in an order that has been replayed. */
  readonly order: (part: Part, search: S) => Int32Array;
  readonly budget: Budget;
  readonly clock: Clock;
  /** Whether the first part that is invalid ends it. @default false */
  readonly bail?: boolean;
  /** @default one of its own */
  readonly board?: Board;
  /** Whether it ends when each part has had its first share. @default false */
  readonly onlyFirstShares?: boolean;
}

/** What those who share the work must know of each other. */
export interface Board {
  /** Index of a part that nobody has begun with, or -1. */
  claim(): number;
  /** One has kept, or forgotten, so many configurations; how many all of them keep. */
  keep(count: number): number;
  /** Nobody goes on after this time. */
  deadline: number;
}

export interface Decided<S> {
  readonly valid: readonly { readonly part: Part; readonly order: Int32Array }[];
  readonly invalid: readonly { readonly part: Part; readonly search: S }[];
  /** With the steps that each of them was given. */
  readonly undecided: readonly { readonly part: Part; readonly states: number }[];
  readonly tally: Tally;
}

/** Of different parts. */
export function merge<S>(one: Decided<S>, other: Decided<S>): Decided<S> {
  return {
    valid: [...one.valid, ...other.valid],
    invalid: [...one.invalid, ...other.invalid],
    undecided: [...one.undecided, ...other.undecided],
    tally: addTally(one.tally, other.tally),
  };
}

/** What can be added up over threads. */
export interface Tally {
  /** Operations that were judged. */
  judged: number;
  /** Steps. */
  states: number;
  /** By name: how many parts, and why one of them was not for a quicker one. */
  readonly algorithms: Record<string, { parts: number; why: string | null }>;
}

/** The first share of a part, in steps, and what is added for each operation. It doubles each time. */
const firstShare = { least: 1_024, perOperation: 2 } as const;
/** When one part is invalid, the others are given as much time as that took, or this. */
const askOthersMs = 3_000;

export function decide<S extends PartSearch>(options: DecideOptions<S>): Decided<S> {
  const { parts, begin, order, budget, clock } = options;
  const began = clock.now();
  const board = options.board ?? boardOf(parts.length, began + budget.timeMs * nanosPerMs);
  const isOver = (): boolean => clock.now() >= board.deadline;
  const valid: { part: Part; order: Int32Array }[] = [];
  const invalid: { part: Part; search: S }[] = [];
  const open = new Map<Part, S>();
  const tally = emptyTally();
  const attempt = (part: Part, search: S, limit: number): void => {
    const before = search.states;
    const room = Math.max(1, budget.states - board.keep(0));
    const outcome = search.run(Math.min(limit, room), isOver);
    tally.states += search.states - before;
    board.keep(search.states - before);
    if (outcome === 'valid') valid.push({ part, order: order(part, search) });
    else if (outcome === 'invalid') {
      invalid.push({ part, search });
      const patience = options.bail === true ? 0 : Math.max(askOthersMs * nanosPerMs, clock.now() - began);
      board.deadline = Math.min(board.deadline, clock.now() + patience);
    } else return;
    board.keep(-search.states);
    open.delete(part);
    count(tally, search);
  };
  const mayGoOn = (): boolean => !isOver() && board.keep(0) < budget.states;
  for (let index = board.claim(); index !== -1; index = board.claim()) {
    const part = parts[index]!;
    const search = begin(part);
    open.set(part, search);
    board.keep(search.states);
    tally.states += search.states;
    attempt(part, search, firstShare.least + firstShare.perOperation * part.size);
    if (!mayGoOn()) break;
  }
  for (let round = 2; open.size > 0 && options.onlyFirstShares !== true && mayGoOn(); round *= 2) {
    for (const [part, search] of open) {
      attempt(part, search, round * (firstShare.least + firstShare.perOperation * part.size));
      if (!mayGoOn()) break;
    }
  }
  if (options.onlyFirstShares !== true) for (const search of open.values()) count(tally, search);
  const undecided = [...open].map(([part, search]) => ({ part, states: search.states }));
  for (let index = board.claim(); index !== -1; index = board.claim())
    undecided.push({ part: parts[index]!, states: 0 });
  return { valid, invalid, undecided, tally };
}

/** When nothing more is done about a part here. */
function count(tally: Tally, { judged, algorithm, why }: PartSearch): void {
  tally.judged += judged;
  const known = (tally.algorithms[algorithm] ??= { parts: 0, why });
  known.parts++;
}

export function emptyTally(): Tally {
  return { judged: 0, states: 0, algorithms: {} };
}

export function addTally(one: Tally, other: Tally): Tally {
  const algorithms = { ...one.algorithms };
  for (const [name, { parts, why }] of Object.entries(other.algorithms)) {
    const known = algorithms[name];
    algorithms[name] = { parts: parts + (known?.parts ?? 0), why: known?.why ?? why };
  }
  return { judged: one.judged + other.judged, states: one.states + other.states, algorithms };
}

function boardOf(parts: number, deadline: number): Board {
  let next = 0;
  let kept = 0;
  return {
    claim: () => (next < parts ? next++ : -1),
    keep: more => (kept += more),
    deadline,
  };
}

/** Key by key, in the order of the parts. */
export function witnessOf(parts: readonly Part[], { valid }: Decided<unknown>): Witness {
  const orders = new Map(valid.map(({ part, order }) => [part, order]));
  return parts.map(part => ({ key: part.key, order: orders.get(part) ?? new Int32Array(0) }));
}

export interface Hardness {
  readonly reason: 'timeout' | 'states';
  /** What the budget was spent on, in words. */
  readonly words: string;
}

/** Those that have cost most come first. `sizeOf`: `120 operations, 3 of them with an unknown outcome`. */
export function hardness(
  { undecided }: Decided<unknown>,
  { budget, sizeOf }: { readonly budget: Budget; readonly sizeOf: (part: Part) => string },
): Hardness {
  const kept = undecided.reduce((sum, { states }) => sum + states, 0);
  const reason = kept >= budget.states ? 'states' : 'timeout';
  const spent = reason === 'timeout' ? `${budget.timeMs} ms` : `${budget.states} configurations`;
  const hardest = undecided.toSorted((one, other) => other.states - one.states);
  const which = hardest.map(
    ({ part }) => `${part.key === null ? 'the whole history' : `key ${showKey(part.key)}`} (${sizeOf(part)})`,
  );
  return { reason, words: `undecided within ${spent}: ${enumerate(which, 3)}` };
}

/** For the stats: `register-zones`; `register-zones on 98 parts, search on 2 (the value 3 is written twice)`. */
export function algorithmWords({ algorithms }: Tally): string {
  const used = Object.entries(algorithms);
  return used
    .map(([name, { parts, why }], index) => {
      const many = used.length === 1 ? '' : index === 0 ? ` on ${countOf(parts, 'part')}` : ` on ${parts}`;
      return `${name}${many}${why === null ? '' : ` (${why})`}`;
    })
    .join(', ');
}

/** ` on key 7`; nothing when there are no keys. */
export function onKey(key: Key | null): string {
  return key === null ? '' : ` on key ${showKey(key)}`;
}
