/**
 * The event that a monitor names is the first that is impossible: what had happened before it can be explained.
 */
import { expect } from 'vitest';
import type { Monitor } from '../../../src/checker/monitor/monitor.ts';
import { subhistoryOf } from '../../../src/checker/subhistory/cut.ts';
import type { Operation } from '../../../src/history/operation.ts';
import type { Model } from '../../../src/model/model.ts';
import { explainable } from '../linearizable/oracle.ts';

export function namesTheFirst(model: Model, monitor: Monitor, operations: readonly Operation[]): void {
  const subhistory = subhistoryOf(model, operations);
  const verdict = monitor.judge(subhistory);
  if (verdict.validity !== 'invalid') return;
  const begun = Array.from(subhistory.call.keys()).filter(position => subhistory.call[position]! < verdict.until);
  const before = begun.map((position): Operation => {
    const operation = subhistory.operation(position);
    if (subhistory.return[position]! < verdict.until) return operation;
    return { ...operation, outcome: 'info', output: undefined, return: Infinity };
  });
  expect(explainable(model, before), 'what had happened before').toBe(true);
}
