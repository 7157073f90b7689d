/**
 * The operations of the second act: asked after everything was healed, of every member, in rounds.
 *
 * Only what was *invoked* after the phase began counts: an answer that comes late to a question of the first act says
 * nothing about what a member holds in the end.
 */
import type { NodeName } from '../base/names.ts';
import { type History, phaseStart } from '../history/history.ts';
import type { Operation } from '../history/operation.ts';
import { subjectName } from './agreement.ts';

/** In order of invocation; empty when the phase was never reached. */
export function finalOperations(history: History): readonly Operation[] {
  const begin = phaseStart(history, 'final-reads');
  if (begin === null) return [];
  const result: Operation[] = [];
  for (let id = history.operations.length - 1; id >= 0; id--) {
    const operation = history.operations.get(id);
    if (operation.call < begin.index) break;
    result.push(operation);
  }
  return result.toReversed();
}

/** Of each node the last answer to each subject (operation name and key), by `subjectName`. */
export function lastAnswers(
  operations: readonly Operation[],
): ReadonlyMap<string, ReadonlyMap<NodeName | null, Operation>> {
  const subjects = new Map<string, Map<NodeName | null, Operation>>();
  for (const operation of operations) {
    if (operation.outcome !== 'ok') continue;
    const name = subjectName(operation.f, operation.key);
    let answers = subjects.get(name);
    if (!answers) subjects.set(name, (answers = new Map()));
    answers.set(operation.node, operation);
  }
  return subjects;
}
