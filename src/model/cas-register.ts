/**
 * A register with compare-and-set: `read -> value`, `write value`, `cas [from, to]`. Null at first; each key is a register
 * of its own.
 *
 * A refused cas (`fail` with the value `refused`) is an observation: the value was not `from`. A cas that failed in any
 * other way says only that it did not happen.
 */
import {
  describeValue,
  describeValueOperation,
  isRefusedCas,
  isValueRead,
  leavesValue,
  needsValue,
  noticeableValues,
  representativeValues,
  simplifyValues,
  stepValue,
} from './guarded-value.ts';
import type { Model } from './model.ts';
import { partitionByKey, valueKey } from './value.ts';

export const casRegister: Model = {
  name: 'cas-register',
  summary: 'one value per key, null at first: read, write, cas [from, to]; a refused cas counts as seen',
  functions: ['read', 'write', 'cas'],
  initial: null,
  step: stepValue,
  stateKey: valueKey,
  isRead: isValueRead,
  overwrites: operation => operation.f === 'write',
  observes: isRefusedCas,
  malformed: operation =>
    operation.f === 'cas' && !(Array.isArray(operation.input) && operation.input.length === 2)
      ? 'the value of a cas is [from, to]'
      : null,
  needs: needsValue,
  leaves: leavesValue,
  partition: partitionByKey,
  noticeable: noticeableValues,
  simplify: simplifyValues,
  representatives: representativeValues,
  describe: { operation: describeValueOperation, state: describeValue },
};
