/**
 * Words of the evidence.
 */
import type { Operation } from '../../history/operation.ts';
import type { Model } from '../../model/model.ts';
import { sameValue } from '../../model/value.ts';
import type { EvidenceOperation, Weakening } from './evidence.ts';

/** `read -> 2 is not possible when the value is 3`. */
export function refusal(model: Model, operation: Operation, state: unknown): string {
  const who = model.byProcess === true ? ` of process ${operation.process}` : '';
  return `${model.describe.operation(operation)}${who} is not possible when ${model.describe.state(state)}`;
}

export function evidenceOperation(model: Model, used: Operation, recorded: Operation): EvidenceOperation {
  return {
    id: used.id,
    process: used.process,
    recorded: model.describe.operation(recorded),
    words: model.describe.operation(used),
    completed: used.outcome !== 'info',
    weakened: weakenings(used, recorded),
  };
}

function weakenings(used: Operation, recorded: Operation): readonly Weakening[] {
  const isLook = used.f !== recorded.f || !sameValue(used.input, recorded.input);
  return [
    ...(used.return > recorded.return ? ['return-forgotten' as const] : []),
    ...(used.call < recorded.call ? ['call-forgotten' as const] : []),
    ...(isLook ? ['part-of-answer' as const] : []),
  ];
}
