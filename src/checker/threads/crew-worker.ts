/**
 * Where a thread of the crew begins. Started by `crew.ts`, never imported.
 */
import { workerData } from 'node:worker_threads';
import { threadClock } from '../../base/time.ts';
import { ColumnOperations } from '../../history/columns.ts';
import { modelByName } from '../../model/catalogue.ts';
import { decide } from '../decide.ts';
import { partsWork } from '../linearizable.ts';
import { keysOf } from '../parts.ts';
import { boardOn, leave, writeOutcomes } from './board.ts';
import type { CrewTask } from './crew.ts';

const { columns, grouped, model: name, parts: listed, board, thread, budget, bail, zeroMs } = workerData as CrewTask;
try {
  const model = modelByName(name);
  const all = keysOf(model, new ColumnOperations(columns), grouped);
  const parts = Array.from(listed, index => all[index]!);
  const clock = threadClock(zeroMs);
  const decided = decide(partsWork(model, { parts, budget, clock, bail, board: boardOn(board) }));
  writeOutcomes(board, { parts, decided, thread });
} finally {
  leave(board);
}
