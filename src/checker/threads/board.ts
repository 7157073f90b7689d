/**
 * The board that threads share: who is next, how much is kept, until when; and what became of each part.
 *
 * It is shared memory, so that nobody has to answer a message while he searches.
 */
import type { Nanos } from '../../base/names.ts';
import type { Model } from '../../model/model.ts';
import { addTally, type Board, type Decided, emptyTally, type Tally } from '../decide.ts';
import { Decision, type Refuted } from '../decision.ts';
import type { Part } from '../parts.ts';

/** Survives a structured clone, and is the same memory then. */
export interface SharedBoard {
  /** See `counter`. */
  readonly counters: Int32Array;
  readonly deadline: Float64Array;
  /** By part: what became of it, one of `outcomes`. */
  readonly outcome: Int32Array;
  /** By part: the length of its order; or, of one that is invalid, `Refuted.until`; else the steps that it was given. */
  readonly detail: Int32Array;
  /** By part: where its order begins. */
  readonly begin: Int32Array;
  readonly orders: Int32Array;
  /** By thread: its tally, as JSON, ended by a 0. */
  readonly notes: readonly Uint8Array[];
}

const counter = { next: 0, working: 1, kept: 2 } as const;
const outcomes = { none: 0, valid: 1, invalid: 2, undecided: 3 } as const;
const notesLength = 4_096;
/** Between two looks at the clock. */
const lookMs = 50;

/** `sizes`: of the parts. */
export function makeBoard(
  sizes: readonly number[],
  { threads, deadline }: { readonly threads: number; readonly deadline: Nanos },
): SharedBoard {
  const begin = shared(sizes.length);
  let total = 0;
  sizes.forEach((size, part) => {
    begin[part] = total;
    total += size;
  });
  const board: SharedBoard = {
    counters: shared(3),
    deadline: new Float64Array(new SharedArrayBuffer(8)),
    outcome: shared(sizes.length),
    detail: shared(sizes.length),
    begin,
    orders: shared(total),
    notes: Array.from({ length: threads }, () => new Uint8Array(new SharedArrayBuffer(notesLength))),
  };
  board.counters[counter.working] = threads;
  board.deadline[0] = deadline;
  return board;
}

/** As those see it who decide. */
export function boardOn({ counters, deadline, outcome }: SharedBoard): Board {
  return {
    claim() {
      const part = Atomics.add(counters, counter.next, 1);
      return part < outcome.length ? part : -1;
    },
    keep: count => Atomics.add(counters, counter.kept, count) + count,
    get deadline() {
      return deadline[0]!;
    },
    set deadline(time: Nanos) {
      deadline[0] = time;
    },
  };
}

/** By a thread, of all that it has come to. */
export function writeOutcomes(
  board: SharedBoard,
  written: { readonly parts: readonly Part[]; readonly decided: Decided<Refuted>; readonly thread: number },
): void {
  const { decided, thread } = written;
  const indexes = new Map(written.parts.map((part, index) => [part, index]));
  const write = (part: Part, outcome: number, detail: number): void => {
    const index = indexes.get(part)!;
    board.outcome[index] = outcome;
    board.detail[index] = detail;
  };
  for (const { part, order } of decided.valid) {
    board.orders.set(order, board.begin[indexes.get(part)!]);
    write(part, outcomes.valid, order.length);
  }
  for (const { part, search } of decided.invalid) write(part, outcomes.invalid, search.until);
  for (const { part, states } of decided.undecided) write(part, outcomes.undecided, states);
  const text = new TextEncoder().encode(JSON.stringify(decided.tally));
  if (text.length < notesLength) board.notes[thread]?.set(text);
}

/** A thread has come to its end, well or not. */
export function leave({ counters }: SharedBoard): void {
  Atomics.sub(counters, counter.working, 1);
  Atomics.notify(counters, counter.working);
}

/** Waits until all threads have left, or the time is over. Blocks the thread. */
export function waitForAll({ counters }: SharedBoard, isOver: () => boolean): void {
  for (;;) {
    const working = Atomics.load(counters, counter.working);
    if (working <= 0 || isOver()) return;
    Atomics.wait(counters, counter.working, working, lookMs);
  }
}

/** What the threads have written. */
export function outcomesOn(board: SharedBoard, model: Model, parts: readonly Part[]): Decided<Refuted> {
  const valid: { part: Part; order: Int32Array }[] = [];
  const invalid: { part: Part; search: Refuted }[] = [];
  const undecided: { part: Part; states: number }[] = [];
  parts.forEach((part, index) => {
    const [outcome, detail, begin] = [board.outcome[index], board.detail[index]!, board.begin[index]!];
    if (outcome === outcomes.valid) valid.push({ part, order: board.orders.slice(begin, begin + detail) });
    if (outcome === outcomes.invalid) invalid.push({ part, search: refuted(model, part, detail) });
    if (outcome === outcomes.undecided) undecided.push({ part, states: detail });
  });
  return { valid, invalid, undecided, tally: board.notes.map(readTally).reduce(addTally, emptyTally()) };
}

/** A monitor says again what it said on its thread; a search would take too long, so only how far it came is known. */
function refuted(model: Model, part: Part, until: number): Refuted {
  const decision = new Decision(model, part.subhistory());
  return decision.isMonitored ? decision : { subhistory: decision.subhistory, until, suspects: null };
}

function readTally(notes: Uint8Array): Tally {
  const length = notes.indexOf(0);
  return length === 0 ? emptyTally() : (JSON.parse(new TextDecoder().decode(notes.slice(0, length))) as Tally);
}

function shared(length: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * length));
}
