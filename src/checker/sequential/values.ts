/**
 * What the decisions must know of a model whose state is one value: which value an operation needs, and which it leaves.
 */
import type { Operation } from '../../history/operation.ts';
import { isRefusedCas, isValueRead, leftBy, neededBy } from '../../model/guarded-value.ts';
import type { Model } from '../../model/model.ts';
import { valueKey } from '../../model/value.ts';

export type ValueKey = string | number;

/** Whether the state is one value, null at first. */
export function isValueModel({ name }: Model): boolean {
  return name === 'register' || name === 'cas-register';
}

/** The value that must be there; undefined when it need not be any certain one. */
export function valueNeeded(operation: Operation): ValueKey | undefined {
  return operation.f === 'write' || isRefusedCas(operation) ? undefined : valueKey(neededBy(operation));
}

/** The value that is there afterwards, put there by it; undefined when it changes nothing. */
export function valueLeft(operation: Operation): ValueKey | undefined {
  return isValueRead(operation) ? undefined : valueKey(leftBy(operation));
}

/** The value that must not be there; undefined when any may be. */
export function valueRefused(operation: Operation): ValueKey | undefined {
  return isRefusedCas(operation) ? valueKey(neededBy(operation)) : undefined;
}
