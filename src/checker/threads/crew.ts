/**
 * Shares the parts of a history out among threads, when there are enough of them and they are not decided at once: the
 * longest first, under one budget.
 *
 * The caller blocks until all is done: it is a thread of its own already (see `pool.ts`), and works as one of the crew.
 * A long history is not copied; its columns are in shared memory. A thread that is lost loses time, not parts.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { present } from '../../base/assert.ts';
import { entryPoint } from '../../base/entry.ts';
import type { Nanos } from '../../base/names.ts';
import { type Clock, nanosPerMs, threadClock, threadTimeMs } from '../../base/time.ts';
import { ColumnOperations, type OperationColumns } from '../../history/columns.ts';
import type { History } from '../../history/history.ts';
import { models } from '../../model/catalogue.ts';
import type { Model } from '../../model/model.ts';
import { partitionByKey } from '../../model/value.ts';
import type { Budget } from '../checker.ts';
import { type Board, type Decided, type DecideOptions, decide, merge } from '../decide.ts';
import type { Decision, Refuted } from '../decision.ts';
import type { Part } from '../parts.ts';
import type { GroupedColumns } from '../subhistory/grouped.ts';
import { boardOn, makeBoard, outcomesOn, type SharedBoard, waitForAll } from './board.ts';

/** Given to a thread when it is started. */
export interface CrewTask {
  readonly columns: OperationColumns;
  readonly grouped: GroupedColumns;
  /** Name in the catalogue. */
  readonly model: string;
  /** Those on the board, as indexes of all parts. */
  readonly parts: Int32Array;
  readonly board: SharedBoard;
  /** Which of the notes on the board are its own. */
  readonly thread: number;
  readonly budget: Budget;
  readonly bail: boolean;
  /** See `threadClock`. */
  readonly zeroMs: number;
}

/** What one thread alone may take before others are called. */
const aloneMs = 250;
/** More threads than these need more memory than they save time. */
const mostThreads = 8;
/** Time after the deadline in which a thread should have stopped. */
const graceMs = 2_000;

type Work = DecideOptions<Decision>;
type Found = Decided<Refuted>;

/** Null when the work cannot be shared. */
export function crew(model: Model, { operations }: History, work: Work): Found | null {
  const threads = Math.min(availableParallelism(), mostThreads);
  if (!(operations instanceof ColumnOperations) || model.partition !== partitionByKey) return null;
  const { columns } = operations;
  const grouped = work.parts[0]?.grouped;
  if (threads < 2 || work.parts.length < 2 || !models.includes(model)) return null;
  if (grouped === undefined) return null;
  const zeroMs = threadTimeMs();
  const clock = threadClock(zeroMs);
  const board = loneBoard(work, clock);
  const alone = decide({ ...work, clock, board, onlyFirstShares: true });
  const rest = without(work.parts, alone);
  if (rest.length === 0 || clock.now() >= board.deadline) {
    return { ...alone, undecided: rest.map(part => ({ part, states: 0 })) };
  }
  const parts = rest.toSorted((one, other) => other.size - one.size);
  const sharing: Sharing = { columns, grouped, threads, zeroMs, all: work.parts, deadline: board.deadline };
  return merge({ ...alone, undecided: [] }, shareOut(model, { ...work, clock, parts }, sharing));
}

/** Gives out parts for a short time only. */
function loneBoard({ parts, budget }: Work, clock: Clock): Board {
  let next = 0;
  let kept = 0;
  return {
    claim: () => (next < parts.length && clock.now() < aloneMs * nanosPerMs ? next++ : -1),
    keep: count => (kept += count),
    deadline: budget.timeMs * nanosPerMs,
  };
}

function without(parts: readonly Part[], { valid, invalid }: Found): readonly Part[] {
  const decided = new Set([...valid, ...invalid].map(({ part }) => part));
  return parts.filter(part => !decided.has(part));
}

interface Sharing {
  readonly columns: OperationColumns;
  readonly grouped: GroupedColumns;
  readonly threads: number;
  readonly zeroMs: number;
  readonly all: readonly Part[];
  readonly deadline: Nanos;
}

function shareOut(model: Model, work: Work, { columns, grouped, threads, zeroMs, all, deadline }: Sharing): Found {
  const { parts, budget, clock, bail = false } = work;
  const others = Math.min(threads, parts.length) - 1;
  const board = makeBoard(
    parts.map(({ size }) => size),
    { threads: others, deadline },
  );
  const indexes = new Map(all.map((part, index) => [part, index]));
  const listed = Int32Array.from(parts, part => present(indexes.get(part)));
  const workers = Array.from({ length: others }, (_, thread) => {
    const task: CrewTask = { columns, grouped, model: model.name, parts: listed, board, thread, budget, bail, zeroMs };
    const worker = new Worker(entryPoint(import.meta.url, './crew-worker'), { workerData: task });
    // What a lost thread did not come to is done here.
    worker.on('error', () => undefined);
    return worker;
  });
  const own = decide({ ...work, board: boardOn(board) });
  waitForAll(board, () => clock.now() >= board.deadline[0]! + graceMs * nanosPerMs);
  for (const worker of workers) void worker.terminate();
  const found = merge(own, outcomesOn(board, model, parts));
  const known = new Set(found.undecided.map(({ part }) => part));
  const lost = without(parts, found).filter(part => !known.has(part));
  if (lost.length === 0) return found;
  const timeMs = Math.max(0, board.deadline[0]! - clock.now()) / nanosPerMs;
  return merge(found, decide({ ...work, parts: lost, budget: { ...budget, timeMs } }));
}
