/**
 * Keys that are judged by several threads come out as those that are judged by one. The threads run what was compiled.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { entryPoint } from '../../../src/base/entry.ts';
import { systemClock, threadTimeMs } from '../../../src/base/time.ts';
import { check, type SimpleEvent } from '../../../src/checker/check.ts';
import { defaultBudget } from '../../../src/checker/checker.ts';
import { decide } from '../../../src/checker/decide.ts';
import { linearizable, partsWork } from '../../../src/checker/linearizable.ts';
import { partsOf } from '../../../src/checker/parts.ts';
import { makeBoard, outcomesOn, waitForAll } from '../../../src/checker/threads/board.ts';
import { type CrewTask, crew } from '../../../src/checker/threads/crew.ts';
import { historyFromEvents } from '../../../src/history/assemble.ts';
import { columnsOf } from '../../../src/history/columns.ts';
import { type HistoryEvent, unknownHeader } from '../../../src/history/event.ts';
import { queue } from '../../../src/model/queue.ts';

/** Values go in at the same time, each twice, so that only a search can tell; and come out, or one comes out thrice. */
function events(key: string, values: number, isRight: boolean): SimpleEvent[] {
  const processes = Array.from({ length: 2 * values }, (_, process) => process);
  const out = processes.map(turn => (isRight || turn < 2 * values - 1 ? turn >> 1 : 0));
  return [
    ...processes.map((process): SimpleEvent => ({ type: 'invoke', process, f: 'enqueue', key, value: process >> 1 })),
    ...processes.map((process): SimpleEvent => ({ type: 'ok', process })),
    ...out.flatMap((value): SimpleEvent[] => [
      { type: 'invoke', process: 0, f: 'dequeue', key },
      { type: 'ok', process: 0, value },
    ]),
  ];
}

function historyOf(list: readonly SimpleEvent[]) {
  const all = list.map((event, index): HistoryEvent => {
    const place = { index, time: index };
    if (event.type !== 'invoke') return { ...event, ...place };
    return { ...event, ...place, node: null, key: event.key ?? null, value: event.value ?? null };
  });
  return historyFromEvents(unknownHeader, all);
}

const isWrong = (index: number) => index % 3 === 2;
const mixed = Array.from({ length: 9 }, (_, index) => events(`k${index}`, 4, !isWrong(index))).flat();
const budget = { timeMs: 60_000, states: 5_000_000 };

describe('keys on several threads', () => {
  test('come out as on one', { timeout: 120_000 }, () => {
    const history = historyOf(mixed);
    const together = linearizable(queue, { crew }).check(history, budget);
    const alone = linearizable(queue).check(history, budget);
    expect(together.validity).toBe('invalid');
    expect(together.stats).toMatchObject({ invalid: 3, parts: 9, judged: 144, operations: 144 });
    expect(together.stats['judged']).toBe(alone.stats['judged']);
    expect(together.stats['algorithm']).toContain('search');
  });

  test('a thread writes down for each key what became of it', { timeout: 120_000 }, async () => {
    const { operations } = historyOf(mixed);
    const parts = partsOf(queue, operations);
    const here = decide(partsWork(queue, { parts, budget, clock: systemClock() }));
    const board = makeBoard(
      parts.map(({ size }) => size),
      { threads: 1, deadline: 60e9 },
    );
    const task: CrewTask = {
      columns: columnsOf(operations),
      grouped: parts[0]!.grouped!,
      model: 'queue',
      parts: Int32Array.from(parts.keys()),
      board,
      thread: 0,
      budget,
      bail: false,
      zeroMs: threadTimeMs(),
    };
    const crewUrl = new URL('../../../src/checker/threads/crew.ts', import.meta.url).href;
    const worker = new Worker(entryPoint(crewUrl, './crew-worker'), { workerData: task });
    await once(worker, 'exit');
    waitForAll(board, () => false);
    const there = outcomesOn(board, queue, parts);
    const orders = ({ valid }: Pick<typeof there, 'valid'>) =>
      new Map(valid.map(({ part, order }) => [part.key, [...order]]));
    expect(orders(there)).toEqual(orders(here));
    expect(there.invalid.map(({ part }) => part.key)).toEqual(['k2', 'k5', 'k8']);
    expect(there.undecided).toEqual([]);
    expect(there.tally).toEqual(here.tally);
  });

  test('share one budget, and are unknown together when it is spent', { timeout: 120_000 }, () => {
    const hard = Array.from({ length: 3 }, (_, index) => events(`k${index}`, 10, false)).flat();
    const result = linearizable(queue, { crew }).check(historyOf(hard), { timeMs: 60_000, states: 3_000 });
    expect(result).toMatchObject({ validity: 'unknown', reason: 'states', stats: { parts: 3 } });
  });

  test('are not called for what is decided at once', () => {
    const few = [events('x', 2, true), events('y', 2, true)].flat();
    expect(linearizable(queue, { crew }).check(historyOf(few), defaultBudget).validity).toBe('valid');
    expect(check(few, queue).validity).toBe('valid');
  });
});
