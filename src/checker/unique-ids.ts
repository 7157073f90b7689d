/**
 * No id is given out twice.
 *
 * Ids are told apart by their JSON text: `1` and `"1"` are two ids. An id whose answer was lost is not known, so a
 * duplicate of it is not seen.
 */
import type { History } from '../history/history.ts';
import { Interner } from '../history/intern.ts';
import type { Operation } from '../history/operation.ts';
import type { Checker, CheckResult } from './checker.ts';
import { createFindings } from './findings.ts';
import { atNode, countOf, showValue } from './words.ts';

export const uniqueIds: Checker = {
  name: 'unique-ids',
  summary: 'no id is given out twice',
  check,
};

function check(history: History): CheckResult {
  const findings = createFindings('unique-ids', {
    'duplicate-id': 'duplicate id',
    'malformed-answer': 'malformed answer',
  });
  const table = new Interner<unknown>();
  const first: Operation[] = [];
  let generated = 0;
  for (const operation of history.operations) {
    if (operation.f !== 'generate' || operation.outcome !== 'ok') continue;
    if (operation.output === undefined || operation.output === null) {
      const explanation = `${atNode(operation)} answered generate without an id.`;
      findings.add('malformed-answer', () => ({ explanation, operations: [operation.id] }));
      continue;
    }
    generated++;
    const id = table.id(operation.output, true);
    const before = first[id];
    if (before === undefined) first[id] = operation;
    else findings.add('duplicate-id', () => duplicate(before, operation));
  }
  return findings.result({
    stats: { ids: generated },
    summary: `${countOf(generated, 'id')}, no two the same`,
    missing: generated === 0 ? 'no id was generated' : null,
  });
}

function duplicate(before: Operation, operation: Operation) {
  const twice = before.node === operation.node && before.node !== null ? ', the second time by the same node' : '';
  return {
    explanation: `The id ${showValue(operation.output)} was given out twice: by ${atNode(before)} and by ${atNode(operation)}${twice}.`,
    operations: [before.id, operation.id],
  };
}
